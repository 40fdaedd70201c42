"""`node …`: found an alliance, serve its exchange, invite members, look after the list."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from fachkraft_share.cli.options import Place, common, dry_run
from fachkraft_share.cli.output import table
from fachkraft_share.cli.progressing import progressing

if TYPE_CHECKING:
    from fachkraft_share.node.service import Node

_ROLES = ("employer", "education", "advice", "coordinator")
_FIRST = "Open this within an hour to become an administrator of the office; it works once:"
_STATUS = {"suspend": "suspended", "reinstate": "active", "left": "left", "lost": "compromised"}


@click.group()
def node() -> None:
    """The alliance's exchange server."""


@contextmanager
def opened_node(place: Place) -> "Iterator[Node]":
    """Open the node of a folder for the time of one command.

    Raises:
        SetupError: the folder is no node's, or the extra is not installed.
    """
    found: Node = folders().open_node(place.folder)
    try:
        yield found
    finally:
        shut = getattr(found.exchange.store, "close", None)
        if shut is not None:
            shut()


def folders() -> ModuleType:
    """Return the module that makes and opens folders.

    Raises:
        SetupError: the extra is not installed.
    """
    from fachkraft_share.errors import SetupError

    try:
        from fachkraft_share.node import folder
    except ModuleNotFoundError as error:
        raise SetupError(
            f'{error.name} is missing; a node needs: pip install "fachkraft-share[node]"'
        ) from error
    return folder


@node.command("init")
@click.option("--root-key", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--id", "id", required=True, metavar="URL", help="The node's name, as an address.")
@click.option("--authority", metavar="URL", help="The alliance's name; default: ID/authority.")
@click.option("--name", default="fachkraft-share", show_default=True, help="As people know it.")
@click.option("--url", default="", help="Where pages and links lead; default: ID.")
@click.option("--operator", default="", help="Who runs it, with postal address (Art. 13 GDPR).")
@click.option("--contact", default="", help="For questions: mail address or telephone.")
@click.option("--location", default="DE", show_default=True, help="Country in which it stores.")
@click.option("--region", default="de", show_default=True, help="The alliance's region: plz:38.")
@click.option(
    "--database",
    default="",
    envvar="FKS_NODE_DATABASE",
    metavar="URL",
    help="postgresql+psycopg://…, an empty one; default: a SQLite file in the folder.",
)
@common
def init(
    place: Place,
    *,
    root_key: Path,
    id: str,
    authority: str | None,
    name: str,
    url: str,
    operator: str,
    contact: str,
    location: str,
    region: str,
    database: str,
) -> None:
    """Found an alliance: make the node's folder and, apart from it, the root key's file.

    Move the root key to a medium in a safe: it is needed about once a year.
    """
    module = folders()
    founding = module.Founding(
        id=id,
        authority=authority or f"{id}/authority",
        name=name,
        authority_name=name,
        url=url,
        location=location,
        region=region,
        operator=operator,
        contact=contact,
        database=database,
    )
    root_key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = module.init(place.folder, founding, root=root_key)
    settings = made.exchange.settings
    place.show(
        {
            "id": settings.id,
            "authority": settings.authority,
            "root": settings.root,
            "folder": place.folder,
            "root_key": root_key,
        },
        f"Founded {settings.authority} with the node {settings.id}.",
        f"Root key: {root_key}  Move it off this machine, into a safe.",
        f"Its public half, for members and candidates to compare: {settings.root}",
        f"Next: fachkraft-share node serve --folder {place.folder}",
    )


@node.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8765, show_default=True, help="0: any free one.")
@common
def serve(place: Place, *, host: str, port: int) -> None:
    """Serve operations, candidates' pages and the worker until interrupted."""
    folders()
    from fachkraft_share.cli.checks import office_checks
    from fachkraft_share.node.http.log_lines import log_lines
    from fachkraft_share.node.http.serve import serve as run

    def started(url: str) -> None:
        place.out.stream({"serving": url}, f"Serving {url} (Ctrl-C ends it)")

    def first(link: str) -> None:
        place.out.stream({"administrator": link}, f"{_FIRST} {link}")

    log_lines()
    run(place.folder, host=host, port=port, started=started, first=first, machine=office_checks)


@node.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(_ROLES), default=["employer"])
@click.option("--betriebsnummer", help="Used when a candidate excludes this organisation.")
@click.option("--domain", "domains", multiple=True, help="Its domains; used for exclusions.")
@click.option("--group", help="Its group of companies; used for exclusions.")
@common
def invite(
    place: Place,
    *,
    name: str,
    roles: Sequence[str],
    betriebsnummer: str | None,
    domains: Sequence[str],
    group: str | None,
) -> None:
    """Make a one-time code with which the organisation NAME can join."""
    with opened_node(place) as found:
        code = found.enrolment.invite(
            name, roles, betriebsnummer=betriebsnummer, domains=domains, group=group
        )
    place.show(
        {"name": name, "roles": list(roles), "code": code},
        f"Code for {name}, valid once, for 14 days; hand it over as you would a key:",
        code,
    )


@node.command()
@click.option("--suspend", metavar="ID", help="Take no part until reinstated.")
@click.option("--reinstate", metavar="ID", help="Take part again.")
@click.option("--left", metavar="ID", help="Left the alliance; may still erase and sign.")
@click.option("--lost", metavar="ID", help="Its keys are compromised; nothing of it counts.")
@dry_run
@common
def members(place: Place, *, dry_run: bool, **changes: str | None) -> None:
    """List the members; change how one stands."""
    from fachkraft_share.model.organisation import Status

    wished = {verb: id for verb, id in changes.items() if id}
    if len(wished) > 1:
        raise click.UsageError("one change at a time")
    with opened_node(place) as found:
        for verb, id in wished.items():
            if dry_run:
                told = {"dry_run": True, "member": id, "status": _STATUS[verb]}
                place.show(told, f"Would sign a new list, for all members: {id} {_STATUS[verb]}.")
                return
            found.authority.change(id, Status(_STATUS[verb]))
        newest = found.exchange.directory().newest
    listed = newest.members if newest else ()
    value = [
        {"id": one.id, "name": one.name, "roles": one.roles, "status": one.status} for one in listed
    ]
    rows = [(one.id, one.name, " ".join(one.roles), one.status) for one in listed]
    number = newest.name.number if newest else 0
    place.show({"list": number, "members": value}, f"List {number}", *table(rows))


@node.command()
@click.option("--backed-up", is_flag=True, help="There is a dump of the PostgreSQL database.")
@common
def migrate(place: Place, *, backed_up: bool) -> None:
    """Bring the database to this version, while no process of an older one runs.

    `serve` does so by itself with a SQLite file, of which it makes a copy first.
    """
    with progressing(place, "migrate") as tell:
        made = folders().open_node(place.folder, backed_up=backed_up, tell=tell)
    made.exchange.store.close()
    place.show({"migrated": True}, "The database has the schema of this version.")


@node.command("renew-root")
@click.option(
    "--root-key", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@common
def renew_root(place: Place, *, root_key: Path) -> None:
    """Let the root key sign the online key anew; about once a year."""
    folders().renew_root_statement(place.folder, root=root_key)
    place.show({"renewed": True}, "Signed anew. Put the root key back into the safe.")


@node.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def release(place: Place, *, yes: bool) -> None:
    """End the quarantine of a restored node by your own decision."""
    if not yes:
        click.confirm("Closures you have not heard of may be missing. Go on?", abort=True)
    with opened_node(place) as found:
        found.release()
    place.show({"released": True}, "Released.")


@node.command()
@common
def quarantine(place: Place) -> None:
    """Hear every member before anything is served: the folder was brought back by copying it.

    `restore` does so by itself. Stop the node, run this, start it again.
    """
    with opened_node(place) as found:
        found.distrust()
    place.show({"quarantine": True}, "In quarantine until every active member was heard.")


@node.command()
@common
def operator(place: Place) -> None:
    """Show the token for the operator's pages (/-/mail): the password, with any user name."""
    with opened_node(place) as found:
        token = found.exchange.keys.operator
    place.show({"token": token}, token)


@node.command("admin")
@common
def administrator(place: Place) -> None:
    """Print a one-time link that makes an administrator of the office.

    For the first one, and for one who can no longer sign in. It is valid for an hour, once; an
    earlier one ends. Whoever has it may do everything in the office.
    """
    with opened_node(place) as found:
        from fachkraft_share.node.login import office_login

        link = office_login(found).console_link()
    place.show({"link": link}, _FIRST, link)


@node.command("backup")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@common
def backup_node(place: Place, *, target: Path) -> None:
    """Copy the node into TARGET, a new folder: state, keys and journal as three parts.

    It may be running. A PostgreSQL database is dumped by its own tools, before this command.
    """
    folders()
    from fachkraft_share.node.history import backups

    with progressing(place, "backup") as tell:
        files = backups.backup(place.folder, target, tell=tell)
    place.show(
        {"backup": target, "files": files},
        *(f"Copied {one}" for one in files),
        "Keep the keys apart from the state; copy the journal off this machine each time.",
    )


@node.command("restore")
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The lost machine's own journal; a copy of it may lack the last closures.",
)
@common
def restore_node(place: Place, *, source: Path, journal: Path | None) -> None:
    """Make the node's folder anew from the backup in SOURCE, which is checked.

    Without the lost machine's own journal it gives out closures only, until every active member has
    said what it holds and what has ended.
    """
    folders()
    from fachkraft_share.node.history import backups

    with progressing(place, "restore") as tell:
        made = backups.restore(place.folder, source, journal=journal, tell=tell)
    said = (
        "In quarantine: every active member is heard before anything is served again."
        if made.quarantine
        else "With the newest journal: it serves at once; every member resynchronises."
    )
    place.show(
        {"node": made.id, "folder": place.folder, "quarantine": made.quarantine},
        f"Restored {made.id}.",
        said,
    )

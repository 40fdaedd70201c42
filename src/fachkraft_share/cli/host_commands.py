"""`host …`: run the engines and inboxes of many small firms on the chamber's machine."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place, common
from fachkraft_share.cli.output import table

if TYPE_CHECKING:
    from fachkraft_share.host.opened import Opened

_NEW = click.argument("target", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def host() -> None:
    """Inboxes for firms without IT, and pages where people present themselves."""


def _folders() -> ModuleType:
    """Return the module that makes and opens folders.

    Raises:
        SetupError: the extra is not installed.
    """
    from fachkraft_share.errors import SetupError

    try:
        from fachkraft_share.host import folder
    except ModuleNotFoundError as error:
        raise SetupError(
            f'{error.name} is missing; a host needs: pip install "fachkraft-share[node]"'
        ) from error
    return folder


@contextmanager
def opened_host(place: Place) -> "Iterator[Opened]":
    """Open the host of a folder for the time of one command.

    Raises:
        SetupError: the folder is no host's, or the extra is not installed.
    """
    found = _folders().open_host(place.folder)
    from fachkraft_share.host.opened import Opened

    opened = Opened(found)
    try:
        yield opened
    finally:
        opened.close()
        found.close()


@host.command("init")
@click.argument("folder_", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
@click.option("--url", required=True, metavar="URL", help="Where its pages are reached.")
@click.option("--operator", required=True, help="Who runs it, with postal address: the processor.")
@click.option("--contact", required=True, help="For questions: mail address or telephone.")
@click.option("--measures", required=True, help="Where the measures (Art. 32 GDPR) are described.")
@click.option("--name", default="fachkraft-share", show_default=True, help="As people know it.")
@click.option("--officer", default="", help="The data protection officer.")
@click.option("--location", default="DE", show_default=True, help="Country in which it stores.")
@click.option("--subprocessor", "others", multiple=True, help="Name, place, what for; repeatable.")
@common
def init(
    place: Place,
    *,
    folder_: Path,
    url: str,
    operator: str,
    contact: str,
    measures: str,
    name: str,
    officer: str,
    location: str,
    others: Sequence[str],
) -> None:
    """Make a host in FOLDER, apart from any node's, for an operating-system user of its own.

    The processor contract each firm accepts is written from what is said here; it stands in
    host.toml and may be changed there.
    """
    module = _folders()
    from fachkraft_share.host.settings import Settings
    from fachkraft_share.web.legal import LegalSettings

    legal = LegalSettings(
        name=name, operator=operator, contact=contact, officer=officer, location=location
    )
    settings = Settings(url.rstrip("/"), measures, tuple(others), legal=legal)
    folder = folder_.expanduser()
    module.init(folder, settings).close()
    place.show(
        {"folder": folder, "url": settings.url},
        f"Made the host {settings.url} in {folder}.",
        *_warned(),
        f"Next: fachkraft-share host add-firm CODE --id URL --name NAME --folder {folder}",
    )


def _warned() -> Iterator[str]:
    from fachkraft_share.host.checking import node_runs_here

    if node_runs_here():
        yield "Warning: a node runs as this user. Let the host run as another one (docs/host.md)."


@host.command("add-firm")
@click.argument("code")
@click.option("--id", "id", required=True, metavar="URL", help="The firm's address, as a name.")
@click.option("--name", required=True, help="The firm's name.")
@click.option("--slug", default="", help="Its short name in addresses; default: from its name.")
@click.option("--notice", default="", metavar="URL", help="Its privacy notice (Art. 14 GDPR).")
@click.option("--contact", default="", help="Whom candidates may ask there.")
@common
def add_firm(
    place: Place, *, code: str, id: str, name: str, slug: str, notice: str, contact: str
) -> None:
    """Let a firm join with its one-time CODE, with keys and a store of its own.

    Prints the one-time link by which its first administrator signs in: hand it over in person or
    by letter.
    """
    with opened_host(place) as opened:
        found = opened.host
        location = found.settings.legal.location
        row = found.add(
            code, id=id, name=name, slug=slug, notice=notice, contact=contact, location=location
        )
        link = _link(opened, row.slug)
    lines = [f"Added {name} as {row.slug}."]
    if not notice:
        lines.append("Before its first contact request set `notice` in its config.toml (Art. 14).")
    told = {"firm": row.slug, "id": id, "folder": found.folder_of(row.slug), "link": link}
    place.show(told, *lines, f"For its first administrator, once, for seven days: {link}")


@host.command()
@click.argument("firm")
@click.option(
    "--role",
    default="administrator",
    show_default=True,
    type=click.Choice(["administrator", "hr", "reader"]),
    help="What the link makes of who opens it: administrator may do everything and lets others "
    "in, hr works with profiles, reader sees and changes nothing (a works council).",
)
@common
def link(place: Place, *, firm: str, role: str) -> None:
    """Print a one-time link by which somebody of FIRM sets up an account.

    FIRM is the short name that `host list` shows. The link works once, for seven days; an earlier
    one for the same role ends. Hand it over in person or by letter, never in a chat: whoever opens
    it has the account. An administrator who can no longer sign in comes back by a link of that
    role, typing the mail address of before.
    """
    with opened_host(place) as opened:
        made = _link(opened, firm, role)
    told = {"firm": firm, "role": role, "link": made}
    place.show(told, f"For the role {role} at {firm}, once, for seven days: {made}")


def _link(opened: "Opened", slug: str, role: str = "administrator") -> str:
    from fachkraft_share.host.doors import login_of
    from fachkraft_share.host.pages import frame_of

    return login_of(opened.host, opened.firm(slug), frame_of(opened.host, slug)).console_link(role)


@host.command("list")
@common
def list_firms(place: Place) -> None:
    """List the firms of this host: state, and whether they accepted the processor contract."""
    from fachkraft_share.host import contract
    from fachkraft_share.member.recommending import roles_of

    with opened_host(place) as opened:
        settings, rows = opened.host.settings, []
        for firm in opened.host.firms():
            found = opened.firm(firm.slug)
            roles = roles_of(found.member.engine)
            agreed = contract.stands(found.beside, settings, firm, roles=roles)
            rows.append({"firm": firm.slug, "id": firm.id, "state": firm.state, "contract": agreed})
    lines = [
        (one["firm"], one["id"], one["state"], "contract" if one["contract"] else "NO CONTRACT YET")
        for one in rows
    ]
    place.show({"firms": rows}, *(table(lines) or ["No firm yet: host add-firm"]))


@host.command()
@click.argument("firm")
@common
def suspend(place: Place, *, firm: str) -> None:
    """Close the pages of FIRM; withdrawals reach it all the same. `host resume` opens them."""
    _set(place, firm, "suspended", "Suspended")


@host.command()
@click.argument("firm")
@common
def resume(place: Place, *, firm: str) -> None:
    """Open the pages of FIRM again."""
    _set(place, firm, "active", "Open again:")


def _set(place: Place, firm: str, state: str, said: str) -> None:
    with opened_host(place) as opened:
        from fachkraft_share.host.records import FirmState

        row = opened.host.set_state(firm, FirmState(state))
    place.show({"firm": row.slug, "state": row.state}, f"{said} {row.slug}.")


@host.command()
@click.argument("firm")
@click.option(
    "--take-along",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the firm's backup into this new folder first; it goes on elsewhere with it.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def remove(place: Place, *, firm: str, take_along: Path | None, yes: bool) -> int:
    """Delete FIRM with its keys: when it holds nothing any more, or takes its data along.

    The alliance's authority says apart from this that it has left (`node members`).
    """
    from fachkraft_share.host import leaving

    with opened_host(place) as opened:
        opened.host.firm(firm)
        if not yes and not click.confirm(f"Delete the keys and the store of {firm} for good?"):
            return exits.REFUSED
        if take_along is None:
            leaving.delete(opened, firm)
        else:
            leaving.take_along(opened, firm, take_along)
    told = {"firm": firm, "removed": True, "backup": take_along}
    place.show(told, f"Removed {firm}." + (f" Its data: {take_along}" if take_along else ""))
    return exits.OK


@host.command()
@click.option("--host", "address", default="127.0.0.1", show_default=True)
@click.option("--port", default=8767, show_default=True, help="0: any free one.")
@common
def serve(place: Place, *, address: str, port: int) -> None:
    """Serve every firm's pages and synchronise all of them until interrupted."""
    _folders()
    from fachkraft_share.host.serve import serve as run
    from fachkraft_share.node.http.log_lines import log_lines

    def started(url: str) -> None:
        said = " ".join([f"Serving {url} (Ctrl-C ends it)", *_warned()])
        place.out.stream({"serving": url}, said)

    log_lines()
    run(place.folder, host=address, port=port, started=started)


@host.command()
@_NEW
@common
def backup(place: Place, *, target: Path) -> None:
    """Copy the host and every firm into TARGET, a new folder; it may be running.

    Of each firm keep the part `keys` at most 7 days, of `journal` always the newest.
    """
    from fachkraft_share.host import backups

    with opened_host(place) as opened:
        firms = backups.backup(opened, target)
    place.show({"backup": target, "firms": firms}, f"Copied {len(firms)} firms to {target}.")


@host.command()
@click.argument("source", type=click.Path(path_type=Path, file_okay=False, exists=True))
@common
def restore(place: Place, *, source: Path) -> None:
    """Make a host's folder anew from the backup in SOURCE, into a new or empty folder.

    Each firm shows and sends nothing before it has heard its node: `host serve` sees to it.
    """
    _folders()
    from fachkraft_share.host import backups
    from fachkraft_share.member.machine import real_runtime

    firms = backups.restore(source, place.folder, runtime=real_runtime())
    told = {"folder": place.folder, "firms": firms}
    place.show(told, f"Restored {len(firms)} firms into {place.folder}: fachkraft-share host serve")

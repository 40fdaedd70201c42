"""`announce`: an activity or invitation on the connected websites."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import Place, common, dry_run
from fachkraft_share.cli.output import table

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.ports.publishing import Item


@click.command()
@click.option("--title", default="", help="What it is called.")
@click.option(
    "--body",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with its text; p, ul, ol, li, strong, em, h3 and links are kept.",
)
@click.option("--link", default="", help="Where it goes on; default: the alliance's node.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Its last day.")
@click.option("--invitation", is_flag=True, help="It invites people to take part.")
@click.option("--change", default="", metavar="KEY", help="Change the one with this key.")
@click.option("--remove", default="", metavar="KEY", help="Take the one with this key away.")
@dry_run
@common
def announce(
    place: Place,
    *,
    title: str,
    body: Path | None,
    link: str,
    until: dt.datetime | None,
    invitation: bool,
    change: str,
    remove: str,
    dry_run: bool,
) -> None:
    """Show an activity on every connected website to the end of a day, with the next sync.

    Without options, list what is announced.
    """
    with opened(place) as member:
        if remove:
            _remove(place, member, remove, dry_run=dry_run)
            return
        if not (title or body or until):
            _list(place, member)
            return
        if not (title and body and until):
            raise click.UsageError("an announcement needs --title, --body and --until")
        given = {
            "title": title,
            "body": body.read_text(encoding="utf-8"),
            "until": until.date(),
            "link": link,
            "kind": "invitation" if invitation else "activity",
            "key": change,
        }
        _announce(place, member, given, dry_run=dry_run)


def _announce(place: Place, member: "Member", given: dict[str, Any], *, dry_run: bool) -> None:
    sites = sorted(member.engine.sites)
    if dry_run:
        fields = ["title", "body", "link", "language", "last day"]
        place.show(
            {"dry_run": True, "to": sites, "fields": fields},
            f"Would send to {', '.join(sites) or 'no website'}: {', '.join(fields)}.",
        )
        return
    key = member.announce(**given)
    place.show(
        {"key": key, "sites": sites},
        f"Announced as {key} on {', '.join(sites)}.",
        "Next: fachkraft-share sync",
    )


def _remove(place: Place, member: "Member", key: str, *, dry_run: bool) -> None:
    if dry_run:
        place.show({"dry_run": True, "key": key}, f"Would take {key} from every website.")
        return
    member.take_back(key)
    place.show({"removed": key}, f"Removed {key}.", "Next: fachkraft-share sync")


def _list(place: Place, member: "Member") -> None:
    rows = [_row(one) for one in member.announcements()]
    lines = table([tuple(row.values()) for row in rows]) or ["Nothing is announced."]
    place.show({"announcements": rows}, *lines)


def _row(one: "Item") -> dict[str, str]:
    from fachkraft_share.rules.retention import day_of

    last = day_of(one.valid_until - 1)
    return {"key": one.key, "kind": str(one.kind), "until": last, "title": one.title}

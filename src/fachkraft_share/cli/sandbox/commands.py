"""`trigger`, `listen`, `events`: let something happen, and hear of it as a program would."""

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import ListByDefault, Place, common
from fachkraft_share.cli.output import table

if TYPE_CHECKING:
    from fachkraft_share import Member
    from fachkraft_share.cli.sandbox.telling import Teller
    from fachkraft_share.plugins.given import Fact

_PAUSE: Final = 0.5  # seconds between two looks at the folder
_EVENTS: Final = (  # `scenes.SCENES` needs the extra `node`; a test holds the two together
    "referral.published",
    "contact.requested",
    "contact.disclosed",
    "outcome.reported",
    "consent.withdrawn",
    "referral.closed",
)
_secret = click.option(
    "--secret",
    envvar="FKS_HOOK_SECRET",
    default="",
    help="Signs what is posted (FKS_HOOK_SECRET). Default: a new one, which is printed.",
)


@click.command()
@click.argument("event", type=click.Choice(_EVENTS))
@click.option(
    "--sandbox",
    "where",
    envvar="FKS_SANDBOX",
    default="~/.fachkraft-share-sandbox",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The alliance to throw away; it is made when it is not there (FKS_SANDBOX).",
)
@click.option("--to", default="", metavar="URL", help="Post it there, as `listen` would.")
@_secret
@common
def trigger(place: Place, *, event: str, where: Path, to: str, secret: str) -> int:
    """Let EVENT happen in a sandbox: really signed, between a node and two invented companies.

    The members' folders are SANDBOX/origin and SANDBOX/recipient: look into them with every other
    command (--folder), and let `listen` forward what they hear. Nothing leaves this machine but
    what --to posts.
    """
    from fachkraft_share.cli.sandbox.alliance import sandbox
    from fachkraft_share.cli.sandbox.scenes import SCENES, play

    teller = _teller(to, secret)
    where = where.expanduser()
    with sandbox(where) as box:
        fact = play(box, event)
    heard = where / SCENES[event].heard_by
    value: dict[str, Any] = {"event": event, "folder": heard, **_shown(fact)}
    lines = [f"{event}: heard in {heard} as {fact.type} about {fact.referral}"]
    if teller is None:
        place.show(value, *lines, f"See: fachkraft-share events --folder {heard}")
        return exits.OK
    told = teller.tell(fact)
    value |= {"told": told, "secret": None if secret else teller.secret}
    place.show(value, *lines, f"{told}{_signed_with(teller, secret)}")
    return told.code


@click.command()
@click.option("--forward", "to", default="", metavar="URL", help="Post each event there.")
@_secret
@common
def listen(place: Place, *, to: str, secret: str) -> int:
    """Watch this member's folder and tell of every event it says or hears, until interrupted.

    What is posted names event, id and referral, nothing about a person; the header X-Fks-Signature
    is the HMAC-SHA-256 of the body. What is not taken can be sent again: `events resend ID`. It
    does not synchronise: let `sync --watch` run beside it.
    """
    teller = _teller(to, secret)
    with opened(place) as member:
        seen = {one.id for one in _since(member, 0)}
        began = int(time.time())
        said = {"listening": place.folder, "to": to or None}
        said |= {"secret": teller.secret} if teller is not None and not secret else {}
        place.out.stream(said, f"Listening in {place.folder}{_signed_with(teller, secret)}")
        try:
            for fact in _new(member, place.folder, since=began, seen=seen):
                _tell(place, fact, teller)
        except KeyboardInterrupt:
            return exits.OK
    return exits.OK


def _new(member: "Member", folder: Path, *, since: int, seen: set[str]) -> Iterator["Fact"]:
    """Yield what is new; the store is asked only when its files have changed."""
    before = None
    while True:
        now = _touched(folder)
        if now != before:
            before = now
            for fact in _since(member, since - 1):
                if fact.id not in seen:
                    seen.add(fact.id)
                    yield fact
        time.sleep(_PAUSE)


def _touched(folder: Path) -> list[tuple[str, int, int]]:
    found = [(one, one.stat()) for one in sorted((folder / "state").glob("state.db*"))]
    return [(file.name, info.st_size, info.st_mtime_ns) for file, info in found]


def _tell(place: Place, fact: "Fact", teller: "Teller | None") -> None:
    if teller is None:
        place.out.stream(_shown(fact), _line(fact))
        return
    told = teller.tell(fact)
    again = "" if told.taken else f"; again: fachkraft-share events resend {fact.id} --to {told.to}"
    place.out.stream({**_shown(fact), "told": told}, f"{_line(fact)}  {told}{again}")


@click.group(cls=ListByDefault)
def events() -> None:
    """Events: `list` (also without a word) shows them, `resend` tells a program of one again."""


@events.command("list")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1), help="How far back.")
@common
def list_(place: Place, *, days: int) -> None:
    """List what this member said and heard of late, the newest first: names only.

    `fachkraft-share events` is the same. What was heard and left no document here, such as an
    answer or the use of a right, is listed as `other`, without its referral. `explain REFERRAL`
    says more about one referral.
    """
    from fachkraft_share import limits

    with opened(place) as member:
        found = _since(member, member.engine.now() - days * limits.DAY)
    newest = found[: -limits.EVENTS_SHOWN - 1 : -1]
    rows = [_cells(one) for one in newest]
    lines = table([_HEAD, *rows]) if rows else [f"Nothing in the last {days} days."]
    place.show({"events": [_shown(one) for one in newest]}, *lines)


@events.command("resend")
@click.argument("event")
@click.option("--to", required=True, metavar="URL", help="Post it there, as `listen` would.")
@_secret
@common
def resend(place: Place, *, event: str, to: str, secret: str) -> int:
    """Tell a program again of the event with the id EVENT, as `events` shows it.

    The id is the same as before, by which a program knows what it has seen.
    """
    teller = _teller(to, secret)
    with opened(place) as member:
        found = [one for one in _since(member, 0) if one.id == event]
    if not found or teller is None:
        raise click.BadParameter("no event with this id is known here", param_hint="EVENT")
    told = teller.tell(found[0])
    value = {**_shown(found[0]), "told": told, "secret": None if secret else teller.secret}
    place.show(value, f"{_line(found[0])}  {told}{_signed_with(teller, secret)}")
    return told.code


def _teller(to: str, secret: str) -> "Teller | None":
    from fachkraft_share.cli.sandbox.telling import teller

    return teller(to, secret) if to else None


def _signed_with(teller: "Teller | None", secret: str) -> str:
    return "" if teller is None or secret else f"; signed with {teller.secret}"


def _since(member: "Member", moment: int) -> "tuple[Fact, ...]":
    from fachkraft_share.member.recent import recent

    return recent(member.engine, since=moment)


_HEAD = ("when", "", "event", "referral", "id")


def _shown(fact: "Fact") -> dict[str, Any]:
    return attrs.asdict(fact)


def _cells(fact: "Fact") -> tuple[str, ...]:
    when = dt.datetime.fromtimestamp(fact.at, tz=dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return when, "said" if fact.said else "heard", fact.type, fact.referral or "-", fact.id


def _line(fact: "Fact") -> str:
    return "  ".join(_cells(fact))

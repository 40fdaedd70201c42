"""What the start page offers beside what waits: first steps, and entries of who mounts it."""

from collections.abc import Callable, Sequence
from typing import Final

import attrs

from fachkraft_share.member.engine import Engine
from fachkraft_share.member.facade import Member
from fachkraft_share.member.inbox.room import ACT, MANAGE
from fachkraft_share.protocol.records import Referral


@attrs.frozen
class Step:
    """Something a company does once, in its first days; `text` is of the catalogue."""

    text: str
    path: str
    done: bool
    roles: frozenset[str] = ACT


@attrs.frozen
class Entry:
    """A way to pages beside the inbox; with a `text` of `one` and `other`, how many wait there."""

    link: str  # what the link is called
    path: str
    text: str = ""
    count: int = 0


@attrs.frozen
class Beside:
    """What whoever mounts the inbox adds to its start page, asked at every visit."""

    steps: Sequence[Step] = ()
    entries: Sequence[Entry] = ()


Asked = Callable[[], Beside]
NOTHING: Final = Beside()


def steps_of(member: Member, beside: Beside = NOTHING) -> tuple[Step, ...]:
    """Return the first steps, with those that are done; none any more once all of them are."""
    settings = member.engine.settings
    steps = (
        Step("contact", "/settings/change", bool(settings.contact), MANAGE),
        Step("search", "/searches/new", bool(member.searches())),
        *beside.steps,
        Step("recommendation", "/recommend", _recommended(member.engine)),
    )
    able = [one for one in steps if member.folder or one.path != "/settings/change"]
    return () if all(one.done for one in able) else tuple(able)


def _recommended(engine: Engine) -> bool:
    with engine.store.begin(write=False) as transaction:
        return bool(transaction.every(Referral, origin=engine.id, limit=1))

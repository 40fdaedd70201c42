"""What an erasure left behind, and what a receipt may say of it.

A bare "deleted" is never enough: one open HR system kept the person in two history tables after
its API had answered so. Therefore every erasure carries the second look.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, Protocol

import attrs

from fachkraft_share import limits

ReceiptState = Literal["never_held", "erased", "anonymised", "requested", "failed"]

# A status code, an id, the name of a table or folder: never content, never a person.
_PLACE = re.compile(r"[A-Za-z0-9_.:/=*<>#\[\] -]{1,120}")


def _check_place(_: object, __: object, value: str) -> None:
    if not _PLACE.fullmatch(value):
        raise ValueError("a place or code must not carry content")


def _check_places(_: object, __: object, values: Iterable[str]) -> None:
    for value in values:
        _check_place(None, None, value)


class Outcome(StrEnum):
    """What the outside system did."""

    ERASED = "erased"
    ANONYMISED = "anonymised"
    REQUESTED = "requested"
    NEVER_HELD = "never_held"
    UNSUPPORTED = "unsupported"  # noted by the engine when the adapter cannot erase


class ResidueKind(StrEnum):
    """Where something may be left."""

    PERSON_RECORD = "person_record"
    HISTORY = "history"
    LOG = "log"
    FILE = "file"
    SEARCH_INDEX = "search_index"
    TRASH = "trash"
    OLD_COPY = "old_copy"


@attrs.frozen
class Residue:
    """Something the second look found; `goes` is when it goes by itself, None when it stays."""

    kind: ResidueKind
    where: str = attrs.field(validator=_check_place)
    goes: int | None = None


@attrs.frozen
class Erased:
    """What an adapter's own `_erase` answers; the base class adds the second look."""

    outcome: Outcome
    evidence: tuple[str, ...] = attrs.field(default=(), validator=_check_places)


@attrs.frozen
class Erasure:
    """An outcome with the residue a second look found; `evidence` is status codes and ids."""

    outcome: Outcome
    residue: tuple[Residue, ...]
    looked_at: int
    evidence: tuple[str, ...] = attrs.field(default=(), validator=_check_places)


class ErasureParticipant(Protocol):
    """Anything that stores personal data of referrals and can be asked to erase them."""

    @property
    def name(self) -> str:
        """The name remembered in the store; one that is absent later counts as failed."""

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Erase all of the referral and look again; doing it twice is fine."""


def unsupported(*, at: int) -> Erasure:
    """Return what is noted for a system that cannot erase: a task for a person."""
    return Erasure(Outcome.UNSUPPORTED, (), at)


def receipt_state(erasure: Erasure, *, at: int, deadline: int | None = None) -> ReceiptState:
    """Return what the receipt says; `retained` is never said here, only the engine knows a basis.

    `deadline` is when an erasure somebody has to do by hand counts as failed, by default
    `ERASURE_DEADLINE` after the look.
    """
    if erasure.outcome in (Outcome.REQUESTED, Outcome.UNSUPPORTED):
        last = erasure.looked_at + limits.ERASURE_DEADLINE if deadline is None else deadline
        return "failed" if at > last else "requested"
    if any(_stays(one, erasure) for one in erasure.residue):
        return "failed"
    if erasure.residue:
        return "requested"
    return _SETTLED[erasure.outcome]


def look_again_at(erasure: Erasure) -> int | None:
    """Return when residue that goes by itself should be gone, or None when nothing is awaited."""
    awaited = [one.goes for one in erasure.residue if not _stays(one, erasure)]
    return max((when for when in awaited if when is not None), default=None)


def _stays(residue: Residue, erasure: Erasure) -> bool:
    # What should have gone before the look and was still found does not go by itself.
    return residue.goes is None or residue.goes <= erasure.looked_at


_SETTLED: dict[Outcome, ReceiptState] = {
    Outcome.ERASED: "erased",
    Outcome.ANONYMISED: "anonymised",
    Outcome.NEVER_HELD: "never_held",
}

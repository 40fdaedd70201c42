"""A breach of personal data: what is owed to whom, and until when (Art. 33, 34 GDPR).

1. The clock runs from the moment somebody responsible knew, not from when it was written down.
2. It counts hours, weekends and holidays included (Art. 3 of Regulation 1182/71).
3. Until somebody has weighed the risk, everything is owed.
"""

from enum import StrEnum

import attrs

from fachkraft_share import limits


class Risk(StrEnum):
    """What it may mean for the people concerned, as a person has weighed it."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"


class Duty(StrEnum):
    """What must be done, in this order."""

    RECALL = "recall"
    WEIGH = "weigh"
    AUTHORITY = "authority"  # Art. 33
    PERSON = "person"  # Art. 34


@attrs.frozen
class Dealing:
    """How far a breach was dealt with: when what was done, None for what was not."""

    known_at: int
    recalled_at: int | None = None
    risk: Risk | None = None
    authority_at: int | None = None
    person_at: int | None = None


def deadline(known_at: int) -> int:
    """Return until when the supervisory authority must know (Art. 33(1))."""
    return known_at + limits.BREACH_HOURS * limits.HOUR


def hours_left(known_at: int, *, at: int) -> int:
    """Return how many whole hours are left; below zero, how many it is late."""
    return (deadline(known_at) - at) // limits.HOUR


def late(dealing: Dealing, *, at: int) -> bool:
    """Tell whether the authority was told, or would be told now, after the 72 hours."""
    told = at if dealing.authority_at is None else dealing.authority_at
    return told > deadline(dealing.known_at)


def owed(dealing: Dealing) -> tuple[Duty, ...]:
    """Return what is still to be done before the case can be closed."""
    risk = dealing.risk
    open_: dict[Duty, bool] = {
        Duty.RECALL: dealing.recalled_at is None,
        Duty.WEIGH: risk is None,
        Duty.AUTHORITY: risk is not Risk.UNLIKELY and dealing.authority_at is None,
        Duty.PERSON: risk in (None, Risk.HIGH) and dealing.person_at is None,
    }
    return tuple(duty for duty, still in open_.items() if still)

"""What an alliance may publish about its work: counts by half-year that show no single person.

1. A count below `limits.FEWEST_SHOWN` is told as "fewer", zero included.
2. A half-year that still runs is told in steps of that size: who looks every day sees no single
   event arrive.
3. Nothing small can be got by subtraction. A year's sum is told only if both halves are, or the
   first lies before the alliance: then it is the second. Where parts make up a whole, or lie within
   it, and one of them is small, either what is left leaves it all its values, or none of the parts
   is told.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum

import attrs

from fachkraft_share import limits

HALVES = (1, 2)
_TIGHT = 2 * limits.FEWEST_SHOWN - 1  # a smaller whole leaves two parts too few values
_SECOND = 7  # the month in which the second half-year begins


class Stage(StrEnum):
    """What is counted: events, in the half-year in which they happened."""

    RECOMMENDED = "recommended"
    CONSENTED = "consented"
    DECLINED = "declined"
    REQUESTED = "requested"
    ANSWERED = "answered"
    DISCLOSED = "disclosed"
    OUTCOME = "outcome"
    HIRED = "hired"
    NOT_HIRED = "not_hired"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"  # receipts that settled in time
    LATE = "late"  # receipts that came after the deadline or are still missing


class Shown(StrEnum):
    """How a count may be told."""

    EXACT = "exact"
    AT_LEAST = "at_least"  # the half-year still runs
    FEW = "few"  # fewer than `limits.FEWEST_SHOWN`
    HIDDEN = "hidden"  # would give away a small one
    OPEN = "open"  # not over, or not begun
    BEFORE = "before"  # the alliance was not founded yet


@attrs.frozen
class Event:
    """Something happened; of whom is not asked."""

    stage: Stage
    at: int


@attrs.frozen
class Figure:
    """One count as it may be told; `number` is 0 where none is told."""

    shown: Shown
    number: int = 0


@attrs.frozen
class Line:
    """One stage in one year."""

    stage: Stage
    halves: tuple[Figure, Figure]
    year: Figure


@attrs.frozen
class _Parts:
    """Stages that lie within another; `whole`: they make it up, nothing else does."""

    of: Stage
    parts: tuple[Stage, ...]
    whole: bool

    def give_away(self, counts: Mapping[Stage, int]) -> bool:
        """Tell whether a small part could be got from the others."""
        few = [one for one in self.parts if counts[one] < limits.FEWEST_SHOWN]
        if not few or counts[self.of] < limits.FEWEST_SHOWN:
            return False
        if self.whole or counts[self.of] < _TIGHT:
            return True
        left = counts[self.of] - sum(counts[one] for one in self.parts if one not in few)
        return left < limits.FEWEST_SHOWN - 1


_TOGETHER = (
    _Parts(Stage.RECOMMENDED, (Stage.CONSENTED, Stage.DECLINED), whole=False),
    _Parts(Stage.OUTCOME, (Stage.HIRED, Stage.NOT_HIRED), whole=True),
)


def figures(events: Iterable[Event], *, year: int, at: int, since: int = 0) -> tuple[Line, ...]:
    """Return what may be told of a year at that moment, one line a stage.

    `since` is when the alliance began.
    """
    happened = tuple(events)
    over = end_of(year) <= at
    halves = [
        dict.fromkeys(Stage, Figure(Shown.BEFORE))
        if is_before(year, half, since=since)
        else _half(happened, begin_of(year, half), end_of(year, half), at=at)
        for half in HALVES
    ]
    return tuple(
        Line(stage, (first[stage], second[stage]), _sum(first[stage], second[stage], over=over))
        for first, second in [halves]
        for stage in Stage
    )


def begin_of(year: int, half: int = 1) -> int:
    """Return the first second of a half-year (UTC)."""
    month = 1 if half == 1 else _SECOND
    return int(dt.datetime(year, month, 1, tzinfo=dt.UTC).timestamp())


def end_of(year: int, half: int = 2) -> int:
    """Return the first second after a half-year (UTC)."""
    return begin_of(year, 2) if half == 1 else begin_of(year + 1)


def is_before(year: int, half: int, *, since: int) -> bool:
    """Tell whether a half-year was over when the alliance began."""
    return end_of(year, half) <= since


def year_of(at: int) -> int:
    """Return the year of a moment (UTC)."""
    return dt.datetime.fromtimestamp(at, tz=dt.UTC).year


def whole_years(at: int, *, since: int = 0) -> tuple[int, ...]:
    """Return the years since the alliance began of which all evidence is kept, the newest first.

    Evidence goes after a stated period; a year of which some is gone would be counted too low.
    """
    found, year = list[int](), year_of(at)
    while begin_of(year) > at - limits.EVIDENCE_DAYS * limits.DAY and end_of(year) > since:
        found.append(year)
        year -= 1
    return tuple(found)


def _half(events: tuple[Event, ...], begin: int, end: int, *, at: int) -> Mapping[Stage, Figure]:
    if at < begin:
        return dict.fromkeys(Stage, Figure(Shown.OPEN))
    stages = [one.stage for one in events if begin <= one.at < end]
    counts = {stage: stages.count(stage) for stage in Stage}
    told = {stage: _figure(counts[stage], over=end <= at) for stage in Stage}
    for one in _TOGETHER:
        if one.give_away(counts):
            told |= dict.fromkeys(one.parts, Figure(Shown.HIDDEN))
    return told


def _figure(count: int, *, over: bool) -> Figure:
    if count < limits.FEWEST_SHOWN:
        return Figure(Shown.FEW)
    if over:
        return Figure(Shown.EXACT, count)
    return Figure(Shown.AT_LEAST, count - count % limits.FEWEST_SHOWN)


def _sum(first: Figure, second: Figure, *, over: bool) -> Figure:
    if not over:
        return Figure(Shown.OPEN)
    if first.shown is Shown.BEFORE:
        return second
    if first.shown is second.shown is Shown.EXACT:
        return Figure(Shown.EXACT, first.number + second.number)
    return Figure(Shown.HIDDEN)

"""How long somebody has worked, from employments that may overlap or be dated roughly."""

import datetime as dt
from collections.abc import Iterable

from fachkraft_share.model.candidate import Experience
from fachkraft_share.model.profile import Years

_BANDS = ((2, Years.UP_TO_1), (5, Years.UP_TO_4), (10, Years.UP_TO_9))  # below these full years


def years_band(experience: Iterable[Experience], *, at: int) -> Years | None:
    """Return the band of full years worked until that moment; None when nothing is dated.

    Overlapping employments count once, and a future one not at all.
    """
    now = dt.datetime.fromtimestamp(at, tz=dt.UTC)
    today = now.year * 12 + now.month - 1
    spans = sorted(_span(one, today=today) for one in experience if one.start)
    if not spans:
        return None
    years = _merged(spans) // 12
    return next((band for below, band in _BANDS if years < below), Years.MORE)


def _span(one: Experience, *, today: int) -> tuple[int, int]:
    end = today if one.end is None else min(_month(one.end) + _whole(one.end), today)
    return _month(one.start), end


def _merged(spans: list[tuple[int, int]]) -> int:
    months = reached = 0
    for start, end in spans:
        months += max(0, end - max(start, reached))
        reached = max(reached, end)
    return months


def _month(date: str) -> int:
    """Return the month's number; a bare year stands for its middle, as the likeliest guess."""
    year, _, month = date.partition("-")
    return int(year) * 12 + (int(month) - 1 if month else 6)


def _whole(date: str) -> int:
    """Return 1 for a month, which was worked to its end, and 0 for the middle of a year."""
    return 1 if "-" in date else 0

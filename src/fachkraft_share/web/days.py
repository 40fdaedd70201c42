"""Days as pages count them: in UTC, the last covered day included, today not counted."""

import datetime as dt


def last_day(end: int) -> dt.date:
    """Return the last day that is covered by a time ending there."""
    return dt.datetime.fromtimestamp(end - 1, dt.UTC).date()


def days_left(end: int, *, at: int) -> int:
    """Return how many days remain, today not counted."""
    today = dt.datetime.fromtimestamp(at, dt.UTC).date()
    return max(0, (last_day(end) - today).days)

"""Days as pages count them: in UTC, the last covered day included."""

import datetime as dt


def last_day(end: int) -> dt.date:
    """Return the last day that is covered by a time ending there."""
    return dt.datetime.fromtimestamp(end - 1, dt.UTC).date()

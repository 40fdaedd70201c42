"""Last days as pages count them: in UTC, in which terms end, the last covered day included.

When something happened is another question: that is a day of the calendar here (`local_time`).
"""

import datetime as dt


def last_day(end: int) -> dt.date:
    """Return the last day that is covered by a time ending there."""
    return dt.datetime.fromtimestamp(end - 1, dt.UTC).date()

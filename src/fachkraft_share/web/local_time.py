"""Times of day as people here read them: in Europe/Berlin, whatever a server's clock shows."""

import datetime as dt
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HERE: Final = "Europe/Berlin"


def local(at: int) -> dt.datetime:
    """Return a moment as clocks here show it."""
    return dt.datetime.fromtimestamp(at, dt.UTC).astimezone(_zone())


def clock(at: int) -> str:
    """Return the time of day of a moment."""
    return f"{local(at):%H:%M}"


@cache
def _zone() -> dt.tzinfo:
    """Return the zone; UTC, which FKS-032 tells, where a machine has none (Windows)."""
    try:
        return ZoneInfo(HERE)
    except ZoneInfoNotFoundError:
        return dt.UTC

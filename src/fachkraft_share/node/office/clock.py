"""Day and time as people here read them, always with the zone: a clock of 72 hours runs by it."""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fachkraft_share.web.catalogue import Catalogue

_HERE: Final = "Europe/Berlin"
_ZONES: Final = {1: "winter", 2: "summer"}  # hours ahead of UTC


def clock(at: int, texts: Catalogue) -> str:
    """Return day, time and zone of a moment."""
    found = dt.datetime.fromtimestamp(at, tz=_zone())
    ahead = found.utcoffset() or dt.timedelta()
    zone = _ZONES.get(int(ahead.total_seconds()) // 3600, "universal")
    day, time = texts.day(found.date()), f"{found:%H:%M}"
    return texts.text("office.clock", day=day, time=time, zone=texts.text(f"office.zone.{zone}"))


def _zone() -> dt.tzinfo:
    """Return the local time; a machine without time zones shows UTC."""
    try:
        return ZoneInfo(_HERE)
    except ZoneInfoNotFoundError:
        return dt.UTC

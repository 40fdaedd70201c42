"""Day and time as people here read them, always with the zone: a clock of 72 hours runs by it."""

import datetime as dt
from typing import Final

from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.local_time import local

_ZONES: Final = {1: "winter", 2: "summer"}  # hours ahead of UTC


def clock(at: int, texts: Catalogue) -> str:
    """Return day, time and zone of a moment."""
    found = local(at)
    ahead = found.utcoffset() or dt.timedelta()
    zone = _ZONES.get(int(ahead.total_seconds()) // 3600, "universal")
    day, time = texts.day(found.date()), f"{found:%H:%M}"
    return texts.text("office.clock", day=day, time=time, zone=texts.text(f"office.zone.{zone}"))

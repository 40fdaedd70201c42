"""Times as outside systems write them: with a zone, without one, or a day only.

Inside, a time is whole seconds since 1970 UTC. A time without zone is read in the tenant's zone;
of the hour that comes twice the earlier one is meant, so that nothing is asked for too late.
"""

import datetime as dt
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from fachkraft_share.errors import InvalidRecordError, SetupError


def zone_of(name: str) -> ZoneInfo:
    """Return the zone a setting names, such as `Europe/Berlin`.

    Raises:
        SetupError: nobody knows it here.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:  # a folder of the zones is an OSError
        what = f"no time zone is called {name!r}; say one like Europe/Berlin (or install tzdata)"
        raise SetupError(what) from error


def read_moment(text: str, *, zone: dt.tzinfo, where: str = "time") -> int:
    """Read an ISO 8601 time or day; a fraction of a second is cut.

    Raises:
        InvalidRecordError: not such a text; `where` names the field.
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise InvalidRecordError(f"{where}: not an ISO 8601 time") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone, fold=0)
    return int(moment.timestamp() // 1)


def write_moment(moment: int) -> str:
    """Return the time in UTC, to the second, with its zone: `2026-11-22T08:30:00Z`."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_local(moment: int, *, zone: dt.tzinfo) -> str:
    """Return the tenant's local time, to the second, without a zone."""
    return dt.datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%dT%H:%M:%S")


def write_day(moment: int, *, zone: dt.tzinfo) -> str:
    """Return the tenant's day."""
    return dt.datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d")


def read_http_date(text: str) -> int | None:
    """Read a date of HTTP (RFC 9110 § 5.6.7), None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return int(moment.replace(tzinfo=moment.tzinfo or dt.UTC).timestamp())

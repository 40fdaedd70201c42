"""“Ask me later”: days to choose, and a calendar entry that the person keeps.

The node takes no address for a reminder and keeps no link: it could send nothing without both. So
it hands out a file for the person's own calendar, which names neither link nor person nor company,
for calendars are read by many eyes. The link stays where it came: in the letter.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from fachkraft_share import limits
from fachkraft_share.web.catalogue import Catalogue

OFFERED: Final = (3, 7, 14, 21)  # days from today
_HOUR: Final = 9  # in the morning, local time


def days_to_choose(*, at: int, until: int) -> tuple[int, ...]:
    """Return the moments on which days begin that may be chosen: before the draft's last day."""
    today = at - at % limits.DAY
    found = (today + days * limits.DAY for days in OFFERED)
    return tuple(day for day in found if day + limits.DAY < until)


def entry(day: int, *, texts: Catalogue, at: int) -> bytes:
    """Return a calendar file (RFC 5545) with one reminder on that day."""
    date = dt.datetime.fromtimestamp(day, dt.UTC)
    stamp = dt.datetime.fromtimestamp(at, dt.UTC)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//fachkraft-share//desk//DE",
        "BEGIN:VEVENT",
        f"UID:{date:%Y%m%d}-{at}@fachkraft-share.invalid",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{date:%Y%m%d}T{_HOUR:02}0000",
        "DURATION:PT15M",
        f"SUMMARY:{_escaped(texts.text('later.entry'))}",
        f"DESCRIPTION:{_escaped(texts.text('later.entry_text'))}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(texts.text('later.entry'))}",
        "TRIGGER:PT0M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _escaped(text: str) -> str:
    found = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return found.replace("\n", "\\n")


def _folded(line: str) -> Sequence[str]:
    """Return the line in pieces of at most 75 bytes; those that continue begin with a space."""
    found, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 75:
            found.append(piece)
            piece = " "
        piece += letter
    return (*found, piece)

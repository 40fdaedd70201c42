"""`activities.ics`: RFC 5545, of the activities whose date is known."""

import datetime as dt
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event

from fachkraft_share import limits
from fachkraft_share_feed.contents import Channel, Contents, Entry
from fachkraft_share_feed.plain import plain_of

_PRODUCT: Final = "-//fachkraft-share//feed//EN"


def write_calendar(contents: Contents, channel: Channel) -> bytes:
    """Return the calendar; without a dated activity it is empty, so that subscriptions last."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", channel.title)
    again = dt.timedelta(seconds=limits.FEED_OLD)
    calendar.add("refresh-interval", again, parameters={"VALUE": "DURATION"})
    for entry in contents.entries:
        if entry.item.starts is not None:
            calendar.add_component(_event(entry, entry.item.starts, contents.generated))
    return bytes(calendar.to_ical())


def _event(entry: Entry, starts: int, written: int) -> Event:
    item, event = entry.item, Event()
    event.add("uid", str(UUID(hex=item.key)))
    event.add("dtstamp", _moment(written))
    event.add("last-modified", _moment(entry.modified))
    event.add("dtstart", _moment(starts))
    if item.ends is not None:
        event.add("dtend", _moment(item.ends))
    language = {"LANGUAGE": item.language}
    event.add("summary", item.title, parameters=language)
    event.add("description", plain_of(item.body), parameters=language)
    event.add("url", item.link)
    return event


def _moment(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)

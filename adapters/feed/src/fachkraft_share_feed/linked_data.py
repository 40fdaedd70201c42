"""`items.jsonld`: schema.org, an `Event` for each activity.

Profiles are left out: a person who looks for work is no `JobPosting`, and search engines keep
what they have read.
"""

import json
from collections.abc import Mapping
from typing import Any

from fachkraft_share.ports.moments import write_moment
from fachkraft_share.ports.publishing import Item, ItemKind
from fachkraft_share_feed.contents import Channel, Contents
from fachkraft_share_feed.json_feed import urn_of
from fachkraft_share_feed.plain import plain_of


def write_linked_data(contents: Contents, channel: Channel) -> bytes:
    """Return the data, which may stand in a `script` element as they are."""
    activities = [one.item for one in contents.entries if one.item.kind is ItemKind.ACTIVITY]
    graph = [_event(one, channel) for one in activities]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, indent=1)
    return text.replace("<", "\\u003c").encode() + b"\n"


def _event(item: Item, channel: Channel) -> Mapping[str, Any]:
    event = {
        "@type": "Event",
        "@id": urn_of(item.key),
        "name": item.title,
        "description": plain_of(item.body),
        "url": item.link,
        "inLanguage": item.language,
        "organizer": {"@type": "Organization", "name": channel.title},
    }
    if item.starts is not None:
        event["startDate"] = write_moment(item.starts)
    if item.ends is not None:
        event["endDate"] = write_moment(item.ends)
    return event

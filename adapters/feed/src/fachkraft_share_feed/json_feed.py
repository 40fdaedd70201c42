"""`feed.json`: JSON Feed 1.1 with the extension `_fks`; also what we read again ourselves.

`_fks` of an item: `key`, `kind`, `valid_until` (after it nobody shows the item), and `starts` and
`ends` of a dated activity. `_fks` of the feed: `generated`, `deleted` (keys that left of late) and
`recommend`. Times are seconds.
"""

import datetime as dt
import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final
from uuid import UUID

from fachkraft_share.errors import PermanentAdapterError
from fachkraft_share.ports.moments import read_moment, write_moment
from fachkraft_share.ports.publishing import Item, ItemKind, is_key
from fachkraft_share_feed.contents import Channel, Contents, Entry, Gone

VERSION: Final = "https://jsonfeed.org/version/1.1"


def urn_of(key: str) -> str:
    """Return the id an item has in every format."""
    return UUID(hex=key).urn


def write_json_feed(contents: Contents, channel: Channel) -> bytes:
    """Return the feed."""
    feed: dict[str, Any] = {
        "version": VERSION,
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": f"{channel.url}/feed.json" if channel.url else "",
        "language": channel.language,
        "_fks": {
            "generated": contents.generated,
            "deleted": [{"key": one.key, "at": one.at} for one in contents.deleted],
            "recommend": channel.recommend,
        },
        "items": [_item(one) for one in contents.entries],
    }
    said = {name: value for name, value in feed.items() if value != ""}
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def read_json_feed(content: bytes) -> Contents:
    """Read what we wrote.

    Raises:
        PermanentAdapterError: it is something else.
    """
    try:
        feed = json.loads(content)
        own = feed["_fks"]
        entries = tuple(_entry(one) for one in feed["items"])
        deleted = tuple(Gone(_key(one["key"]), int(one["at"])) for one in own["deleted"])
        return Contents(int(own["generated"]), entries, deleted)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PermanentAdapterError(
            "feed.json is not what this adapter wrote; remove it, and publish again"
        ) from error


def _item(entry: Entry) -> Mapping[str, Any]:
    item = entry.item
    own: dict[str, Any] = {
        "key": item.key,
        "kind": str(item.kind),
        "valid_until": item.valid_until,
    }
    own |= {"starts": item.starts} if item.starts is not None else {}
    own |= {"ends": item.ends} if item.ends is not None else {}
    return {
        "id": urn_of(item.key),
        "url": item.link,
        "title": item.title,
        "content_html": item.page,
        "date_modified": write_moment(entry.modified),
        "language": item.language,
        "_fks": own,
    }


def _entry(written: Any) -> Entry:
    own = written["_fks"]
    item = Item(
        key=_key(own["key"]),
        kind=ItemKind(own["kind"]),
        title=str(written["title"]),
        body=_body(str(written["content_html"]), link=str(written["url"])),
        link=str(written["url"]),
        language=str(written["language"]),
        valid_until=int(own["valid_until"]),
        starts=own.get("starts"),
        ends=own.get("ends"),
    )
    return Entry(item, read_moment(written["date_modified"], zone=dt.UTC))


def _body(page: str, *, link: str) -> str:
    return re.sub(rf'<p><a href="{re.escape(escape(link))}">[^<]*</a></p>\Z', "", page)


def _key(text: Any) -> str:
    if not isinstance(text, str) or not is_key(text):
        raise ValueError("not a key")
    return text

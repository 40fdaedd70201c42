"""`atom.xml`: RFC 4287, of activities and invitations.

Profiles are left out: feed readers keep what they have read, and nobody could call it back.
"""

import re
from typing import Final
from xml.etree import ElementTree as ET

from fachkraft_share.ports.moments import write_moment
from fachkraft_share.ports.publishing import ItemKind
from fachkraft_share_feed.contents import Channel, Contents, Entry
from fachkraft_share_feed.json_feed import urn_of

_ATOM: Final = "http://www.w3.org/2005/Atom"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_atom(contents: Contents, channel: Channel) -> bytes:
    """Return the feed."""
    feed = ET.Element("feed", {"xmlns": _ATOM, _LANGUAGE: channel.language})
    _add(feed, "id", channel.id)
    _add(feed, "title", channel.title)
    _add(feed, "updated", write_moment(contents.generated))
    _add(ET.SubElement(feed, "author"), "name", channel.title)
    if channel.url:
        address = f"{channel.url}/atom.xml"
        ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    if channel.home:
        ET.SubElement(feed, "link", rel="alternate", href=channel.home)
    for entry in contents.entries:
        if entry.item.kind is not ItemKind.TEASER:
            _add_entry(feed, entry)
    text = ET.tostring(feed, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _add_entry(feed: ET.Element, entry: Entry) -> None:
    item = entry.item
    element = ET.SubElement(feed, "entry", {_LANGUAGE: item.language})
    _add(element, "id", urn_of(item.key))
    _add(element, "title", item.title)
    _add(element, "updated", write_moment(entry.modified))
    ET.SubElement(element, "link", rel="alternate", href=item.link)
    ET.SubElement(element, "category", term=str(item.kind))
    _add(element, "content", item.body, type="html")


def _add(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    element = ET.SubElement(parent, name, attributes)
    element.text = _NO_XML.sub("", text)

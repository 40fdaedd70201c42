"""`items.html`: a plain list that works without script, to be put into a page by its server.

Profiles are left out: nobody takes a person out of a static file when the time is over.
"""

from html import escape
from typing import Final

from fachkraft_share.ports.publishing import ItemKind
from fachkraft_share_feed.contents import Channel, Contents, Entry

RECOMMEND: Final = {"de": "Fachkraft weiterempfehlen", "en": "Recommend somebody"}


def write_fragment(contents: Contents, channel: Channel) -> bytes:
    """Return the list and the link to recommend somebody."""
    shown = (one for one in contents.entries if one.item.kind is not ItemKind.TEASER)
    rows = "".join(_row(one) for one in shown)
    parts = [f'<ul class="fachkraft-share">\n{rows}</ul>\n']
    if channel.recommend:
        words = RECOMMEND.get(channel.language, RECOMMEND["de"])
        link = f'<a href="{escape(channel.recommend)}">{words}</a>'
        parts.append(f'<p class="fachkraft-share-recommend">{link}</p>\n')
    return "".join(parts).encode("utf-8", "replace")


def _row(entry: Entry) -> str:
    item = entry.item
    head = f'<a href="{escape(item.link)}">{escape(item.title)}</a>'
    body = item.body.replace("<h3>", "<h4>").replace("</h3>", "</h4>")  # below the title
    attributes = f'id="{item.slug}" class="fks-{item.kind}" lang="{escape(item.language)}"'
    return f'<li {attributes} dir="auto"><h3>{head}</h3>{body}</li>\n'

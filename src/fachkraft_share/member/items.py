"""A teaser as an item for a website: a title of labels, a list of labels, a link to the alliance.

1. Nothing a person wrote is in it: every word is a label of the vocabulary or stands here.
2. `print_of` changes with what a reader sees, not with how long it may stand.
"""

from html import escape
from typing import Final

from fachkraft_share import limits
from fachkraft_share.member.displaying import Teaser, headline_of
from fachkraft_share.ports.publishing import Item, ItemKind, LabelTitle, item_key
from fachkraft_share.rules.vocabulary import Kind, Vocabulary
from fachkraft_share.wire.encoding import frame, sha256

_TAG: Final = b"fks/1 displayed"
_LEAD: Final = {
    "de": "Eine Fachkraft, die ein Betrieb der Allianz gern eingestellt hätte.",
    "en": "A skilled person whom a company of the alliance would have liked to hire.",
}


def item_of(teaser: Teaser, *, vocabulary: Vocabulary, language: str, until: int) -> Item:
    """Return the teaser as it is shown until then, or until its consent ends if that is earlier."""
    title = _title(headline_of(teaser.profile), vocabulary, language)
    said = (one for one in (*teaser.headline, *teaser.details) if one not in title)
    rows = "".join(f"<li>{escape(one)}</li>" for one in said)
    lead = _LEAD.get(language, _LEAD["de"])
    return Item(
        key=item_key(ItemKind.TEASER, teaser.referral),
        kind=ItemKind.TEASER,
        title=title,
        body=f"<p>{lead}</p><ul>{rows}</ul>" if rows else f"<p>{lead}</p>",
        link=teaser.link,
        language=language,
        valid_until=min(teaser.valid_until, until),
        referral=teaser.referral,
    )


def print_of(item: Item) -> str:
    """Return the hash of what a reader sees."""
    seen = (item.kind, item.title, item.body, item.link, item.language)
    return sha256(frame(_TAG, *(one.encode() for one in seen)))


def _title(
    codes: tuple[tuple[Kind, str], ...], vocabulary: Vocabulary, language: str
) -> LabelTitle:
    """Return as many labels as a title has room for; a code without one is left out."""
    title, kept = LabelTitle(), list[tuple[Kind, str]]()
    for kind, code in codes:
        if vocabulary.label(kind, code, language=language) == code:
            continue
        longer = LabelTitle.of([*kept, (kind, code)], vocabulary=vocabulary, language=language)
        if len(longer) <= limits.SHORT_TEXT:
            title, kept = longer, [*kept, (kind, code)]
    return title

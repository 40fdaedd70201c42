"""What is shown on a website: a teaser, an activity, an invitation, and which must go again.

1. The title of a teaser is made of labels of a vocabulary, never of what a person wrote (A15).
2. Keys and slugs are made by us and name nobody; a website's database may be public one day.
3. A form for consent never stands on a website: an item holds a link to the node's page (law).
"""

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum
from html import escape
from typing import Final, Self

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError, MalformedError
from fachkraft_share.ports.markup import clean_markup
from fachkraft_share.ports.sanitising import plain_text
from fachkraft_share.rules.vocabulary import Kind, Vocabulary
from fachkraft_share.wire.encoding import frame
from fachkraft_share.wire.ids import check_web_address

_ITEM_TAG: Final = b"fks/1 item"
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_SLUG: Final = "fks-"
_YEAR_10000: Final = 253_402_300_800  # no calendar writes a year with five digits
_BETWEEN: Final = " · "
_CANDIDATES_PAGE: Final = "/d/"  # followed by a link's secret, which opens a person's case
_LINK_TEXT: Final = {"de": "Weiter zur Seite der Allianz", "en": "Continue at the alliance's page"}


class ItemKind(StrEnum):
    """What an item is."""

    TEASER = "teaser"  # of one referral's profile: needs the gate's leave
    ACTIVITY = "activity"  # of the alliance
    INVITATION = "invitation"  # to recommend oneself or to take part


class LabelTitle(str):
    """A title made of a vocabulary's labels; made by `of` only."""

    __slots__ = ()

    @classmethod
    def of(
        cls, codes: Iterable[tuple[Kind, str]], *, vocabulary: Vocabulary, language: str
    ) -> Self:
        """Return the labels of the codes as one title.

        Raises:
            InvalidRecordError: a code the vocabulary does not know, which may be anything.
        """
        labels = [_label(vocabulary, *one, language=language) for one in codes]
        return cls(_BETWEEN.join(labels))


@attrs.frozen
class Item:
    """One thing to show; `key` is ours and stays the same when the rest changes."""

    key: str
    kind: ItemKind
    title: str = attrs.field(repr=False)
    body: str = attrs.field(repr=False)  # the few tags of `ports.markup`
    link: str = attrs.field(repr=False)  # the node's desk or recommend page
    language: str
    valid_until: int
    referral: str = ""  # of a teaser only; checked against the permit and never sent
    starts: int | None = None  # of an activity with a date, for calendars
    ends: int | None = None

    @property
    def slug(self) -> str:
        """The last part of its address: ours, unique, and the way back to the key."""
        return slug_of_key(self.key)

    @property
    def page(self) -> str:
        """The body with the link below, for systems that know of one text only."""
        text = _LINK_TEXT.get(self.language, _LINK_TEXT["de"])
        return f'{self.body}<p><a href="{escape(self.link)}">{text}</a></p>'


@attrs.frozen
class Published:
    """An item of ours as a website holds it."""

    ref: str  # the website's id
    key: str
    public: bool  # an anonymous reader sees it


def item_key(kind: ItemKind, name: str) -> str:
    """Return the key of what is called so with us, say a referral's id; nothing leads back."""
    digest = hashlib.sha256(frame(_ITEM_TAG, kind.encode(), name.encode())).digest()
    return digest[: limits.ID_BYTES].hex()


def slug_of_key(key: str) -> str:
    """Return the slug of the item with this key."""
    return _SLUG + key


def key_of_slug(slug: str) -> str | None:
    """Return the key of an item with this slug, None if it is not one of ours."""
    key = slug.removeprefix(_SLUG)
    return key if slug.startswith(_SLUG) and _KEY.fullmatch(key) else None


def is_key(text: str) -> bool:
    """Tell whether this is the key of an item."""
    return _KEY.fullmatch(text) is not None


def outgoing(item: Item, *, at: int) -> Item:
    """Return the item as it may be sent: checked, cleaned, without the referral's id.

    Raises:
        InvalidRecordError: its time is over, or a field that must not be sent; names the field.
    """
    _check(is_key(item.key), "key: must be made by item_key")
    _check(bool(_LANGUAGE.fullmatch(item.language)), "language: must be two small letters")
    _check(at < item.valid_until, "valid_until: is over")
    latest = at + limits.REFERRAL_DAYS * limits.DAY
    _check(item.valid_until <= latest, f"valid_until: beyond {limits.REFERRAL_DAYS} days")
    _check_dates(item)
    if item.kind is ItemKind.TEASER:
        _check(bool(item.referral), "referral: a teaser is of one")
        _check(isinstance(item.title, LabelTitle), "title: a teaser's is made of labels")
    else:
        _check(not item.referral, "referral: only a teaser is of one")
    return attrs.evolve(
        item,
        title=_title(item.title),
        body=clean_markup(item.body),
        link=_link(item.link),
        referral="",
    )


def stale(
    published: Iterable[Published], wanted: Iterable[Item], *, at: int
) -> tuple[Published, ...]:
    """Return what must go: orphans, what is over, and all but one of what stands twice."""
    keep = {item.key for item in wanted if at < item.valid_until}
    gone = []
    for one in sorted(published, key=lambda one: not one.public):  # of two, the one that is seen
        if one.key in keep:
            keep.remove(one.key)
        else:
            gone.append(one)
    return tuple(gone)


def _label(vocabulary: Vocabulary, kind: Kind, code: str, *, language: str) -> str:
    label = vocabulary.label(kind, code, language=language)
    _check(label != code or vocabulary.knows(kind, code), "title: a code nobody knows")
    return label


def _title(text: str) -> str:
    title = plain_text(text, where="title")
    _check(0 < len(title) <= limits.SHORT_TEXT, f"title: 1 to {limits.SHORT_TEXT} characters")
    return title


def _link(link: str) -> str:
    try:
        check_web_address(link)
    except MalformedError as error:
        raise InvalidRecordError("link: must be an https address") from error
    _check("#" not in link and "@" not in link, "link: must hold neither login nor fragment")
    _check(_CANDIDATES_PAGE not in link, "link: a candidate's own link is a secret")
    return link


def _check_dates(item: Item) -> None:
    if item.starts is None:
        _check(item.ends is None, "ends: without starts")
        return
    _check(item.kind is ItemKind.ACTIVITY, "starts: only an activity has a date")
    _check(0 <= item.starts < _YEAR_10000, "starts: no date of a calendar")
    if item.ends is not None:
        _check(item.starts < item.ends < _YEAR_10000, "ends: must be after starts")


def _check(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise InvalidRecordError(what)

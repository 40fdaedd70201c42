"""What the folder offers, as a value, and how it changes; the time is an argument.

An item that leaves, for whatever reason, is stated as deleted for two days: its key and when. Sites
need an hour; an engine that erases again after a day shall hear "erased", not "never held".
"""

from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import PermanentAdapterError
from fachkraft_share.ports.publishing import Item

_STATED: Final = 2 * limits.DAY
_CLOCK_BACK: Final = 5 * limits.MINUTE  # by which clocks of one party differ, or are put right


@attrs.frozen
class Channel:
    """What the files say of themselves; `id` is a URN of the folder's own."""

    id: str
    title: str
    language: str
    url: str = ""  # where the folder is served
    home: str = ""
    recommend: str = ""


@attrs.frozen
class Entry:
    """An item and when it last changed."""

    item: Item
    modified: int


@attrs.frozen
class Gone:
    """An item that left."""

    key: str
    at: int

    @property
    def goes(self) -> int:
        """When sites that keep to the feed's times hold no copy any more."""
        return self.at + limits.FEED_OLD


@attrs.frozen
class Contents:
    """All there is: the newest first."""

    generated: int = 0
    entries: tuple[Entry, ...] = ()
    deleted: tuple[Gone, ...] = ()

    def entry(self, key: str) -> Entry | None:
        """Return the entry with this key."""
        return next((one for one in self.entries if one.item.key == key), None)

    def gone(self, key: str) -> Gone | None:
        """Return since when the item with this key is not there any more."""
        return next((one for one in self.deleted if one.key == key), None)


NOTHING: Final = Contents()


def with_item(contents: Contents, item: Item, *, at: int) -> Contents:
    """Return the contents with the item, new or changed.

    Raises:
        PermanentAdapterError: there are too many.
    """
    known = contents.entry(item.key)
    same = known is not None and _timeless(known.item) == _timeless(item)
    entry = Entry(item, known.modified if same and known is not None else at)
    others = tuple(one for one in contents.entries if one.item.key != item.key)
    if len(others) >= limits.ITEMS_PUBLISHED:
        raise PermanentAdapterError(f"more than {limits.ITEMS_PUBLISHED} items; remove some")
    deleted = tuple(one for one in contents.deleted if one.key != item.key)
    return attrs.evolve(contents, entries=(entry, *others), deleted=deleted)


def without(contents: Contents, key: str, *, at: int) -> Contents:
    """Return the contents without the item of this key, stated as deleted if it was there."""
    if contents.entry(key) is None:
        return contents
    entries = tuple(one for one in contents.entries if one.item.key != key)
    return attrs.evolve(contents, entries=entries, deleted=(Gone(key, at), *contents.deleted))


def current(contents: Contents, *, at: int) -> Contents:
    """Return the contents as they are written now: without what is over."""
    for entry in contents.entries:
        if entry.item.valid_until <= at:
            contents = without(contents, entry.item.key, at=at)
    ordered = sorted(contents.entries, key=lambda one: (-one.modified, one.item.key))
    deleted = tuple(one for one in contents.deleted if at < one.at + _STATED)
    return Contents(_written(contents, at), tuple(ordered), deleted[: limits.ITEMS_PUBLISHED])


def _written(contents: Contents, at: int) -> int:
    # Sites refuse a feed older than the last; a clock that was far ahead must not rule for ever.
    last = contents.generated
    return last if at <= last <= at + _CLOCK_BACK else at


def _timeless(item: Item) -> Item:
    # A publisher that moves the end every half hour has not changed what is said.
    return attrs.evolve(item, valid_until=0)

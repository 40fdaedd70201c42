"""Where a reading stands, so that nothing is lost and nothing comes twice.

1. Asked is from before the last moment seen: one granule, the clocks' difference and, for naive
   local times, the hour that comes twice.
2. What was handed out is remembered as (record, content hash), so the overlap is not seen outside.
3. The moment advances only at a checkpoint: whatever order a system lists in, a reading that was
   broken off is read again, and only what was not handed out yet comes out of it.
4. It never advances beyond the start of the reading: the list may change while it is read.
"""

import json
from collections.abc import Mapping

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import StateError
from fachkraft_share.ports.capabilities import Capabilities, Changes

_VERSION = 1


@attrs.frozen
class Window:
    """What to ask the system for: since a moment, after a token, or (both None) everything."""

    since: int | None = None
    token: str | None = None


@attrs.frozen
class Cursor:
    """What is remembered between readings; `seen` maps a record to its hash and moment."""

    since: int | None = None
    token: str = ""
    scanned_at: int | None = None
    mapping: str = ""  # fingerprint of the stage map it was read with
    seen: Mapping[str, tuple[str, int]] = attrs.field(factory=dict)

    @property
    def text(self) -> str:
        """The cursor as text, opaque to whoever stores it."""
        newest = sorted(self.seen.items(), key=lambda item: item[1][1])[-limits.SEEN_RECORDS :]
        parts = [_VERSION, self.since, self.token, self.scanned_at, self.mapping, dict(newest)]
        return json.dumps(parts, separators=(",", ":"))


def read_cursor(text: str) -> Cursor:
    """Read a stored cursor; the empty text begins from the start.

    Raises:
        StateError: not a cursor of this version.
    """
    if not text:
        return Cursor()
    try:
        version, since, token, scanned_at, mapping, seen = json.loads(text)
        pairs = {str(key): (str(one[0]), int(one[1])) for key, one in seen.items()}
    except (ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        raise StateError("cursor: unreadable; begin again with an empty one") from error
    if version != _VERSION:
        raise StateError("cursor: of another version; begin again with an empty one")
    return Cursor(since, token, scanned_at, mapping, pairs)


def under_mapping(cursor: Cursor, fingerprint: str) -> Cursor:
    """Return the cursor for this stage map; with another map everything is asked for again."""
    if cursor.mapping == fingerprint:
        return cursor
    return Cursor(mapping=fingerprint, seen=cursor.seen)


def window(cursor: Cursor, able: Capabilities, *, clock_difference: int, at: int) -> Window:
    """Return what to ask for."""
    if able.changes is Changes.TOKEN:
        return Window(token=cursor.token or None)
    if not able.filters or cursor.since is None or scan_due(cursor, able, at=at):
        return Window()
    granule = int(able.granularity)
    overlap = granule * (2 if able.strict else 1) + abs(clock_difference)
    start = cursor.since - overlap - (limits.HOUR if able.naive else 0)
    return Window(since=max(0, start - start % granule))


def scan_due(cursor: Cursor, able: Capabilities, *, at: int) -> bool:
    """Tell whether everything must be read because the filter does not show every change."""
    if able.covers_all:
        return False
    return cursor.scanned_at is None or at - cursor.scanned_at >= limits.FULL_SCAN


class Progress:
    """What a reading has handed out so far."""

    def __init__(self, cursor: Cursor, *, asked: Window, clock_difference: int, at: int) -> None:
        self._cursor = cursor
        self._asked = asked
        self._start = at + clock_difference
        self._at = at
        self._seen = dict(cursor.seen)
        self._journal: list[tuple[str, tuple[str, int] | None]] = []
        self._met: set[str] = set()
        self._newest = cursor.since
        self._token = cursor.token
        self._held_back = False

    def meet(self, record: str, *, updated_at: int, token: str) -> None:
        """Note that the system still has this record, whatever becomes of it."""
        self._met.add(record)
        self._newest = updated_at if self._newest is None else max(self._newest, updated_at)
        self._token = token or self._token

    def hold_back(self) -> None:
        """Note that something must be read again, so that the moment must not advance."""
        self._held_back = True

    def hash_of(self, record: str) -> str | None:
        """Return the content hash under which the record was handed out, if it was."""
        found = self._seen.get(record)
        return None if found is None else found[0]

    def hand_out(self, record: str, *, content: str, updated_at: int) -> "Mark":
        """Note a record as handed out and return the position behind it."""
        return self._note(record, (content, updated_at))

    def end(self, record: str) -> "Mark":
        """Note a record as ended and return the position behind it."""
        return self._note(record, None)

    def _note(self, record: str, entry: tuple[str, int] | None) -> "Mark":
        self._journal.append((record, entry))
        if entry is None:
            self._seen.pop(record, None)
        else:
            self._seen[record] = entry
        return Mark(self, len(self._journal))

    def position(self, length: int) -> Cursor:
        """Return the cursor behind the first entries of this reading."""
        seen = dict(self._cursor.seen)
        for record, entry in self._journal[:length]:
            if entry is None:
                seen.pop(record, None)
            else:
                seen[record] = entry
        return attrs.evolve(self._cursor, seen=seen)

    def checkpoint(self) -> Cursor:
        """Return the cursor behind a complete reading."""
        everything = self._asked == Window()
        kept = {
            record: entry
            for record, entry in self._seen.items()
            if not everything or self._held_back or record in self._met
        }
        if self._held_back:
            return attrs.evolve(self._cursor, seen=kept)
        since = self._cursor.since if self._newest is None else min(self._newest, self._start)
        scanned_at = self._at if everything else self._cursor.scanned_at
        return Cursor(since, self._token, scanned_at, self._cursor.mapping, kept)


@attrs.frozen
class Mark:
    """A position in the middle of a reading; its text is made only when somebody stores it."""

    _progress: Progress = attrs.field(repr=False, eq=False)
    _length: int

    @property
    def text(self) -> str:
        """The cursor to store with what came along."""
        return self._progress.position(self._length).text

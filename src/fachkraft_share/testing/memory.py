"""Stores in memory: as strict as the real ones, deterministic, fast, with snapshots.

They follow the same ports and pass the same suite; the simulator takes snapshots as backups.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import Any, TypeVar

import attrs

from fachkraft_share.errors import StateError
from fachkraft_share.ports.columns import table
from fachkraft_share.ports.feed import FeedEnd
from fachkraft_share.ports.journal import encode_line, journal_head
from fachkraft_share.protocol.decision import Need
from fachkraft_share.protocol.records import Record

R = TypeVar("R", bound=Record)

_Key = tuple[Any, ...]
_Change = tuple[type[Record], _Key, Record | None]  # what stood there before


class _Rows:
    """The records of one kind, with an index by field made when first asked for."""

    __slots__ = ("_indexes", "rows")

    def __init__(self, rows: Mapping[_Key, Record] | None = None) -> None:
        self.rows: dict[_Key, Record] = dict(rows or {})
        self._indexes: dict[str, dict[Any, dict[_Key, Record]]] = {}

    def set(self, key: _Key, record: Record | None) -> Record | None:
        """Store the record, or delete it for None; return what stood there before."""
        before = self.rows.pop(key, None) if record is None else self.rows.get(key)
        if record is not None:
            self.rows[key] = record
        for field, index in self._indexes.items():
            if before is not None:
                index[getattr(before, field)].pop(key, None)
            if record is not None:
                index.setdefault(getattr(record, field), {})[key] = record
        return before

    def where(self, equal: Mapping[str, Any]) -> list[Record]:
        """Return the records with these values, in no order."""
        if not equal:
            return list(self.rows.values())
        (field, value), *rest = equal.items()
        index = self._index(field)
        values = dict.fromkeys(value) if isinstance(value, tuple) else (value,)
        found = [record for one in values for record in index.get(one, {}).values()]
        for name, wanted in rest:
            choices = wanted if isinstance(wanted, tuple) else (wanted,)
            found = [record for record in found if getattr(record, name) in choices]
        return found

    def _index(self, field: str) -> dict[Any, dict[_Key, Record]]:
        if field not in self._indexes:
            index: dict[Any, dict[_Key, Record]] = {}
            for key, record in self.rows.items():
                index.setdefault(getattr(record, field), {})[key] = record
            self._indexes[field] = index
        return self._indexes[field]


class MemoryTransaction(FeedEnd):
    """One unit of work on a `MemoryStore`; keeps what stood before each change."""

    def __init__(self, tables: dict[type[Record], _Rows], *, write: bool) -> None:
        self._tables = tables
        self._write = write
        self._changes: list[_Change] = []

    def lock(self, names: Iterable[str]) -> None:
        """Check the names; the transaction holds the whole store anyway."""
        for _ in names:
            self._writing()

    def read_ahead(self, needs: Iterable[Need]) -> None:
        """Do nothing: asking one by one costs no more here."""

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return the record with this key, or None."""
        found: Any = self._rows(kind).rows.get(key)
        return found  # type: ignore[no-any-return]

    def every(
        self,
        kind: type[R],
        /,
        *,
        after: tuple[str, Any] | None = None,
        until: tuple[str, Any] | None = None,
        limit: int | None = None,
        **equal: Any,
    ) -> tuple[R, ...]:
        """Return records whose fields equal these values, and lie within the bounds."""
        described = table(kind)
        described.check(equal, after, until)
        found: list[Any] = self._rows(kind).where(equal)
        if after is not None:
            found = [one for one in found if _beyond(one, after)]
        if until is not None:
            found = [one for one in found if _within(one, until)]
        order = described.order(after and after[0], until and until[0])
        found.sort(key=lambda one: tuple(getattr(one, name) for name in order))
        return tuple(found[:limit])

    def put(self, record: Record) -> None:
        """Store the record, replacing the one with its key."""
        self._set(type(record), record.key, record)

    def drop(self, kind: type[Record], *key: Any) -> None:
        """Delete the record with this key, if there is one."""
        self._set(kind, key, None)

    def drop_every(self, kind: type[Record], /, **equal: Any) -> int:
        """Delete all records with these values and tell how many."""
        table(kind).check(equal)
        self._writing()
        found = self._rows(kind).where(equal)
        for record in found:
            self._set(kind, record.key, None)
        return len(found)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happened inside if it ends with an exception, and let that pass on."""
        mark = len(self._changes)
        try:
            yield
        except BaseException:
            self.undo(mark)
            raise

    def undo(self, mark: int = 0) -> None:
        """Take changes back, the latest first, until only `mark` are left."""
        self.forget_end()
        while len(self._changes) > mark:
            kind, key, before = self._changes.pop()
            self._rows(kind).set(key, before)

    def changed(self) -> Iterator[tuple[type[Record], _Key, Record | None]]:
        """Yield what was written, each key once, with what stands there now (None: deleted)."""
        for kind, key in dict.fromkeys((kind, key) for kind, key, _ in self._changes):
            yield kind, key, self._rows(kind).rows.get(key)

    def _set(self, kind: type[Record], key: _Key, record: Record | None) -> None:
        self._writing()
        self._changes.append((kind, key, self._rows(kind).set(key, record)))

    def _rows(self, kind: type[Record]) -> _Rows:
        if kind not in self._tables:
            table(kind)  # refuse what no other store could keep
            self._tables[kind] = _Rows()
        return self._tables[kind]

    def _writing(self) -> None:
        if not self._write:
            raise StateError("store: a reading transaction changes nothing")


class MemoryStore:
    """A `ports.store.Store` in dictionaries; one transaction at a time."""

    def __init__(self) -> None:
        self._tables: dict[type[Record], _Rows] = {}
        self._lock = RLock()
        self._open = False

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[MemoryTransaction]:
        """Open a transaction; commit at the end, undo at an exception."""
        with self._lock:
            if self._open:
                raise StateError("store: this thread is within a transaction already")
            self._open = True
            transaction = MemoryTransaction(self._tables, write=write)
            try:
                yield transaction
            except BaseException:
                transaction.undo()
                raise
            finally:
                self._open = False

    def snapshot(self) -> Any:
        """Return the state as it is now, to be restored any number of times."""
        with self._lock:
            return {kind: dict(rows.rows) for kind, rows in self._tables.items()}

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot, as from a backup."""
        with self._lock:
            self._tables = {kind: _Rows(rows) for kind, rows in snapshot.items()}

    def scrub(self) -> None:
        """Do nothing: what is deleted here leaves no bytes behind."""

    def close(self) -> None:
        """Do nothing; other stores close files."""


def _beyond(record: Record, bound: tuple[str, Any]) -> bool:
    value = getattr(record, bound[0])
    return value is not None and value > bound[1]


def _within(record: Record, bound: tuple[str, Any]) -> bool:
    value = getattr(record, bound[0])
    return value is not None and value <= bound[1]


@attrs.define
class MemoryKeys:
    """A `ports.vault.Keys`; the keys follow from the seed, so that a run can be repeated."""

    seed: bytes = attrs.field(default=b"memory", repr=False)
    _keys: dict[str, bytes] = attrs.field(factory=dict, repr=False)
    _destroyed: set[str] = attrs.field(factory=set)
    _anew: dict[str, int] = attrs.field(factory=dict)

    def get(self, referral: str) -> bytes | None:
        """Return the key of 32 bytes, or None when there is none (any more)."""
        return self._keys.get(referral)

    def make(self, referral: str) -> bytes:
        """Return the key, made now if there is none.

        Raises:
            StateError: it was destroyed.
        """
        if referral in self._destroyed:
            raise StateError("keys: this referral's key was destroyed for good")
        anew = str(self._anew.get(referral, "")).encode()
        made = hashlib.sha256(self.seed + referral.encode() + anew).digest()
        return self._keys.setdefault(referral, made)

    def destroy(self, referral: str) -> bool:
        """Erase the key for good and tell whether there was one."""
        self._destroyed.add(referral)
        return self._keys.pop(referral, None) is not None

    def readmit(self, referral: str) -> None:
        """Let a new key be made after one was destroyed."""
        if referral in self._destroyed:
            self._destroyed.remove(referral)
            self._anew[referral] = self._anew.get(referral, 0) + 1

    def snapshot(self) -> Any:
        """Return the state as it is now."""
        return dict(self._keys), frozenset(self._destroyed)

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot."""
        keys, destroyed = snapshot
        self._keys, self._destroyed = dict(keys), set(destroyed)


class MemoryJournal:
    """A `ports.vault.Journal` in a list; a line is kept as JSON text, as a file would."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._head = ""

    def append(self, lines: list[Mapping[str, Any]]) -> None:
        """Write the lines."""
        texts = [encode_line(line) for line in lines]
        for text in texts:
            self._texts.append(text)
            self._head = journal_head(self._head, text)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield every line from the first on."""
        for text in tuple(self._texts):
            yield json.loads(text)

    def head(self) -> tuple[int, str]:
        """Return the number of lines and the running hash over them."""
        return len(self._texts), self._head

    def snapshot(self) -> Any:
        """Return the state as it is now; only runs without this safeguard restore a journal."""
        return tuple(self._texts), self._head

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot."""
        texts, self._head = snapshot
        self._texts = list(texts)

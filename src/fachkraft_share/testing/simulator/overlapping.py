"""Transactions that overlap, as in a database of several processes: locks are what saves them.

Each works on a copy and writes its changes back at the end, so without locks a decision made on
stale values overwrites what happened in between. With locks the second one has to wait.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from fachkraft_share.errors import BusyError
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import FeedRow
from fachkraft_share.testing.memory import MemoryStore, MemoryTransaction


class OverlappingStore:
    """A store on top of a `MemoryStore` in which two transactions may be open at once."""

    def __init__(self, inner: MemoryStore, *, locking: bool = True) -> None:
        self._inner = inner
        self._locking = locking
        self._held: set[str] = set()

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[Transaction]:
        """Open a transaction on a copy; write its changes back at the end."""
        copy = MemoryStore()
        copy.restore(self._inner.snapshot())
        mine: set[str] = set()
        with copy.begin(write=write) as transaction:
            locked = _Locked(transaction, self, mine)
            try:
                yield locked
                self._write_back(transaction)
            finally:
                self._held -= mine

    def scrub(self) -> None:
        """See `Store`."""
        self._inner.scrub()

    def take(self, names: Iterable[str], mine: set[str]) -> None:
        """Hold the names, or refuse like a database that waited too long."""
        wanted = set(names) - mine
        if not self._locking:
            return
        if wanted & self._held:
            raise BusyError("another transaction holds what this one needs")
        self._held |= wanted
        mine |= wanted

    def _write_back(self, transaction: MemoryTransaction) -> None:
        with self._inner.begin() as target:
            for kind, key, after in transaction.changed():
                if after is None:
                    target.drop(kind, *key)
                else:
                    target.put(after)


class _Locked:
    """A memory transaction whose locks are those of the store it belongs to."""

    def __init__(self, inner: MemoryTransaction, store: OverlappingStore, mine: set[str]) -> None:
        self._store = store
        self._mine = mine
        self.read_ahead = inner.read_ahead
        self.get = inner.get
        self.every = inner.every
        self.put = inner.put
        self.drop = inner.drop
        self.drop_every = inner.drop_every
        self._append = inner.append
        self.head = inner.head
        self.savepoint = inner.savepoint

    def lock(self, names: Iterable[str]) -> None:
        """Hold these names until the transaction ends."""
        self._store.take(names, self._mine)

    def append(self, **row: Any) -> FeedRow:
        """Hold the feed's end and append."""
        self._store.take(("the feed",), self._mine)
        return self._append(**row)

"""Death between any two effects: stores, keys and journals that stop at a chosen moment.

A crash is an exception no service catches; the world throws the party away and opens it anew from
what was durable, as a process that is started again would find it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar, cast

import attrs

from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.ports.vault import Journal, Keys
from fachkraft_share.protocol.decision import Need
from fachkraft_share.protocol.records import FeedRow, Record

R = TypeVar("R", bound=Record)


class Crash(BaseException):
    """The process is dead; not an Exception, so that nobody recovers from it by accident."""


@attrs.define
class Fuse:
    """Counts effects and burns at one of them; `left` None means: never."""

    left: int | None = None

    def step(self) -> None:
        """Count one effect; raise Crash when it is the one."""
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            raise Crash


class CrashingTransaction:
    """Passes everything on, and may die before each write."""

    def __init__(self, inner: Transaction, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    def lock(self, names: Iterable[str]) -> None:
        """See `Transaction`."""
        self._inner.lock(names)

    def read_ahead(self, needs: Iterable[Need]) -> None:
        """See `Transaction`."""
        self._inner.read_ahead(needs)

    def get(self, kind: type[R], *key: Any) -> R | None:
        """See `Transaction`."""
        return self._inner.get(kind, *key)

    def every(self, kind: type[R], /, **arguments: Any) -> tuple[R, ...]:
        """See `Transaction`."""
        return self._inner.every(kind, **arguments)

    def put(self, record: Record) -> None:
        """See `Transaction`."""
        self._fuse.step()
        self._inner.put(record)

    def drop(self, kind: type[Record], *key: Any) -> None:
        """See `Transaction`."""
        self._fuse.step()
        self._inner.drop(kind, *key)

    def drop_every(self, kind: type[Record], /, **equal: Any) -> int:
        """See `Transaction`."""
        self._fuse.step()
        return self._inner.drop_every(kind, **equal)

    def append(self, **row: Any) -> FeedRow:
        """See `Transaction`."""
        self._fuse.step()
        return self._inner.append(**row)

    def head(self) -> tuple[int, str]:
        """See `Transaction`."""
        return self._inner.head()

    def savepoint(self) -> AbstractContextManager[None]:
        """See `Transaction`."""
        return self._inner.savepoint()


@attrs.define
class CrashingStore:
    """A store whose process may die before a write, before the commit, or right after it."""

    inner: Store
    fuse: Fuse
    committing: Callable[[], None] = lambda: None  # what else happens just before a commit
    committed: Callable[[], None] = lambda: None  # what looks at the state after one

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[Transaction]:
        """See `Store`."""
        with self.inner.begin(write=write) as transaction:
            yield cast("Transaction", CrashingTransaction(transaction, self.fuse))
            if write:
                self.committing()
                self.fuse.step()
        if write:
            self.committed()
            self.fuse.step()

    def scrub(self) -> None:
        """See `Store`."""
        self.fuse.step()
        self.inner.scrub()


@attrs.define
class CrashingKeys:
    """Keys whose process may die before or after one is made or destroyed."""

    inner: Keys
    fuse: Fuse

    def get(self, referral: str) -> bytes | None:
        """See `Keys`."""
        return self.inner.get(referral)

    def make(self, referral: str) -> bytes:
        """See `Keys`."""
        self.fuse.step()
        made = self.inner.make(referral)
        self.fuse.step()
        return made

    def destroy(self, referral: str) -> bool:
        """See `Keys`."""
        self.fuse.step()
        done = self.inner.destroy(referral)
        self.fuse.step()
        return done

    def readmit(self, referral: str) -> None:
        """See `Keys`."""
        self.fuse.step()
        self.inner.readmit(referral)
        self.fuse.step()


@attrs.define
class CrashingJournal:
    """A journal whose process may die before or after a line is on the disk."""

    inner: Journal
    fuse: Fuse

    def append(self, lines: list[Mapping[str, Any]]) -> None:
        """See `Journal`."""
        self.fuse.step()
        self.inner.append(lines)
        self.fuse.step()

    def lines(self) -> Iterator[dict[str, Any]]:
        """See `Journal`."""
        return self.inner.lines()

    def head(self) -> tuple[int, str]:
        """See `Journal`."""
        return self.inner.head()

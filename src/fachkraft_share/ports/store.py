"""What a store offers: records by key, in transactions, with locks taken in sorted order.

1. A transaction is all or nothing; what left this process as "accepted" has been committed.
2. Whoever decides about a referral holds its lock from loading to commit.
3. Feed numbers are given in commit order, under the same lock as the append.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from fachkraft_share.protocol.decision import Need
from fachkraft_share.protocol.records import FeedRow, Record

R = TypeVar("R", bound=Record)


class Transaction(Protocol):
    """One unit of work; every read sees its own writes."""

    def lock(self, names: Iterable[str]) -> None:
        """Wait for these names, in sorted order, and hold them until the end."""
        ...

    def read_ahead(self, needs: Iterable[Need]) -> None:
        """Hear what will be asked, so that a store may read it at once; no answer changes by it."""
        ...

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return the record with this key, or None."""
        ...

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
        """Return records whose fields equal these values, and lie within the bounds.

        `after` means field > value, `until` field <= value; a field of either bound must be in
        the record's KEY or INDEX. Sorted by the bound's field if there is one, then by key. A value
        that is a tuple means: one of these.
        """
        ...

    def put(self, record: Record) -> None:
        """Store the record, replacing the one with its key."""
        ...

    def drop(self, kind: type[Record], *key: Any) -> None:
        """Delete the record with this key, if there is one."""
        ...

    def drop_every(self, kind: type[Record], /, **equal: Any) -> int:
        """Delete all records with these values and tell how many."""
        ...

    def append(
        self,
        *,
        stream: str,
        to: str,
        token: str,
        at: int,
        list_number: int | None = None,
        referral: str | None = None,
        attached: str = "",
    ) -> FeedRow:
        """Put a row at the end of the feed, with the next number and the running hash."""
        ...

    def head(self) -> tuple[int, str]:
        """Return the number and running hash of the feed's last row, (0, "") for an empty feed."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what happened inside if it ends with an exception, and let that pass on."""
        ...


class Store(Protocol):
    """Durable memory of one party."""

    def begin(self, *, write: bool = True) -> AbstractContextManager[Transaction]:
        """Open a transaction; commit at the end, undo at an exception.

        Raises:
            StoreError: it cannot be read or written.
            BusyError: another process holds it; try again.
        """
        ...

    def scrub(self) -> None:
        """Leave no byte of what was deleted in the store's files; call it after erasing.

        Raises:
            BusyError: a reader still holds old pages; try again.
        """
        ...

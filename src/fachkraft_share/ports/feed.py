"""The end of the feed within one transaction: numbers and running hash, the same in every store."""

from typing import Any, TypeVar

from fachkraft_share.protocol.delivery import FEED, FeedHead, next_head
from fachkraft_share.protocol.records import FeedRow, Record

R = TypeVar("R", bound=Record)


class FeedEnd:
    """Gives a store's transaction `append` and `head`; the store gives it `get` and `put`."""

    _end: FeedHead | None = None  # known since this transaction holds the feed

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return the record with this key, or None."""
        raise NotImplementedError

    def put(self, record: Record) -> None:
        """Store the record."""
        raise NotImplementedError

    def lock_feed(self) -> None:
        """Hold the feed's end until the transaction ends; a store with one writer need not."""

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
        if self._end is None:
            self.lock_feed()
        number, head = self.head()
        number += 1
        after = next_head(
            head,
            number=number,
            stream=stream,
            to=to,
            referral=referral,
            token=token,
            attached=attached,
            at=at,
            list_number=list_number,
        )
        row = FeedRow(number, stream, to, list_number, referral, token, attached, at, after)
        self.put(row)
        self._end = FeedHead(FEED, number, after)
        self.put(self._end)
        return row

    def head(self) -> tuple[int, str]:
        """Return the number and running hash of the feed's last row, (0, "") for an empty feed."""
        end = self._end or self.get(FeedHead, FEED)
        return (end.number, end.head) if end else (0, "")

    def forget_end(self) -> None:
        """Read the end again: a savepoint was undone, with its rows and its hold on the feed."""
        self._end = None

"""Polls that wait for news, without a thread or a connection to the database.

1. A poll takes its ticket before it looks, so that nothing committed in between is missed.
2. After commits one look at the feed tells for whom there is something; only these ask again.
3. The look is repeated now and then: another process may have written, too.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import TypeAlias

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import StoreError, TemporaryError
from fachkraft_share.node.voice import LIST
from fachkraft_share.ports.store import Store
from fachkraft_share.protocol.records import FeedRow

EVERYBODY: frozenset[str] = frozenset([LIST])
Look: TypeAlias = "Callable[[Callable[[], frozenset[str]]], Awaitable[frozenset[str]]]"


@attrs.define(eq=False)
class Ticket:
    """One poll's place in the waiting room; news for anybody counts until its reader is known."""

    reader: str | None = None
    news: asyncio.Event = attrs.field(factory=asyncio.Event)


class Feed:
    """Tells who was addressed since the last look."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = 0

    def addressed(self) -> frozenset[str]:
        """Return the addressees of all new rows; `EVERYBODY` if there are too many to tell."""
        with self._store.begin(write=False) as transaction:
            number, _ = transaction.head()
            before, self._seen = self._seen, number
            if number == before:
                return frozenset()
            if not 0 < number - before <= limits.HOUSEKEEPING:
                return EVERYBODY
            rows = transaction.every(FeedRow, after=("number", before))
        return frozenset(row.to for row in rows)


class Waiting:
    """The waiting room: lives on the event loop; only `committed` may come from other threads."""

    def __init__(self, store: Store) -> None:
        self._feed = Feed(store)
        self._tickets: set[Ticket] = set()
        self._readers: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signal = asyncio.Event()
        self.closed = False

    def committed(self) -> None:
        """Say that the feed may have grown; callable from any thread."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._signal.set)

    def close(self) -> None:
        """Send everybody home and let nobody wait any more."""
        self.closed = True
        self._wake(EVERYBODY)

    def enter(self) -> Ticket:
        """Return a ticket; it must be given back to `leave`."""
        ticket = Ticket()
        self._tickets.add(ticket)
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket back."""
        self._tickets.discard(ticket)
        if ticket.reader is not None:
            self._readers[ticket.reader] -= 1
            if not self._readers[ticket.reader]:
                del self._readers[ticket.reader]

    def admit(self, ticket: Ticket, reader: str) -> bool:
        """Note whose ticket it is; tell whether there is room to wait."""
        ticket.reader = reader
        self._readers[reader] += 1
        mine, all_ = self._readers[reader], len(self._tickets)
        room = mine <= limits.WAITING_PER_MEMBER and all_ <= limits.WAITING_POLLS
        return room and not self.closed

    async def watch(self, look: Look) -> None:
        """Wake readers as news comes, until cancelled; `look` runs the reading in a thread."""
        self._loop = asyncio.get_running_loop()
        while True:
            with suppress(StoreError, TemporaryError):  # health tells; the next look may succeed
                self._wake(await look(self._feed.addressed))
            await asyncio.sleep(limits.WAKE_PAUSE)
            await self._news()
            self._signal.clear()

    async def _news(self) -> None:
        try:
            async with asyncio.timeout(limits.LOOK_AGAIN):
                await self._signal.wait()
        except TimeoutError:
            return

    def _wake(self, addressed: Iterable[str]) -> None:
        names = set(addressed)
        if not names:
            return
        for ticket in self._tickets:
            if ticket.reader is None or ticket.reader in names or LIST in names:
                ticket.news.set()

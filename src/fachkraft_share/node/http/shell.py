"""The shell around the node's services: threads for what blocks, one committer, waiting polls."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from starlette.types import Receive

from fachkraft_share import limits
from fachkraft_share.errors import BusyError
from fachkraft_share.node.feed.polling import News, Polled
from fachkraft_share.node.http.batcher import GroupCommit
from fachkraft_share.node.http.bodies import Bodies
from fachkraft_share.node.http.gathering import Gathering
from fachkraft_share.node.http.waiting import Ticket, Waiting
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Request, Response

POLL = "POST /poll"
EVENTS = "POST /events"
T = TypeVar("T")


class Shell:
    """Runs a node's synchronous services on an event loop; `running` opens and closes it."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.bodies = Bodies()
        self.blobs = asyncio.Semaphore(limits.BLOBS_AT_ONCE)
        self.waiting = Waiting(node.exchange.store)
        self._commits = GroupCommit(node.exchange.apply)
        self._polls = Gathering(node.glance, name="poll")
        self._postings = Gathering(node.post_all, name="post")
        self._threads = ThreadPoolExecutor(limits.SHELL_THREADS, thread_name_prefix="fks-call")
        self._calls = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Put the group commit and the waiting room into the node, and take them out again."""
        exchange, ingest = self.node.exchange, self.node.ingest
        before = ingest.commit, exchange.committed
        for part in (self._commits, self._polls, self._postings):
            part.start()
        ingest.commit, exchange.committed = self._commits.commit, self.waiting.committed
        watcher = asyncio.create_task(self.waiting.watch(self.run))
        try:
            yield
        finally:
            self.waiting.close()
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher
            await self._polls.stop()
            await self._postings.stop()
            ingest.commit, exchange.committed = before
            await asyncio.to_thread(self._commits.stop)
            self._threads.shutdown(wait=True)

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """Do blocking work in a thread.

        Raises:
            BusyError: too many calls wait already.
        """
        if self._calls >= limits.CALLS_AT_ONCE:
            raise BusyError("too many calls at once")
        self._calls += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._calls -= 1

    async def answer(self, request: Request, receive: Receive) -> Response:
        """Answer a call; an empty poll may wait until there is something for its reader."""
        if request.operation == EVENTS:
            return await self._postings.ask(request)
        if request.operation != POLL:
            return await self.run(self.node.handle, request)
        ticket = self.waiting.enter()
        try:
            polled = await self._poll(request)
            if isinstance(polled, Response):
                return polled
            return await self._hold(polled, ticket, receive)
        finally:
            self.waiting.leave(ticket)

    async def _poll(self, request: Request) -> Polled | Response:
        """Look together with other polls; be served alone, since that takes locks."""
        found = await self._polls.ask(request)
        return await self.run(self.node.serve, found) if isinstance(found, News) else found

    async def _hold(self, polled: Polled, ticket: Ticket, receive: Receive) -> Response:
        """Answer at once, or as soon as there is something and at the latest after `wait`."""
        if not (polled.empty and polled.ask.seconds):
            return polled.response
        if not self.waiting.admit(ticket, polled.caller.id):
            return polled.response
        end = asyncio.get_running_loop().time() + polled.ask.seconds
        gone = asyncio.create_task(_gone(receive))
        try:
            return await self._waited(polled, ticket, gone=gone, end=end)
        finally:
            gone.cancel()

    async def _waited(
        self, polled: Polled, ticket: Ticket, *, gone: "asyncio.Task[None]", end: float
    ) -> Response:
        while polled.empty and await self._news(ticket, gone=gone, end=end):
            ticket.news.clear()
            again = await self.run(self.node.poll_again, polled)
            if isinstance(again, Response):
                return again
            polled = again
        return polled.response

    async def _news(self, ticket: Ticket, *, gone: "asyncio.Task[None]", end: float) -> bool:
        """Wait; tell whether to look again: not after the end, nor for a reader that left."""
        left = end - asyncio.get_running_loop().time()
        news = asyncio.create_task(ticket.news.wait())
        try:
            await asyncio.wait(
                {news, gone}, timeout=max(left, 0), return_when=asyncio.FIRST_COMPLETED
            )
            return news.done() and not gone.done() and not self.waiting.closed
        finally:
            news.cancel()


async def _gone(receive: Receive) -> None:
    """Wait until the other side went away."""
    while (await receive())["type"] != "http.disconnect":
        pass

"""Calls that come at the same time are answered together: one hop, one look, one commit for many.

A call alone goes at once. Where the last ones were several, more are on their way: the first waits
a moment for them, so that all share a commit. What breaks a group is tried again each by itself:
nobody suffers for another's call.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from fachkraft_share import limits
from fachkraft_share.errors import BusyError

Q = TypeVar("Q")
A = TypeVar("A")
_Waiting = tuple[Q, asyncio.Future[A]]


class Gathering(Generic[Q, A]):
    """A few threads take what waits and answer it; `ask` is called on the event loop."""

    def __init__(self, work: Callable[[Sequence[Q]], Sequence[A]], *, name: str) -> None:
        self._work = work
        self._name = name
        self._waiting: queue.SimpleQueue[_Waiting[Q, A] | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._door = threading.Lock()  # one thread gathers at a time, or each would have half
        self._crowded = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the threads; called on the event loop."""
        self._loop = asyncio.get_running_loop()
        for number in range(limits.GATHERING_THREADS):
            name = f"fks-{self._name}_{number}"
            self._threads.append(threading.Thread(target=self._run, name=name, daemon=True))
            self._threads[-1].start()

    async def stop(self) -> None:
        """Answer what waits, then stop."""
        threads, self._threads = self._threads, []
        for _ in threads:
            self._waiting.put(None)
        for thread in threads:
            await asyncio.to_thread(thread.join)

    async def ask(self, call: Q) -> A:
        """Return the answer of a call; what its work raised is raised here.

        Raises:
            BusyError: too many calls wait already, or the node is stopping.
        """
        if not self._threads or self._waiting.qsize() >= limits.CALLS_AT_ONCE:
            raise BusyError("too many calls at once")
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.put((call, future))
        return await future

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            if group and self._loop is not None:
                self._loop.call_soon_threadsafe(_tell, group, self._answers(group))

    def _next_group(self) -> tuple[list[_Waiting[Q, A]], bool]:
        """Wait for a call and take along what waits already, or comes in a moment."""
        with self._door:
            first = self._waiting.get()
            if self._crowded and self._waiting.qsize() < limits.GATHERED_CALLS:
                time.sleep(limits.GATHERING_PAUSE)
            group, going = self._taken(first)
            self._crowded = len(group) > 1
        return group, going

    def _taken(self, first: _Waiting[Q, A] | None) -> tuple[list[_Waiting[Q, A]], bool]:
        group: list[_Waiting[Q, A]] = []
        while first is not None:
            group.append(first)
            if len(group) == limits.GATHERED_CALLS:
                return group, True
            try:
                first = self._waiting.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _answers(self, group: Sequence[_Waiting[Q, A]]) -> Sequence[A | BaseException]:
        try:
            return self._work([call for call, _ in group])
        except BaseException as error:
            if len(group) == 1:
                return [error]
        return [answer for one in group for answer in self._answers([one])]


def _tell(group: Sequence[_Waiting[Q, A]], answers: Sequence[A | BaseException]) -> None:
    for (_, future), answer in zip(group, answers, strict=True):
        if future.done():  # whoever asked is gone
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)

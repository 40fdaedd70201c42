"""Group commit: one committer takes all that waits into one transaction; answers follow it.

A commit is mostly waiting for the disk, so that what came meanwhile goes with the next one. What
breaks a common transaction is tried again each by itself: nobody suffers for another's message.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError
from fachkraft_share.ports.loop import Outcome
from fachkraft_share.protocol.message import Message

Apply = Callable[[Sequence[Message]], list[Outcome]]


@attrs.frozen(eq=False)
class Submission:
    """Messages of one request, and where their outcomes will be."""

    messages: tuple[Message, ...] = attrs.field(repr=False)
    outcomes: "Future[list[Outcome]]" = attrs.field(factory=Future)


class GroupCommit:
    """Takes the place of `apply`: callers of many threads share the committer's transactions."""

    def __init__(self, apply: Apply) -> None:
        self._apply = apply
        self._waiting: queue.SimpleQueue[Submission | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._door = threading.Lock()  # nothing is handed in behind the last of the queue

    def start(self) -> None:
        """Start the committer."""
        self._thread = threading.Thread(target=self._run, name="fks-committer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Commit what waits, then stop."""
        with self._door:
            thread, self._thread = self._thread, None
            self._waiting.put(None)
        if thread is not None:
            thread.join()

    def commit(self, batch: Sequence[Message]) -> list[Outcome]:
        """Hand messages to the committer and wait for what became of them.

        Raises:
            BusyError: the committer was stopped; nothing was changed.
        """
        submission = Submission(tuple(batch))
        with self._door:
            if self._thread is None:
                raise BusyError("this node is stopping")
            self._waiting.put(submission)
        return submission.outcomes.result()

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._next_group()
            if group:
                self._commit(group)

    def _next_group(self) -> tuple[list[Submission], bool]:
        """Wait for a submission and take along what waits already, up to one batch."""
        group: list[Submission] = []
        first = self._waiting.get()
        while first is not None:
            group.append(first)
            if sum(len(one.messages) for one in group) >= limits.APPLY_BATCH:
                return group, True
            try:
                first = self._waiting.get_nowait()
            except queue.Empty:
                return group, True
        return group, False

    def _commit(self, group: Sequence[Submission]) -> None:
        try:
            outcomes = iter(self._apply([one for sub in group for one in sub.messages]))
        except BaseException as error:
            self._failed(group, error)
            return
        for submission in group:
            submission.outcomes.set_result([next(outcomes) for _ in submission.messages])

    def _failed(self, group: Sequence[Submission], error: BaseException) -> None:
        if len(group) == 1:
            group[0].outcomes.set_exception(error)
            return
        for submission in group:
            self._commit([submission])

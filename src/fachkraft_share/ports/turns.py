"""Turns within one process: one writer at a time, no transaction inside another, fresh after fork.

A database makes writers wait by asking again and again; a lock in this process is fairer and
faster. Between processes the database's own lock decides.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, local

from fachkraft_share.errors import BusyError, StateError


class Turns:
    """Lets threads of this process write in turn."""

    def __init__(self, *, wait: float) -> None:
        self._wait = wait
        self._renew()

    def _renew(self) -> None:
        self._process = os.getpid()
        self._writers = Lock()
        self._mine = local()

    @contextmanager
    def take(self, *, write: bool, alone: bool = True) -> Iterator[None]:
        """Hold this thread's turn; with `alone=False` the database lets writers in side by side.

        Raises:
            StateError: this thread is within a transaction already.
            BusyError: other writers took longer than we wait.
        """
        if self._process != os.getpid():
            self._renew()  # a lock held by a thread that was not forked is never released
        mine, writers = self._mine, self._writers
        if getattr(mine, "within", False):
            raise StateError("store: this thread is within a transaction already")
        waits = write and alone
        if waits and not writers.acquire(timeout=self._wait):
            raise BusyError("store: other writers are still at it")
        mine.within = True
        try:
            yield
        finally:
            mine.within = False
            if waits:
                writers.release()

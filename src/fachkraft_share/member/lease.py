"""One synchroniser at a time: a lease in the store, renewed while it works.

1. A process that was forked is another holder, though it inherited this one's name.
2. Threads of one process share the holder; a lock between them says who works.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError
from fachkraft_share.member.records import Lease
from fachkraft_share.ports.runtime import Clock
from fachkraft_share.ports.store import Store

NAME = "synchronise"


@attrs.define(eq=False)
class LeaseHolder:
    """Takes the lease for one engine in one process."""

    store: Store
    clock: Clock
    holder: str
    _process: int = attrs.field(factory=os.getpid, init=False)
    _working: Lock = attrs.field(factory=Lock, init=False, repr=False)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lease inside.

        Raises:
            BusyError: another process or thread synchronises this member.
        """
        with self._alone():
            self.renew()
            try:
                yield
            finally:
                self._release()

    def renew(self) -> None:
        """Take the lease or prolong it; raise BusyError if somebody else has it."""
        at = self.clock.now()
        with self.store.begin() as transaction:
            before = transaction.get(Lease, NAME)
            if before is not None and before.holder != self.holder and at < before.until:
                wait = min(before.until - at, limits.LEASE_SECONDS)
                raise BusyError("another process synchronises this member", retry_after=wait)
            transaction.put(Lease(NAME, self.holder, at + limits.LEASE_SECONDS))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._process != os.getpid():
            self._process = os.getpid()
            self.holder = f"{self.holder}.{self._process}"
            self._working = Lock()  # one that was held by a thread of the parent never opens
        working = self._working
        if not working.acquire(blocking=False):
            raise BusyError("another thread synchronises this member")
        try:
            yield
        finally:
            working.release()

    def _release(self) -> None:
        with self.store.begin() as transaction:
            before = transaction.get(Lease, NAME)
            if before is not None and before.holder == self.holder:
                transaction.drop(Lease, NAME)

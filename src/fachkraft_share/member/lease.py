"""One synchroniser at a time: a lease in the store, renewed while it works."""

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError
from fachkraft_share.member.records import Lease
from fachkraft_share.ports.runtime import Clock
from fachkraft_share.ports.store import Store

NAME = "synchronise"


@attrs.frozen
class LeaseHolder:
    """Takes the lease for one engine in one process."""

    store: Store
    clock: Clock
    holder: str

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lease inside.

        Raises:
            BusyError: another process synchronises this member.
        """
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

    def _release(self) -> None:
        with self.store.begin() as transaction:
            before = transaction.get(Lease, NAME)
            if before is not None and before.holder == self.holder:
                transaction.drop(Lease, NAME)

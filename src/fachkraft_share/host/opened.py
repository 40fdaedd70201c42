"""Firms opened when they are first needed; those longest unused are closed again.

One engine a firm and process: pages and worker share it. A closed one opens its files when it is
asked again, so that nobody who still holds it fails.
"""

from collections import OrderedDict
from threading import Lock

import attrs

from fachkraft_share import limits
from fachkraft_share.host.folder import BESIDE, Host
from fachkraft_share.host.presenting.participant import PresentedParticipant, remembered
from fachkraft_share.host.records import BESIDE_RECORDS, FirmRow
from fachkraft_share.member import Member
from fachkraft_share.member.recommending import may_present
from fachkraft_share.member.store import SqliteStore


@attrs.frozen(eq=False)
class Firm:
    """A firm as it is open: its engine, and what the host keeps beside it."""

    row: FirmRow
    member: Member
    beside: SqliteStore

    def close(self) -> None:
        """Close the files."""
        self.member.close_files()
        self.beside.close()


class Opened:
    """The firms of one host; threads may ask at the same time."""

    def __init__(self, host: Host, *, most: int = limits.HOST_OPEN) -> None:
        self.host = host
        self._most = most
        self._lock = Lock()
        self._opening: dict[str, Lock] = {}
        self._open: OrderedDict[str, Firm] = OrderedDict()

    def firm(self, slug: str) -> Firm:
        """Return a firm, opened if it is not.

        Raises:
            RefusedError: `not-found`.
            SetupError: its folder cannot be opened.
        """
        row = self.host.firm(slug)
        with self._turn(slug):
            found = self._known(slug)
            if found is None:
                found = self._keep(slug, self._make(row))
        return attrs.evolve(found, row=row)

    def names(self) -> tuple[str, ...]:
        """Return which firms are open."""
        with self._lock:
            return tuple(self._open)

    def close(self, slug: str | None = None) -> None:
        """Close one firm, or all."""
        with self._lock:
            going = list(self._open) if slug is None else [slug]
            closed = [self._open.pop(one) for one in going if one in self._open]
        for firm in closed:
            firm.close()

    def _turn(self, slug: str) -> Lock:
        with self._lock:
            return self._opening.setdefault(slug, Lock())

    def _known(self, slug: str) -> Firm | None:
        with self._lock:
            found = self._open.get(slug)
            if found is not None:
                self._open.move_to_end(slug)
        return found

    def _make(self, row: FirmRow) -> Firm:
        folder = self.host.folder_of(row.slug)
        member = Member.open(folder, runtime=self.host.runtime)
        beside = SqliteStore(folder / BESIDE, more=BESIDE_RECORDS)
        if may_present(member.engine) or remembered(member.engine):
            member.engine.remember(PresentedParticipant(beside, member.engine.keys))
        return Firm(row, member, beside)

    def _keep(self, slug: str, firm: Firm) -> Firm:
        with self._lock:
            self._open[slug] = firm
            going = [self._open.popitem(last=False)[1] for _ in range(len(self._open) - self._most)]
        for one in going:
            one.close()
        return firm

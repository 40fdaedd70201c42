"""The member list as this engine keeps it: stored as verified, refreshed, completed."""

from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import ConflictError, SignatureError, TemporaryError
from fachkraft_share.member.records import Members
from fachkraft_share.model.alliance import MemberList
from fachkraft_share.model.organisation import Organisation, PublicKey
from fachkraft_share.ports.client import Client
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.protocol.lists import Federation, first_page, read_federation
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.suite import Suite

STORED_BYTES = 2**30  # our own file: large alliances keep many lists


@attrs.frozen
class _Key:
    organisation: str
    key: PublicKey


@attrs.frozen
class _Stood:
    number: int
    sha256: str
    members: list[str]


@attrs.frozen
class _Stored:
    authority: str
    root: str
    newest: MemberList | None
    keys: list[_Key]
    stood: list[_Stood]
    known: list[Organisation]


@attrs.define(eq=False)
class DirectoryKeeper:
    """Holds the directory of one engine; another process may have stored a newer one."""

    authority: str
    root: str
    store: Store
    _row: Members | None = None
    _read: Directory | None = None

    def now(self) -> Directory:
        """Return the directory as stored last."""
        with self.store.begin(write=False) as transaction:
            return self.within(transaction)

    @property
    def latest(self) -> Directory:
        """Return the directory as read last, without asking the store."""
        return self._read or Directory(self.authority, self.root)

    def within(self, transaction: Transaction) -> Directory:
        """Return the directory, read within an open transaction."""
        row = transaction.get(Members, self.authority)
        if row is None:
            return Directory(self.authority, self.root)
        if self._read is None or self._row != row:
            self._read, self._row = _structured(row.body), row
        return self._read

    def refresh(self, client: Client, *, suite: Suite, at: int) -> Directory:
        """Fetch the newest list, verify it from the pinned root down and store it.

        Whoever missed lists in which keys changed twice learns some of those between first.

        Raises:
            WireError: it is not signed by whom it must be.
            RefusedError: rolled back, forked or incomplete.
            TemporaryError: the node cannot be asked now, or too many lists were missed for once.
        """
        found, known = client.federation(), self.now()
        try:
            directory, _ = read_federation(found, known=known, suite=suite, at=at)
        except SignatureError:
            missed = _missed(known, found)
            if not missed:
                raise
            self._catch_up(missed, client, suite=suite)
            directory, _ = read_federation(found, known=self.now(), suite=suite, at=at)
        return self._keep(directory)

    def _catch_up(self, missed: range, client: Client, *, suite: Suite) -> None:
        """Take over the last of the missed lists, halving the way to it wherever it is too far.

        Each list is judged by its own date, from the one taken over before, which is kept.

        Raises:
            SignatureError: a list does not follow even from the one just before it.
        """
        goals = [missed[-1]]
        for _ in range(limits.LISTS_CAUGHT_UP):
            known, goal = self.now(), goals[-1]
            found = client.federation(goal)
            try:
                directory, _ = _read_as(goal, found, known=known, suite=suite)
            except SignatureError:
                nearer = _missed(known, found)
                if not nearer:
                    raise
                goals.append(nearer[len(nearer) // 2])
                continue
            self._keep(directory)
            goals.pop()
            if not goals:
                return
        raise TemporaryError("many member lists were missed; the next refresh goes on")

    def fetch_earlier(self, number: int, client: Client, *, suite: Suite) -> Directory:
        """Fetch a list this engine never saw, because a consent names it (R5)."""
        blank = Directory(self.authority, self.root)
        _, earlier = _read_as(number, client.federation(number), known=blank, suite=suite)
        return self._keep(self.now().with_past(earlier))

    def _keep(self, directory: Directory) -> Directory:
        number = directory.newest.name.number if directory.newest else 0
        row = Members(self.authority, number, _plain(directory))
        with self.store.begin() as transaction:
            before = transaction.get(Members, self.authority)
            if before is None or before.number <= number:
                transaction.put(row)
        return self.now()


def _missed(known: Directory, found: Federation) -> range:
    """Return the numbers between the newest list known and the one found."""
    if known.newest is None:
        return range(0)
    return range(known.newest.name.number + 1, first_page(found).number)


def _read_as(
    number: int, found: Federation, *, known: Directory, suite: Suite
) -> tuple[Directory, MemberList]:
    """Verify an earlier list by its own date; raise ConflictError if it has another number."""
    page = first_page(found)
    if page.number != number:
        raise ConflictError("list-order", "the node handed out another list")
    return read_federation(found, known=known, suite=suite, at=page.iat)


def refresh_due(directory: Directory, *, at: int) -> bool:
    """Tell whether half of the newest list's life is over."""
    newest = directory.newest
    return newest is None or at >= newest.iat + min(
        (newest.exp - newest.iat) // 2, limits.LIST_DAYS * limits.DAY
    )


def _plain(directory: Directory) -> str:
    stored = _Stored(
        directory.authority,
        directory.root,
        directory.newest,
        [_Key(organisation, key) for (organisation, _), key in directory.keys.items()],
        [
            _Stood(number, sha256, sorted(members))
            for number, (sha256, members) in directory.stood.items()
        ],
        list(directory.known.values()),
    )
    return strict.write(unstructure(stored)).decode()


def _structured(body: str) -> Directory:
    read: Any = strict.read(body.encode(), limit=STORED_BYTES)
    stored = structure(read, _Stored)
    return Directory(
        stored.authority,
        stored.root,
        stored.newest,
        {(one.organisation, one.key.kid): one.key for one in stored.keys},
        {one.number: (one.sha256, frozenset(one.members)) for one in stored.stood},
        {one.id: one for one in stored.known},
    )

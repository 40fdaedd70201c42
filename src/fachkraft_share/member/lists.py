"""The member lists of one alliance as this engine keeps them: stored as verified, grown, completed.

One row a alliance, our own and each partner; with our own lie the agreements its newest list names.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs

from fachkraft_share.errors import ConflictError
from fachkraft_share.member.records import Members
from fachkraft_share.model.alliance import MemberList
from fachkraft_share.model.organisation import Organisation, PublicKey
from fachkraft_share.ports.following import follow
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.protocol.agreements import History, histories, read_agreements
from fachkraft_share.protocol.lists import Federation, first_page, read_earlier
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.suite import Suite

STORED_BYTES = 2**30  # our own file: large alliances keep many lists
Ask = Callable[[int | None], Federation]  # the newest list, or an earlier one by its number


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
    agreements: list[str] = attrs.field(factory=list)  # tokens
    past_roots: list[str] = attrs.field(factory=list)


@attrs.frozen
class Lists:
    """What is known of an alliance; `agreed` is empty for a partner: its own count for nothing."""

    directory: Directory
    agreed: tuple[History, ...] = ()


@attrs.define(eq=False)
class ListKeeper:
    """Holds the lists of one alliance; another process may have stored newer ones."""

    authority: str
    root: str
    store: Store
    own: bool = True
    _row: Members | None = None
    _read: Lists | None = None

    def now(self) -> Lists:
        """Return what was stored last."""
        with self.store.begin(write=False) as transaction:
            return self.within(transaction)

    def within(self, transaction: Transaction) -> Lists:
        """Return what was stored last, read within an open transaction."""
        row = transaction.get(Members, self.authority)
        if self._read is None or self._row != row:
            blank = Lists(Directory(self.authority, self.root))
            self._read, self._row = blank if row is None else _structured(row.body), row
        return self._read

    def refresh(self, ask: Ask, *, suite: Suite, at: int) -> None:
        """Fetch the newest list, verify it from the pinned root down and store it.

        Whoever missed lists in which keys changed twice learns some of those between first. A list
        of our own is taken over with the agreements it names, or not at all.

        Raises:
            WireError: something is not signed by whom it must be.
            RefusedError: rolled back, forked or incomplete.
            TemporaryError: the node cannot be asked now, or too many lists were missed for once.
        """
        found, keep = ask(None), partial(self._take, suite=suite)
        known = self.now().directory
        directory, _ = follow(found, known=known, fetch=ask, keep=keep, suite=suite, at=at)
        keep(directory, found)

    def learn(self, number: int, ask: Ask, *, suite: Suite) -> None:
        """Fetch a list this engine never saw, because a consent names it (R5).

        Raises:
            WireError: it is not signed by whom it must be.
            RefusedError: it is another list, or does not fit those known.
        """
        found = ask(number)
        page = first_page(found)
        if page.number != number:
            raise ConflictError("list-order", "the node handed out another list")
        known = self.now()
        earlier = read_earlier(found, known=known.directory, suite=suite)
        self._keep(attrs.evolve(known, directory=known.directory.with_past(earlier)))

    def _take(self, directory: Directory, found: Federation, *, suite: Suite) -> Directory:
        agreed = self.now().agreed
        if self.own and directory.newest is not None:
            agreed = read_agreements(
                found.agreements or (),
                listed=directory.newest,
                known=directory,
                suite=suite,
                held=agreed,
            )
        return self._keep(Lists(directory, agreed)).directory

    def _keep(self, lists: Lists) -> Lists:
        newest = lists.directory.newest
        number = newest.name.number if newest is not None else 0
        row = Members(self.authority, number, _plain(lists))
        with self.store.begin() as transaction:
            before = transaction.get(Members, self.authority)
            if before is None or before.number <= number:
                transaction.put(row)
        return self.now()


def _plain(lists: Lists) -> str:
    directory = lists.directory
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
        [token for one in lists.agreed for token in one.tokens],
        list(directory.past_roots),
    )
    return strict.write(unstructure(stored)).decode()


def _structured(body: str) -> Lists:
    read: Any = strict.read(body.encode(), limit=STORED_BYTES)
    stored = structure(read, _Stored)
    directory = Directory(
        stored.authority,
        stored.root,
        stored.newest,
        {(one.organisation, one.key.kid): one.key for one in stored.keys},
        {one.number: (one.sha256, frozenset(one.members)) for one in stored.stood},
        {one.id: one for one in stored.known},
        past_roots=tuple(stored.past_roots),
    )
    return Lists(directory, histories(stored.agreements))

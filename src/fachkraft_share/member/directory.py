"""Who is a member, here and at the partners: our alliance's lists, its agreements, their lists.

A member needs no connection to a partner's node: its own node hands on what it verified there, and
everything is verified here once more, from the root key that our recognition pins.
"""

from collections.abc import Mapping
from functools import partial

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, RefusedError, TemporaryError
from fachkraft_share.member.lists import ListKeeper, Lists
from fachkraft_share.ports.client import Client
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.protocol import problems
from fachkraft_share.protocol.agreements import History, recognitions, with_partners
from fachkraft_share.protocol.membership import Directory, Partner
from fachkraft_share.wire.suite import Suite


@attrs.define(eq=False)
class DirectoryKeeper:
    """Holds the directory of one engine; another process may have stored a newer one."""

    authority: str
    root: str
    store: Store
    _own: ListKeeper = attrs.field(init=False)
    _partners: dict[str, ListKeeper] = attrs.field(factory=dict, init=False)  # by authority
    _seen: tuple[Lists, ...] = attrs.field(default=(), init=False)
    _read: Directory | None = attrs.field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Begin with our own alliance."""
        self._own = ListKeeper(self.authority, self.root, self.store)

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
        own = self._own.within(transaction)
        keepers = self._keepers(own.agreed)
        seen = (own, *(keeper.within(transaction) for keeper in keepers))
        same = len(seen) == len(self._seen) and all(map(_is, seen, self._seen))
        if self._read is None or not same:
            lists = {one.directory.authority: one.directory for one in seen[1:]}
            self._read = with_partners(own.directory, own.agreed, lists=lists)
            self._seen = seen
        return self._read

    def refresh(self, client: Client, *, suite: Suite, at: int) -> Directory:
        """Fetch our alliance's newest list with its agreements, verify and store them.

        Raises:
            WireError: something is not signed by whom it must be.
            RefusedError: rolled back, forked or incomplete.
            TemporaryError: the node cannot be asked now, or too many lists were missed for once.
        """
        self._own.refresh(client.federation, suite=suite, at=at)
        return self.now()

    def refresh_partners(
        self, client: Client, *, suite: Suite, at: int, told: Mapping[str, int] | None = None
    ) -> dict[str, str]:
        """Fetch the partners' lists from our node, or those it tells newer numbers of.

        Return by node what went wrong, as codes, or "": one partner hinders no other.

        Raises:
            TemporaryError: our node cannot be asked now.
        """
        return {
            partner.node: self._refresh_partner(partner, client, suite=suite, at=at)
            for partner in self._to_fetch(told)
        }

    def outdated(self, told: Mapping[str, int] | None, *, at: int) -> bool:
        """Tell whether a list has expired that `refresh_partners` would replace."""
        lists = (one.directory.newest for one in self._to_fetch(told))
        return any(one is not None and not one.fresh(at=at) for one in lists)

    def _to_fetch(self, told: Mapping[str, int] | None) -> list[Partner]:
        found = self.now().partners.values()
        return [one for one in found if told is None or told.get(one.node, 0) > _number(one)]

    def fetch_earlier(self, number: int, client: Client, *, suite: Suite) -> Directory:
        """Fetch a list this engine never saw, because a consent names it (R5)."""
        self._own.learn(number, client.federation, suite=suite)
        return self.now()

    def _refresh_partner(self, partner: Partner, client: Client, *, suite: Suite, at: int) -> str:
        authority = partner.alliance.authority
        ask = partial(client.federation, of=authority)
        try:
            self._partners[authority].refresh(ask, suite=suite, at=at)
        except TemporaryError:
            raise
        except FachkraftShareError as error:
            if isinstance(error, RefusedError) and error.code == "not-found":
                return ""  # our node has not heard of it yet
            return problems.code_of(error)
        return ""

    def _keepers(self, agreed: tuple[History, ...]) -> list[ListKeeper]:
        if not agreed:
            return []
        partners = (one.newest.partner for one in recognitions(agreed).values())
        for one in (one for one in partners if one is not None):
            fresh = ListKeeper(one.authority, one.root, self.store, own=False)
            self._partners.setdefault(one.authority, fresh)
        return list(self._partners.values())


def _is(one: Lists, other: Lists) -> bool:
    return one is other


def _number(partner: Partner) -> int:
    newest = partner.directory.newest
    return newest.name.number if newest is not None else 0


def refresh_due(directory: Directory, *, at: int) -> bool:
    """Tell whether half of the newest list's life is over."""
    newest = directory.newest
    return newest is None or at >= newest.iat + min(
        (newest.exp - newest.iat) // 2, limits.LIST_DAYS * limits.DAY
    )

"""What the authority signs here with its online key: statements, lists, and what it has agreed.

1. Every change makes a new list with the next number, also a renewal; no number is given twice,
   not even after a restore (the journal remembers it).
2. Statements and lists stand in the journal before they are committed: membership is never rolled
   back together with the state.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, SignatureError, StateError
from fachkraft_share.model.alliance import ListEntry, MemberStatement, Removal
from fachkraft_share.model.organisation import KeyUse, Organisation, Status
from fachkraft_share.node.alliance.agreed import (
    agreements,
    store_root_changes,
    store_version,
)
from fachkraft_share.node.alliance.departing import end_all_of
from fachkraft_share.node.alliance.members import (
    AUTHORITY,
    SignedList,
    newest_number,
    read_statement,
    store_list,
    store_statement,
)
from fachkraft_share.node.alliance.official import named_lists
from fachkraft_share.node.alliance.roll import Roll, demand_roles, read_roll
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.history import membership_journal
from fachkraft_share.node.records import Kept, Listed, Statement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.agreements import (
    check_history,
    check_partners,
    cooperation_of,
    parse_agreement,
)
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.lists import check_organisation, list_hash, sign_list, sign_statement
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.payloads import MembershipChanged
from fachkraft_share.wire.encoding import sha256
from fachkraft_share.wire.keys import PrivateKey

LOCK = "member list"
_GONE = frozenset({Status.LEFT, Status.COMPROMISED})


class Authority:
    """Signs for the authority; every method is one transaction or part of the caller's."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def take(self, token: str, *, node: str = "", roots: Sequence[str] = (), above: int = 0) -> int:
        """Take up the root's statement of the online key; return the number of the new list.

        Are online key or root others than before, everybody is stated anew. `node` is what the root
        says of the node's own key, `roots` are all hand-overs of the root key, if they are others;
        the new list's number is higher than `above`.
        """
        at, lines = self._exchange.now(), list[dict[str, object]]()
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            kept = transaction.get(Kept, AUTHORITY)
            self.adopt(token, transaction=transaction, lines=lines)
            if roots:
                authority = self._exchange.settings.authority
                store_root_changes(authority, roots, transaction=transaction)
                lines += membership_journal.root_lines(roots)
            roll = read_roll(transaction)
            if roots or kept is None or not self._states(kept):
                self._restate_all(roll, transaction=transaction, lines=lines)
            if node:
                self._keep(node, transaction=transaction, lines=lines)
                roll.entries[self._exchange.id] = sha256(node.encode("ascii"))
            number = self._sign(roll, transaction=transaction, lines=lines, at=at, above=above)
            self._exchange.journal.append(list(lines))
        self._changed()
        return number

    def restate(self, organisation: Organisation, *, application: str) -> int:
        """State an organisation with other keys and sign a list with it; return its number."""
        at, lines = self._exchange.now(), list[dict[str, object]]()
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            number = self.admit(
                organisation, application=application, transaction=transaction, lines=lines, at=at
            )
            self._exchange.journal.append(list(lines))
        self._changed()
        return number

    def admit(
        self,
        organisation: Organisation,
        *,
        application: str,
        transaction: Transaction,
        lines: list[dict[str, object]],
        at: int,
    ) -> int:
        """State the organisation and sign a list with it; return the list's number.

        The caller holds `LOCK` and appends the lines to the journal before it commits.
        """
        roll = read_roll(transaction)
        token = self._state(organisation, application=application, at=at)
        self._keep(token, transaction=transaction, lines=lines)
        roll.entries[organisation.id] = sha256(token.encode("ascii"))
        roll.removed.pop(organisation.id, None)
        return self._sign(roll, transaction=transaction, lines=lines, at=at)

    def change(self, member: str, status: Status) -> int:
        """Suspend, reinstate or remove a member and return the new list's number.

        What a removed member made or holds is closed.

        Raises:
            StateError: no such member stands on the list.
        """
        at, lines = self._exchange.now(), list[dict[str, object]]()
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            roll = read_roll(transaction)
            kept = self._demand(member, roll, transaction=transaction)
            if status in _GONE:
                del roll.entries[member]
                roll.removed[member] = Removal(member, str(status), at)
            else:
                self._restate(kept, roll, transaction=transaction, lines=lines, status=status)
            number = self._sign(roll, transaction=transaction, lines=lines, at=at)
            self._exchange.journal.append(list(lines))
        self._changed()
        if status in _GONE:
            end_all_of(member, self._exchange)
        return number

    def give_roles(self, member: str, names: Iterable[str]) -> int:
        """State a member with these roles and no others; return the new list's number.

        Raises:
            SetupError: a role no member can have, or none.
            StateError: no such member stands on the list.
        """
        at, lines, roles = self._exchange.now(), list[dict[str, object]](), demand_roles(names)
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            roll = read_roll(transaction)
            kept = self._demand(member, roll, transaction=transaction)
            self._restate(kept, roll, transaction=transaction, lines=lines, roles=roles)
            number = self._sign(roll, transaction=transaction, lines=lines, at=at)
            self._exchange.journal.append(list(lines))
        self._changed()
        return number

    def renew(self, *, force: bool = False) -> int | None:
        """Sign statements and list anew when they end soon; return the new number, or None."""
        at, lines = self._exchange.now(), list[dict[str, object]]()
        with self._exchange.store.begin(write=False) as transaction:
            if not (force or _due(transaction, at=at)):
                return None
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            if not (force or _due(transaction, at=at)):
                return None  # another process was faster
            roll = read_roll(transaction)
            for name in tuple(roll.entries.values()):
                kept = transaction.get(Statement, name)
                if kept is not None and kept.exp - at < limits.STATEMENT_RENEW:
                    self._restate(kept.token, roll, transaction=transaction, lines=lines)
            number = self._sign(roll, transaction=transaction, lines=lines, at=at)
            self._exchange.journal.append(list(lines))
        self._changed()
        return number

    def agree(self, token: str) -> int:
        """Take up a signed version of an agreement; return the number of the list that names it.

        Raises:
            WireError: it is malformed or not signed by the online key.
            RefusedError: it does not follow what stands, or two partners clash.
        """
        at, lines = self._exchange.now(), list[dict[str, object]]()
        known = self._exchange.directory()
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            if parse_agreement(token)[0].kid != self._key.kid:
                raise SignatureError("an agreement is signed by the online key")
            store_version(token, transaction=transaction)
            self._check_agreements(transaction, known=known, at=at)
            lines += membership_journal.agreement_lines(token)
            roll = read_roll(transaction)
            self._rename(roll, transaction=transaction, lines=lines)
            number = self._sign(roll, transaction=transaction, lines=lines, at=at)
            self._exchange.journal.append(list(lines))
        self._changed()
        return number

    def _rename(
        self, roll: Roll, *, transaction: Transaction, lines: list[dict[str, object]]
    ) -> None:
        """State the node by the name that the alliance's own agreement gives it."""
        own = cooperation_of(agreements(transaction))
        kept = transaction.get(Statement, roll.entries.get(self._exchange.id, ""))
        if own is None or kept is None:
            return
        if read_statement(kept.token).organisation.name != own.terms.name:
            name = own.terms.name
            self._restate(kept.token, roll, transaction=transaction, lines=lines, name=name)

    def name_lists(self, change: Callable[[Transaction], None]) -> int:
        """Change which official lists there are; return the number of the list that names them."""
        at, lines = self._exchange.now(), list[dict[str, object]]()
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            change(transaction)
            roll = read_roll(transaction)
            number = self._sign(roll, transaction=transaction, lines=lines, at=at)
            self._exchange.journal.append(list(lines))
        self._changed()
        return number

    def _check_agreements(self, transaction: Transaction, *, known: Directory, at: int) -> None:
        found = agreements(transaction)
        if len(found) > limits.AGREEMENTS:
            raise RefusedError("agreement-terms", f"at most {limits.AGREEMENTS} agreements")
        for one in found:
            check_history(one, known=known, suite=self._exchange.runtime.sealer, at=at)
        check_partners(found, authority=known.authority)

    def begin(self, authority: str, node: Organisation, *, application: str) -> None:
        """Set up the first list: the authority as its root stated it, and this node."""
        at, lines = self._exchange.now(), list[dict[str, object]]()
        with self._exchange.store.begin() as transaction:
            transaction.lock([LOCK])
            self.adopt(authority, transaction=transaction, lines=lines)
            self.admit(node, application=application, transaction=transaction, lines=lines, at=at)
            self._exchange.journal.append(list(lines))
        self._changed()

    def adopt(
        self, token: str, *, transaction: Transaction, lines: list[dict[str, object]]
    ) -> None:
        """Keep the statement by which the root signs the online key."""
        store_statement(token, transaction=transaction)
        transaction.put(Kept(AUTHORITY, token))
        lines += membership_journal.authority_lines(token)

    def _restate_all(
        self, roll: Roll, *, transaction: Transaction, lines: list[dict[str, object]]
    ) -> None:
        for name in tuple(roll.entries.values()):
            kept = transaction.get(Statement, name)
            if kept is not None:
                self._restate(kept.token, roll, transaction=transaction, lines=lines)

    def _states(self, kept: Kept) -> bool:
        """Tell whether this is the online key that the root has stated last."""
        said = read_statement(kept.value)
        key = said.organisation.key(self._key.kid, KeyUse.SIGN)
        return key is not None and said.iat < key.not_after

    def _state(self, organisation: Organisation, *, application: str, at: int) -> str:
        check_organisation(organisation)
        end = at + limits.STATEMENT_DAYS * limits.DAY
        said = MemberStatement(
            self._exchange.settings.authority, at, end, organisation, application
        )
        return sign_statement(said, key=self._key, suite=self._exchange.runtime.sealer)

    def _restate(
        self,
        before: str,
        roll: Roll,
        *,
        transaction: Transaction,
        lines: list[dict[str, object]],
        **changed: Any,
    ) -> None:
        said = read_statement(before)
        stated = attrs.evolve(said.organisation, **changed)
        token = self._state(stated, application=said.application, at=self._exchange.now())
        self._keep(token, transaction=transaction, lines=lines)
        roll.entries[stated.id] = sha256(token.encode("ascii"))

    def _demand(self, member: str, roll: Roll, *, transaction: Transaction) -> str:
        """Return the statement of a member of the list; the node and its authority are none."""
        kept = transaction.get(Statement, roll.entries.get(member, ""))
        if kept is None or member in (self._exchange.id, self._exchange.settings.authority):
            raise StateError("no such member is on the list")
        return kept.token

    def _keep(
        self, token: str, *, transaction: Transaction, lines: list[dict[str, object]]
    ) -> None:
        store_statement(token, transaction=transaction)
        lines += membership_journal.statement_lines(token)

    def _sign(
        self,
        roll: Roll,
        *,
        transaction: Transaction,
        lines: list[dict[str, object]],
        at: int,
        above: int = 0,
    ) -> int:
        kept = transaction.get(Kept, AUTHORITY)
        if kept is None or not self._states(kept):
            raise StateError(
                "the root has stated another online key: start the node anew, or run "
                "`fachkraft-share node renew-root`"
            )
        number = max(newest_number(transaction), above) + 1
        pages = sign_list(
            [ListEntry(sub, name) for sub, name in sorted(roll.entries.items())],
            [roll.removed[sub] for sub in sorted(roll.removed)],
            number=number,
            authority=self._exchange.settings.authority,
            key=self._key,
            suite=self._exchange.runtime.sealer,
            at=at,
            agreements=[one.sha256 for one in agreements(transaction)],
            vocabulary=named_lists(transaction),
        )
        signed = SignedList(number, pages, at + limits.LIST_DAYS * limits.DAY)
        store_list(signed, transaction=transaction)
        lines += membership_journal.list_lines(signed)
        self._announce(number, pages, transaction=transaction, at=at)
        return number

    def _announce(
        self, number: int, pages: Sequence[str], *, transaction: Transaction, at: int
    ) -> None:
        said = MembershipChanged(number, list_hash(pages))
        news = Emit("membership.changed", f"{self._exchange.id}/members", None, said)
        self._exchange.voice.tell_list(news, number=number, transaction=transaction, at=at)

    @property
    def _key(self) -> PrivateKey:
        return self._exchange.keys.online

    def _changed(self) -> None:
        self._exchange.members.look()
        self._exchange.tell()


def _due(transaction: Transaction, *, at: int) -> bool:
    rows = transaction.every(Listed, number=newest_number(transaction))
    return any(row.exp - at < limits.LIST_RENEW for row in rows)

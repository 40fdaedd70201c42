"""Everything the node knows about one referral, loaded at once for the desk."""

from collections.abc import Iterable, Mapping

import attrs

from fachkraft_share.model.consent import Consent
from fachkraft_share.node.desk.links import Link
from fachkraft_share.node.evidence import consent_chain, read_consent
from fachkraft_share.node.records import ReaderState, Statement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import (
    Contact,
    Due,
    Exclusion,
    FeedRow,
    Held,
    Manifest,
    Part,
    PersonRequest,
    Receipt,
    Referral,
    Tombstone,
)


@attrs.frozen
class Case:
    """One person's referral with all that came of it; `consents` run from first to newest."""

    link: Link
    referral: Referral
    consents: tuple[tuple[str, Consent], ...] = attrs.field(repr=False)  # token, what it says
    parts: tuple[Part, ...] = attrs.field(repr=False)
    contacts: tuple[Contact, ...] = ()
    held: tuple[Held, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    dues: tuple[Due, ...] = ()
    exclusions: tuple[Exclusion, ...] = attrs.field(default=(), repr=False)
    rights: tuple[PersonRequest, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    since: Mapping[str, int] = attrs.field(factory=dict)  # requesters as members, as first stated
    fetched: frozenset[str] = frozenset()  # readers who have taken the closure of it all
    overdue: frozenset[str] = frozenset()  # whoever owes any receipt beyond its deadline

    @property
    def consent(self) -> Consent | None:
        """The consent in force, or the last one."""
        return self.consents[-1][1] if self.consents else None

    @property
    def chain(self) -> tuple[str, ...]:
        """The consents as signed, to travel along."""
        return tuple(token for token, _ in self.consents)

    @property
    def end(self) -> Tombstone | None:
        """The closure of the whole referral, if there is one."""
        return next((one for one in self.tombstones if one.scope == ALL), None)


def load_case(transaction: Transaction, link: Link, *, at: int) -> Case | None:
    """Return the case a link belongs to, or None while its origin has sent no draft."""
    id = link.invitation.referral
    referral = transaction.get(Referral, id) if id is not None else None
    if id is None or referral is None:
        return None
    tombstones = transaction.every(Tombstone, referral=id)
    contacts = transaction.every(Contact, referral=id)
    return Case(
        link,
        referral,
        consents=tuple((one, read_consent(one)) for one in consent_chain(transaction, referral)),
        parts=transaction.every(Part, referral=id),
        contacts=contacts,
        held=transaction.every(Held, referral=id),
        tombstones=tombstones,
        receipts=transaction.every(Receipt, referral=id),
        dues=transaction.every(Due, referral=id),
        exclusions=transaction.every(Exclusion, referral=id),
        rights=transaction.every(PersonRequest, referral=id),
        manifests=transaction.every(Manifest, referral=id),
        since=_since(transaction, {one.requester for one in contacts}),
        fetched=_fetched(transaction, id, tombstones),
        overdue=frozenset(one.holder for one in transaction.every(Due, until=("due", at))),
    )


def _since(transaction: Transaction, ids: Iterable[str]) -> dict[str, int]:
    """Return when each was first stated as a member of this alliance, where it is one."""
    stated = {id: transaction.every(Statement, sub=id) for id in sorted(ids)}
    return {id: min(one.iat for one in found) for id, found in stated.items() if found}


def _fetched(
    transaction: Transaction, referral: str, tombstones: tuple[Tombstone, ...]
) -> frozenset[str]:
    """Return who has polled beyond the row that carries the closure: a second durable copy."""
    proofs = {one.closure for one in tombstones if one.scope == ALL}
    if not proofs:
        return frozenset()
    rows = transaction.every(FeedRow, referral=referral, stream=CLOSURES)
    states = {row.to: transaction.get(ReaderState, row.to) for row in rows}
    return frozenset(
        row.to
        for row in rows
        if row.token in proofs and (state := states[row.to]) and state.custody >= row.number
    )

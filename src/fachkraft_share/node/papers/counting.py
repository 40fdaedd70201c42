"""What the node can count of its own people's referrals: stages and when they were reached.

1. Partners count their people themselves: a referral that came from another node is left out.
2. A receipt counts of whoever was served. The origin never was; it may lawfully keep its own file
   for a while and sign again later. One that was signed again counts when it was signed last.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs

from fachkraft_share import limits
from fachkraft_share.model.agreement import AgreementKind
from fachkraft_share.model.organisation import Status
from fachkraft_share.node.alliance.members import read_page, read_statement
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Listed, Statement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.agreements import History
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import ANSWER, CONSENT
from fachkraft_share.protocol.payloads import OutcomeKind
from fachkraft_share.protocol.records import (
    Contact,
    Due,
    Held,
    Receipt,
    Referral,
    Token,
    Tombstone,
)
from fachkraft_share.rules.figures import Event, Stage

_OUTCOME = "outcome.reported"
_DISCLOSED = "contact.disclosed"
_ENDS: Mapping[str, Stage] = {"declined": Stage.DECLINED, "withdrawn": Stage.WITHDRAWN}


@attrs.frozen
class Size:
    """How many organisations take part; these are public and no persons."""

    members: int
    partners: int


def events(exchange: Exchange) -> tuple[Event, ...]:
    """Return everything that happened to our own people's referrals and can still be counted."""
    with exchange.store.begin(write=False) as transaction:
        own = transaction.every(Referral, home=None)
        tokens = transaction.every(Token, type=(CONSENT, ANSWER, _DISCLOSED, _OUTCOME))
        contacts = transaction.every(Contact)
        tombstones = transaction.every(Tombstone)
        receipts = transaction.every(Receipt)
        dues = transaction.every(Due, until=("due", exchange.now()))
        held = transaction.every(Held)
    ours = {one.id for one in own}
    served = {(one.referral, one.holder) for one in held if one.referral in ours}
    policy = exchange.settings.policy.policy()
    return (
        *(Event(Stage.RECOMMENDED, one.at) for one in own),
        *_consents(tokens, ours),
        *_contacts((one for one in contacts if one.referral in ours), tokens),
        *_ends(one for one in tombstones if one.referral in ours),
        *_receipts(receipts, tombstones, served, deadline=policy.erasure_deadline),
        *(Event(Stage.LATE, one.due) for one in dues if (one.referral, one.holder) in served),
    )


def size(exchange: Exchange, *, at: int) -> Size:
    """Return how many organisations took part at that moment, the node and its authority aside."""
    with exchange.store.begin(write=False) as transaction:
        listed = _listed(transaction, at=at)
        named = [entry.sha256 for page in listed for entry in read_page(page.token).entries]
        stated = transaction.every(Statement, sha256=tuple(named)) if named else ()
    own = (exchange.id, exchange.settings.authority)
    told = [read_statement(one.token).organisation for one in stated]
    members = [one for one in told if one.status is Status.ACTIVE and one.id not in own]
    return Size(len(members), sum(_recognised(one, at=at) for one in exchange.members.agreed))


def begun(exchange: Exchange) -> int:
    """Return when the alliance began: when its first member list was signed, at the earliest."""
    with exchange.store.begin(write=False) as transaction:
        ends = [one.exp for one in transaction.every(Listed, page=1)]
    return min(ends, default=exchange.now()) - (limits.LIST_DAYS * limits.DAY if ends else 0)


def _consents(tokens: Iterable[Token], ours: Collection[str]) -> Iterator[Event]:
    """A renewal is no new consent: the first of a referral counts."""
    first: dict[str, int] = {}
    for one in tokens:
        if one.type == CONSENT and one.referral is not None and one.referral in ours:
            first[one.referral] = min(one.at, first.get(one.referral, one.at))
    return (Event(Stage.CONSENTED, at) for at in first.values())


def _contacts(contacts: Iterable[Contact], tokens: Iterable[Token]) -> Iterator[Event]:
    at = {one.sha256: one.at for one in tokens}
    told = {(one.referral, one.iss): one.at for one in tokens if one.type == _OUTCOME}
    for one in contacts:
        yield Event(Stage.REQUESTED, one.requested_at)
        if one.answered is not None:
            yield Event(Stage.ANSWERED, at.get(one.answered, one.requested_at))
        if one.disclosed is not None:
            yield Event(Stage.DISCLOSED, at.get(one.disclosed, one.requested_at))
        if one.outcome is not None:
            when = told.get((one.referral, one.requester), one.requested_at)
            yield Event(Stage.OUTCOME, when)
            hired = one.outcome == OutcomeKind.HIRED
            yield Event(Stage.HIRED if hired else Stage.NOT_HIRED, when)


def _ends(tombstones: Iterable[Tombstone]) -> Iterator[Event]:
    for one in tombstones:
        if one.scope == ALL and one.reason in _ENDS:
            yield Event(_ENDS[one.reason], one.closed_at)


def _receipts(
    receipts: Iterable[Receipt],
    tombstones: Iterable[Tombstone],
    served: Collection[tuple[str, str]],
    *,
    deadline: int,
) -> Iterator[Event]:
    closed = {(one.referral, one.scope): one.closed_at for one in tombstones}
    for one in receipts:
        since = closed.get((one.referral, one.scope))
        if one.settled and since is not None and (one.referral, one.holder) in served:
            yield Event(Stage.ERASED if one.at <= since + deadline else Stage.LATE, one.at)


def _listed(transaction: Transaction, *, at: int) -> tuple[Listed, ...]:
    """Return the pages of the list that was the newest at that moment."""
    signed = [
        one.number
        for one in transaction.every(Listed, page=1)
        if one.exp - limits.LIST_DAYS * limits.DAY <= at
    ]
    return transaction.every(Listed, number=max(signed, default=0))


def _recognised(agreed: History, *, at: int) -> bool:
    """Tell whether data might cross to or from this partner at that moment."""
    signed = [one for one in agreed.versions if one.iat <= at]
    if not signed or signed[-1].kind is not AgreementKind.RECOGNITION:
        return False
    return signed[-1].valid(at=at) and (signed[-1].gives or signed[-1].takes)

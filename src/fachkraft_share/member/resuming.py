"""After a restore: contact requests that may have been lost are said again, from where they stand.

1. Every message is the same as before or idempotent: a node that lost nothing learns nothing new.
   Requester and origin both say the request, and both the answer: one of them may be restored, too.
2. It all goes through the outbox, which tries again while what it rests on is still missing.
3. What the node takes no more becomes a trouble, and the requester may ask anew.
"""

from collections.abc import Iterable, Iterator

import attrs

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine, chain
from fachkraft_share.member.records import Outgoing
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Contact, Record, Referral, ReferralState, Task, Token
from fachkraft_share.protocol.states import Level, level


def resume(engine: Engine) -> None:
    """Owe again what this member said in contacts that have not come to their end."""
    at = engine.now()
    with engine.store.begin() as transaction:
        for referral in transaction.every(Referral, state=str(ReferralState.PUBLISHED)):
            for contact in transaction.every(Contact, referral=referral.id):
                for record in _again(engine, transaction, referral, contact, at=at):
                    transaction.put(record)


def _again(
    engine: Engine, transaction: Transaction, referral: Referral, contact: Contact, *, at: int
) -> Iterable[Record]:
    reached = level(contact)
    if reached > Level.DISCLOSED:
        return
    if reached is Level.DISCLOSED:
        if referral.origin == engine.id:
            yield from _disclose(transaction, contact, at=at)
        return
    # Also at the origin: node and requester may both have forgotten what it is asked to present.
    yield from _post(transaction, contact.requested, (), at=at)
    if contact.requester != engine.id and reached is Level.REQUESTED:
        yield attrs.evolve(contact, presented_seq=-1)
        yield Task("present", _about(contact), next_at=at, note=contact.requester)
    if reached is Level.ANSWERED:
        consents = tuple(one.sha256 for one in chain(transaction, referral))
        yield from _post(transaction, contact.answered, consents, at=at)


def _about(contact: Contact) -> str:
    return f"{contact.referral}/{contact.request}"


def _post(
    transaction: Transaction, name: str | None, along: tuple[str, ...], *, at: int
) -> Iterator[Record]:
    """Yield the outbox's row for a token that is kept here, own or the person's."""
    token = transaction.get(Token, name) if name is not None else None
    if token is not None and token.body is not None:
        yield Outgoing(token.sha256, token.type, token.referral, " ".join(along), "", at, at)


def _disclose(transaction: Transaction, contact: Contact, *, at: int) -> Iterator[Record]:
    """Seal and deposit again what may lie at the node no more and was perhaps not fetched."""
    said = transaction.get(Token, contact.disclosed)
    if said is not None and at - said.at < limits.BLOB_DAYS * limits.DAY:
        yield attrs.evolve(contact, disclosed=None, disclosed_seq=-1, blob=None)
        yield Task("disclose", _about(contact), next_at=at, note=contact.requester)

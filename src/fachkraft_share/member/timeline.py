"""What happened to a referral, what is still owed, and how far each contact request has come."""

from collections.abc import Iterator
from enum import StrEnum

import attrs

from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import Account, Outgoing, Parked, Trouble
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import Contact, Referral, Task, Token, Tombstone

ASKED = "contact.requested"


class What(StrEnum):
    """The kinds of things that happen to a referral."""

    SAID = "said"
    ASKED = "asked"
    CLOSED = "closed"
    ERASED = "erased"


@attrs.frozen
class Moment:
    """One thing that happened: `about` is an event, a request or a reason, `who` did it."""

    at: int
    what: What
    about: str = ""
    who: str = ""


@attrs.frozen
class Owed:
    """Something still to be done by this member, and what kept it from succeeding."""

    what: str  # send | judge | task | person
    about: str  # an event, a code, a task
    tries: int = 0
    code: str = ""
    next_at: int = 0


class Step(StrEnum):
    """How far a contact request of this member has come."""

    QUEUED = "queued"  # waits here for the node
    REFUSED = "refused"  # the node did not take it, for good
    DELIVERED = "delivered"  # the node has it; the person has not answered yet
    DECLINED = "declined"
    ACCEPTED = "accepted"  # the documents are on their way
    DISCLOSED = "disclosed"  # they are announced; see what is owed
    CLOSED = "closed"


@attrs.frozen
class Way:
    """One contact request of this member: where it stands, what happened when, what comes next."""

    referral: str
    request: str
    job: str = attrs.field(repr=False)
    step: Step
    asked_at: int
    answered_at: int = 0
    disclosed_at: int = 0
    owed: tuple[Owed, ...] = ()
    refused: str = ""  # the code of the node's refusal
    until: int = 0  # so long the person may answer: as long as others see the profile


def happened(transaction: Transaction, referral: str) -> list[Moment]:
    """Return what happened to a referral here, oldest first."""
    return sorted(_moments(transaction, referral), key=lambda one: one.at)


def _moments(transaction: Transaction, referral: str) -> Iterator[Moment]:
    for token in transaction.every(Token, referral=referral):
        yield Moment(token.at, What.SAID, token.type, token.iss)
    for contact in transaction.every(Contact, referral=referral):
        if contact.requested_at:
            yield Moment(contact.requested_at, What.ASKED, contact.request, contact.requester)
    for stone in transaction.every(Tombstone, referral=referral):
        yield Moment(stone.closed_at, What.CLOSED, stone.reason, stone.scope)
    for account in transaction.every(Account, referral=referral):
        if account.said:
            yield Moment(account.at, What.ERASED)


def owed(transaction: Transaction, referral: str) -> Iterator[Owed]:
    """Yield what this member still owes about a referral."""
    for one in transaction.every(Outgoing, referral=referral):
        yield Owed("send", one.type, one.tries, one.code or "", one.next_at)
    for parked in transaction.every(Parked, referral=referral):
        yield Owed("judge", parked.code, parked.tries, next_at=parked.next_at)
    for task in transaction.every(Task):
        if task.about.startswith(referral):
            yield Owed("task", task.kind, task.tries, next_at=task.next_at)
    for trouble in transaction.every(Trouble):
        if trouble.about.startswith(referral):
            yield Owed("person", trouble.kind, code=trouble.code)


def ways(engine: Engine) -> tuple[Way, ...]:
    """Return every contact request of this member, the newest first."""
    with engine.store.begin(write=False) as transaction:
        mine = transaction.every(Contact, requester=engine.id)
        found = [_way(transaction, one) for one in mine if one.requested]
    return tuple(sorted(found, key=lambda one: (-one.asked_at, one.request)))


def _way(transaction: Transaction, contact: Contact) -> Way:
    open_ends = tuple(owed(transaction, contact.referral))
    refused = next(
        (one.code for one in open_ends if one.what == "person" and one.about == ASKED), ""
    )
    return Way(
        contact.referral,
        contact.request,
        contact.job or "",
        _step(transaction, contact, refused=bool(refused)),
        contact.requested_at,
        _moment_of(transaction, contact.answered),
        _moment_of(transaction, contact.disclosed),
        open_ends,
        refused,
        _answered_until(transaction, contact.referral),
    )


def _answered_until(transaction: Transaction, referral: str) -> int:
    known = transaction.get(Referral, referral)
    return known.consent_exp or known.not_after if known is not None else 0


def _step(transaction: Transaction, contact: Contact, *, refused: bool) -> Step:
    stones = transaction.every(Tombstone, referral=contact.referral)
    if any(one.scope in (ALL, contact.requester) for one in stones):
        return Step.CLOSED
    if contact.disclosed:
        return Step.DISCLOSED
    if contact.answer:
        return Step(contact.answer)
    if transaction.get(Outgoing, contact.requested) is not None:
        return Step.QUEUED
    return Step.REFUSED if refused else Step.DELIVERED


def _moment_of(transaction: Transaction, sha256: str | None) -> int:
    token = transaction.get(Token, sha256) if sha256 else None
    return token.at if token is not None else 0

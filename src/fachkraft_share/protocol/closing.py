"""The end of a referral: who may close, what goes at once, who is told (design § 6).

1. A closure is final within its scope and needs no knowledge of the referral: its id proves it.
2. It is told to everyone in the ledger and to the origin, and to nobody else; across a border the
   node there is told, and passes it on along its own ledger.
3. When in doubt between keeping and erasing, the closure wins.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.protocol.decision import (
    NOTHING_NEW,
    Append,
    Blank,
    Decision,
    Drop,
    DropEvery,
    Effect,
    Emit,
    Here,
    Known,
    Need,
    Note,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.facts import ALL, closed_for
from fachkraft_share.protocol.message import CONSENT, Message
from fachkraft_share.protocol.payloads import ConsentDeclined
from fachkraft_share.protocol.records import (
    Blob,
    BlobContent,
    Closing,
    Contact,
    Due,
    Exclusion,
    Held,
    Part,
    Referral,
    ReferralState,
    Task,
    Token,
    Tombstone,
)
from fachkraft_share.rules.retention import tombstone_until, unknown_tombstone_until

CLOSURES = "closures"
EVENTS = "events"
REASONS = frozenset(
    "withdrawn declined expired filled superseded origin_left recipient_left agreement_ended "
    "purpose_ended recalled erasure_order".split()
)


@attrs.frozen
class Closure:
    """What is to be closed, whoever signed it."""

    referral: str
    origin: str
    scope: str
    reason: str
    not_after: int


def closing_needs(referral: str) -> tuple[Need, ...]:
    """Return what `close` must know about the referral."""
    return (
        one(Referral, referral),
        every(Tombstone, referral=referral),
        every(Closing, referral=referral),
        every(Held, referral=referral),
        every(Contact, referral=referral),
        every(Blob, referral=referral),
    )


def close(message: Message, closure: Closure, known: Known, *, here: Here, at: int) -> Decision:
    """Apply a closure whose signer was found to be entitled to it."""
    if closure.reason not in REASONS:
        raise RefusedError("unknown-reason", "this version of the protocol has no such reason")
    if closure.scope == here.node_of(closure.origin):
        raise RefusedError("scope", "the home node's own alliance is closed by scope all")
    if not (here.is_node or _mine(closure, here=here) or here.id == closure.origin):
        raise RefusedError("not-addressed", "this closure concerns another holder")
    tombstones = known.every(Tombstone, referral=closure.referral)
    node = None if closure.scope == ALL else here.node_of(closure.scope)
    if closed_for(tombstones, closure.scope, node=node):
        return _again(message, closure, known, here=here, at=at)
    effects = [*_remember(message, closure, known, at=at), *_forget(closure, known, here=here)]
    effects += _lost(message, closure, known, here=here, at=at)
    told = _tell(message, closure, known, here=here, at=at) if here.is_node else ()
    return Decision((*effects, *told, *_erase(message, closure, here=here, at=at)))


def _mine(closure: Closure, *, here: Here) -> bool:
    """Tell whether it ends everything this party holds: for all, itself, or its whole alliance."""
    return closure.scope in (ALL, here.id, here.node)


def _concerns(closure: Closure, id: str, *, here: Here) -> bool:
    """Tell whether the organisation is within the scope: named, or behind the node named."""
    return closure.scope in (ALL, id, here.node_of(id))


def _again(message: Message, closure: Closure, known: Known, *, here: Here, at: int) -> Decision:
    """Nothing changes; a member that is told again answers with its receipt again."""
    if here.is_node:
        return attrs.evolve(NOTHING_NEW, effects=tuple(_confirm(message, closure, known, at=at)))
    return attrs.evolve(NOTHING_NEW, effects=_erase(message, closure, here=here, at=at))


def _confirm(message: Message, closure: Closure, known: Known, *, at: int) -> Iterable[Effect]:
    """Keep another proof of this end or a part of it: holders elsewhere may have heard of that."""
    tombstones = known.every(Tombstone, referral=closure.referral)
    others = known.every(Closing, referral=closure.referral)
    told = {one.closure for one in tombstones} | {one.closure for one in others}
    if message.sha256 in told or len(others) >= limits.CLOSINGS_KEPT:
        return
    consents = [one for one in message.attached if one.type == CONSENT]
    yield from (Put(token_of(one, at=at)) for one in (message, *consents))
    along = " ".join(one.sha256 for one in consents)
    yield Put(Closing(closure.referral, closure.scope, message.sha256, along, at))


def _remember(message: Message, closure: Closure, known: Known, *, at: int) -> list[Effect]:
    referral = known.one(Referral, closure.referral)
    until = tombstone_until(referral.not_after) if referral else unknown_tombstone_until(at)
    consents = [one for one in message.attached if one.type == CONSENT]
    tombstone = Tombstone(
        closure.referral,
        closure.scope,
        closure.reason,
        closure=message.sha256,
        attached=" ".join(one.sha256 for one in consents),
        closed_at=at,
        keep_until=until,
    )
    kept: list[Effect] = [Put(token_of(one, at=at)) for one in (message, *consents)]
    line = {
        "closed": message.token,
        "with": [one.token for one in consents],
        "at": at,
    }
    return [*kept, Put(tombstone), Note(line)]


def _lost(
    message: Message, closure: Closure, known: Known, *, here: Here, at: int
) -> Iterable[Effect]:
    """Know whose referral ended that a restored partner node has no record of any more.

    Its home node is owed what is signed here about the end.
    """
    home, body = here.node_of(closure.origin), message.body
    foreign = here.is_node and home != here.id and _mine(closure, here=here)
    if foreign and known.one(Referral, closure.referral) is None:
        yield Put(
            Referral(
                closure.referral,
                closure.origin,
                body.key,
                body.nonce,
                ReferralState.CLOSED,
                envelope="",
                not_after=closure.not_after,
                at=at,
                home=home,
            )
        )


def token_of(message: Message, *, at: int, personal: bool = False) -> Token:
    """Return the record that keeps the received bytes as evidence."""
    return Token(
        message.sha256, message.type, message.iss, message.referral, personal, message.token, at
    )


def _forget(closure: Closure, known: Known, *, here: Here) -> Iterable[Effect]:
    referral = known.one(Referral, closure.referral)
    whole = _mine(closure, here=here)
    for blob in known.every(Blob, referral=closure.referral):
        if whole or _concerns(closure, blob.addressee, here=here):
            yield Drop(BlobContent, (blob.sha256,))
            yield Drop(Blob, (blob.sha256,))
    for contact in known.every(Contact, referral=closure.referral):
        if whole or _concerns(closure, contact.requester, here=here):
            yield Put(attrs.evolve(contact, job=None, message=None))
            yield from _cancel(contact)
    if not whole:
        return
    if referral is not None:
        yield Put(attrs.evolve(referral, state=ReferralState.CLOSED))
    yield Blank(closure.referral)
    yield DropEvery(Part, (("referral", closure.referral),))
    yield DropEvery(Exclusion, (("referral", closure.referral),))


def _cancel(contact: Contact) -> Iterable[Effect]:
    about = f"{contact.referral}/{contact.request}"
    for kind in ("present", "disclose", "fetch", "file"):
        yield Drop(Task, (kind, about))


def _tell(
    message: Message, closure: Closure, known: Known, *, here: Here, at: int
) -> Iterable[Effect]:
    held = {line.holder for line in known.every(Held, referral=closure.referral)}
    owing = {one for one in held if _concerns(closure, one, here=here)}
    if closure.scope == ALL and here.node_of(closure.origin) == here.node:
        owing.add(closure.origin)  # of a partner's referral its own node keeps the account
    readers = {here.hop(one) for one in (*owing, closure.origin)}
    readers |= {here.hop(closure.scope)} & held  # a partner's member not reported yet
    along = tuple(one.sha256 for one in message.attached if one.type == CONSENT)
    referral = known.one(Referral, closure.referral)
    declined = referral is not None and referral.state is ReferralState.DRAFT
    for reader in sorted(readers):
        yield Append(message.sha256, reader, CLOSURES, closure.referral, attached=along)
    for holder in sorted(owing):
        due = at + here.policy.erasure_deadline
        yield Put(Due(closure.referral, holder, closure.scope, message.sha256, at, due))
    if declined:
        said = ConsentDeclined(closure.reason)
        yield Emit("consent.declined", closure.origin, closure.referral, said, (closure.origin,))


def _erase(message: Message, closure: Closure, *, here: Here, at: int) -> tuple[Effect, ...]:
    """Own erasure: the node's and a member's worker run their participants and sign.

    The note names the closure this party heard of last: the one its receipt answers.
    """
    if not (here.is_node or _mine(closure, here=here)):
        return ()
    about = f"{closure.referral} {closure.scope}"
    return (Put(Task("erase", about, next_at=at, note=message.sha256)),)

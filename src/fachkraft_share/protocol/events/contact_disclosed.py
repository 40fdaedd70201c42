"""`contact.disclosed`: the origin hands the sealed dossier to the one member accepted."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import StateError
from fachkraft_share.protocol.closing import EVENTS, token_of
from fachkraft_share.protocol.decision import (
    ENDED,
    Append,
    Decision,
    Effect,
    Here,
    Known,
    Need,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.events.common import contact_of, demand, gate, live, subject
from fachkraft_share.protocol.facts import closed_for
from fachkraft_share.protocol.message import ANSWER, Message
from fachkraft_share.protocol.payloads import ContactDisclosed
from fachkraft_share.protocol.records import (
    Blob,
    Contact,
    Due,
    Exclusion,
    Referral,
    Task,
    Tombstone,
)
from fachkraft_share.protocol.states import join
from fachkraft_share.rules.consent import Action
from fachkraft_share.wire.encoding import check_sha256


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a disclosure is decided on; its addressee is the requester."""
    referral, requester = subject(message), message.aud
    common = (
        one(Referral, referral),
        every(Tombstone, referral=referral),
        one(Contact, referral, requester, message.body.request),
    )
    if not here.is_node:
        return common
    return (
        *common,
        one(Blob, check_sha256(message.body.blob)),
        every(Exclusion, referral=referral),
        every(Due, holder=requester),
    )


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Let it pass (node) or fetch it (requester), if the person accepted this member."""
    body: ContactDisclosed = message.body
    requester = message.aud
    if closed_for(known.every(Tombstone, referral=subject(message)), requester):
        return ENDED
    referral = live(known, subject(message))
    demand(message.iss == referral.origin, "not-entitled", "only the origin discloses")
    demand(0 < body.length <= limits.BLOB_BYTES + limits.SEAL_BYTES, "length", "no such size")
    before = contact_of(known, referral.id, requester=requester, request=body.request)
    answer = message.find(ANSWER)
    if answer is None or answer.sha256 != body.answer or before.answered != body.answer:
        raise StateError("the answer this disclosure rests on is not the one known here")
    consent = message.consent
    gate(consent, Action.DISCLOSE, requester, here=here, at=at, known=known, answer=answer.body)
    fresh = Contact(
        referral.id,
        requester,
        body.request,
        disclosed_seq=body.seq,
        disclosed=message.sha256,
        blob=body.blob,
    )
    effects: tuple[Effect, ...] = (Put(join(before, fresh)), Put(token_of(message, at=at)))
    if here.is_node:
        return Decision((*effects, *_pass(message, known)))
    demand(here.id == requester, "not-addressed", "this dossier is for another member")
    fetch = Task("fetch", f"{referral.id}/{body.request}", next_at=at, note=message.sha256)
    return Decision((*effects, Put(fetch)))


def _pass(message: Message, known: Known) -> tuple[Effect, ...]:
    body: ContactDisclosed = message.body
    blob = known.one(Blob, body.blob)
    if blob is None:
        raise StateError("put the sealed dossier first")
    demand(
        (blob.sender, blob.addressee, blob.referral, blob.size)
        == (message.iss, message.aud, message.referral, body.length),
        "blob",
        "the blob was put for another delivery",
    )
    row = Append(message.sha256, message.aud, EVENTS, message.referral, attached=_along(message))
    return (Put(attrs.evolve(blob, named=True)), row)


def _along(message: Message) -> tuple[str, ...]:
    return tuple(one.sha256 for one in message.attached)

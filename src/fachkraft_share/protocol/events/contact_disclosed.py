"""`contact.disclosed`: the origin hands the sealed dossier to the one member accepted."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, StateError
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
from fachkraft_share.protocol.events.common import (
    contact_needs,
    contact_of,
    demand,
    ended,
    gate,
    in_force,
    live,
    subject,
)
from fachkraft_share.protocol.events.contact_answered import answered
from fachkraft_share.protocol.message import ANSWER, Message
from fachkraft_share.protocol.payloads import ContactDisclosed
from fachkraft_share.protocol.records import (
    Blob,
    Contact,
    Due,
    Exclusion,
    Task,
)
from fachkraft_share.protocol.states import join
from fachkraft_share.rules.consent import Action
from fachkraft_share.wire.encoding import check_sha256


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a disclosure is decided on; its addressee is the requester."""
    referral, requester = subject(message), message.aud
    common = contact_needs(message, requester)
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
    if ended(message, known, actor=requester, here=here):
        return ENDED
    referral = live(known, subject(message))
    demand(message.iss == referral.origin, "not-entitled", "only the origin discloses")
    demand(body.length in limits.BLOB_CLASSES, "length", "no such size")
    before = contact_of(known, referral.id, requester=requester, request=body.request)
    answer = _answer(message)
    consent = in_force(message, referral)
    gate(consent, Action.DISCLOSE, requester, here=here, at=at, known=known, answer=answer.body)
    fresh = Contact(
        referral.id,
        requester,
        body.request,
        disclosed_seq=body.seq,
        disclosed=message.sha256,
        blob=body.blob,
    )
    if here.is_node:
        _still(before, answer)
        kept = (Put(join(before, fresh)), Put(token_of(message, at=at)))
        return Decision((*kept, *_pass(message, known, here=here)))
    demand(here.id == requester, "not-addressed", "this dossier is for another member")
    after = join(join(before, answered(answer)), fresh)
    effects: list[Effect] = [Put(after), *(Put(token_of(m, at=at)) for m in (message, answer))]
    if after.answered == answer.sha256:  # else the person has said no since
        fetch = Task("fetch", f"{referral.id}/{body.request}", next_at=at, note=message.sha256)
        effects.append(Put(fetch))
    return Decision(tuple(effects))


def _answer(message: Message) -> Message:
    """Return the person's attached answer to exactly this request."""
    body: ContactDisclosed = message.body
    found = next((one for one in message.attached if one.sha256 == body.answer), None)
    if found is None or found.type != ANSWER or found.body.request != body.request:
        raise RefusedError("no-answer", "the answer this disclosure rests on does not travel along")
    return found


def _still(before: Contact, answer: Message) -> None:
    """Let nothing pass that rests on an answer unheard of, or taken back."""
    if before.answered is None:
        raise StateError("no answer to this request is known here yet")
    demand(before.answered == answer.sha256, "stale", "the person has answered anew")


def _pass(message: Message, known: Known, *, here: Here) -> tuple[Effect, ...]:
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
    to, about = here.hop(message.aud), message.referral
    row = Append(message.sha256, to, EVENTS, about, attached=_along(message))
    return (Put(attrs.evolve(blob, named=True)), row)


def _along(message: Message) -> tuple[str, ...]:
    return tuple(one.sha256 for one in message.attached)

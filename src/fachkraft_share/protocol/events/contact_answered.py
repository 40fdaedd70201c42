"""The person's answer: at the node the signed `fks-answer`, at both members the news of it."""

from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.model.consent import Answer, Consent, ContactAnswer
from fachkraft_share.protocol.closing import EVENTS, token_of
from fachkraft_share.protocol.decision import (
    ENDED,
    Append,
    Decision,
    Drop,
    Effect,
    Emit,
    Here,
    Known,
    Need,
    Put,
    every,
)
from fachkraft_share.protocol.events.common import (
    addressed,
    contact_needs,
    contact_of,
    demand,
    ended,
    gate,
    in_force,
    live,
    subject,
)
from fachkraft_share.protocol.message import ANSWER, CONSENT, Message
from fachkraft_share.protocol.payloads import ContactAnswered
from fachkraft_share.protocol.records import Contact, Due, Exclusion, Referral, Task
from fachkraft_share.protocol.states import join
from fachkraft_share.rules.consent import Action


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what an answer is decided on."""
    referral, requester = subject(message), message.body.requester
    common = contact_needs(message, requester)
    if not here.is_node:
        return common
    return (*common, every(Exclusion, referral=referral), every(Due, holder=requester))


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Tell origin and requester (node), or act on it (members)."""
    if ended(message, known, actor=message.body.requester, here=here):
        return ENDED
    referral = live(known, subject(message))
    if message.type == ANSWER:
        return _answer(message, referral, known, here=here, at=at)
    return _heard(message, referral, known, here=here, at=at)


def _answer(message: Message, referral: Referral, known: Known, *, here: Here, at: int) -> Decision:
    said: ContactAnswer = message.body
    at_home = here.is_node and referral.home is None
    demand(at_home, "not-addressed", "an answer is given at the home node")
    demand(said.consent == referral.consent, "stale", "the answer rests on an older consent")
    before = known.one(Contact, referral.id, said.requester, said.request)
    if before is None:
        raise StateError("no such contact request is known here")
    if said.answer is Answer.ACCEPTED:
        consent = in_force(message, referral)
        gate(consent, Action.REQUEST, said.requester, here=here, at=at, known=known)
    news = ContactAnswered(said.request, said.requester, message.sha256)
    chain = tuple(one.sha256 for one in message.attached if one.type == CONSENT)
    effects: tuple[Effect, ...] = (
        Put(join(before, answered(message))),
        Put(token_of(message, at=at)),
        Emit(
            "contact.answered",
            here.holders,
            referral.id,
            news,
            (referral.origin, here.hop(said.requester)),
            attached=(message.sha256, *chain),
        ),
    )
    return Decision(effects)


def answered(message: Message) -> Contact:
    """Return what a person's answer says of the request, to be joined with what is known."""
    said: ContactAnswer = message.body
    return Contact(
        said.referral,
        said.requester,
        said.request,
        answer_seq=said.seq,
        answer=str(said.answer),
        answered=message.sha256,
    )


def _heard(message: Message, referral: Referral, known: Known, *, here: Here, at: int) -> Decision:
    """Take the person's own words; which consent was in force then, the node has judged."""
    body: ContactAnswered = message.body
    parties = (referral.origin, body.requester)
    addressed(message, here)
    relayed = here.is_node and message.iss == referral.home
    demand(here.id in parties or relayed, "not-addressed", "an answer is for origin and requester")
    proof = next((m for m in message.attached if m.sha256 == body.answer), None)
    if proof is None or proof.type != ANSWER or proof.referral != referral.id:
        raise RefusedError("no-answer", "the person's own answer does not travel along")
    said: ContactAnswer = proof.body
    demand(
        (said.request, said.requester) == (body.request, body.requester),
        "no-answer",
        "the answer is to another request",
    )
    demand(_consent_of(proof).node == message.iss, "not-entitled", "another node passed it on")
    before = contact_of(known, referral.id, requester=said.requester, request=said.request)
    after = join(before, answered(proof))
    kept = (Put(after), Put(token_of(proof, at=at)))
    if relayed:
        return Decision((*kept, *_relay(message, at=at)))
    return Decision((*kept, *_then(after, referral, here=here, at=at)))


def _relay(message: Message, *, at: int) -> tuple[Effect, ...]:
    """Hand a partner node's news on to the requester, who is a member here."""
    along = tuple(one.sha256 for one in message.attached)
    to, about = message.body.requester, subject(message)
    kept = (Put(token_of(one, at=at)) for one in (message, *message.attached))
    return (*kept, Append(message.sha256, to, EVENTS, about, attached=along))


def _consent_of(proof: Message) -> Consent:
    """Return the consent an answer rests on; without it the answer could not be opened."""
    bodies: dict[str, Consent] = {one.sha256: one.body for one in proof.consents}
    return bodies[proof.body.consent]


def _then(after: Contact, referral: Referral, *, here: Here, at: int) -> tuple[Effect, ...]:
    """A yes lets the origin disclose; a later no stops what has not happened yet."""
    about = f"{referral.id}/{after.request}"
    if after.answer != Answer.ACCEPTED:
        return tuple(Drop(Task, (kind, about)) for kind in ("disclose", "fetch"))
    if here.id == referral.origin and after.disclosed is None:
        return (Put(Task("disclose", about, next_at=at, note=after.requester)),)
    return ()

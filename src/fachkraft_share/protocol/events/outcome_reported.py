"""`outcome.reported`: the requester tells the origin what came of it."""

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
)
from fachkraft_share.protocol.events.common import (
    contact_needs,
    contact_of,
    demand,
    ended,
    live,
    subject,
)
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import OutcomeReported
from fachkraft_share.protocol.records import Contact
from fachkraft_share.protocol.states import Level, join, level


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what an outcome is decided on."""
    return contact_needs(message, message.iss)


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Note what came of it and pass it on to the origin."""
    body: OutcomeReported = message.body
    if ended(message, known, actor=message.iss, here=here):
        return ENDED
    referral = live(known, subject(message))
    demand(message.aud == referral.origin, "audience", "an outcome is told to the origin")
    demand(here.is_node or here.id == message.aud, "not-addressed", "for another member")
    before = contact_of(known, referral.id, requester=message.iss, request=body.request)
    if level(before) < Level.ANSWERED:
        raise StateError("nobody answered this request yet")
    fresh = Contact(
        referral.id,
        message.iss,
        body.request,
        outcome_seq=body.seq,
        outcome=str(body.outcome),
    )
    effects: list[Effect] = [Put(join(before, fresh)), Put(token_of(message, at=at))]
    if here.is_node:
        effects.append(Append(message.sha256, here.hop(referral.origin), EVENTS, referral.id))
    return Decision(tuple(effects))

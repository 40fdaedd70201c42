"""`contact.requested`: a member wishes to meet the person; only the origin can read why."""

from fachkraft_share import limits
from fachkraft_share.model.consent import Consent
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
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import ContactRequested
from fachkraft_share.protocol.records import (
    Contact,
    Due,
    Exclusion,
    Held,
    Task,
)
from fachkraft_share.protocol.states import join
from fachkraft_share.rules.consent import Action
from fachkraft_share.wire.ids import check_id


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a contact request is decided on."""
    referral, requester = subject(message), message.iss
    common = contact_needs(message, requester)
    if not here.is_node:
        return common
    return (
        *common,
        one(Held, referral, requester),
        one(Held, referral, here.hop(requester)),
        every(Exclusion, referral=referral),
        every(Due, holder=requester),
        every(Contact, requester=requester),
    )


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Pass the sealed wish on to the origin (node), or prepare to show it (origin)."""
    body: ContactRequested = message.body
    check_id(body.request)
    if ended(message, known, actor=message.iss, here=here):
        return ENDED
    referral = live(known, subject(message))
    demand(message.aud == referral.origin, "audience", "a contact request goes to the origin")
    consent = in_force(message, referral)
    before = contact_of(known, referral.id, requester=message.iss, request=body.request)
    fresh = Contact(
        referral.id,
        message.iss,
        body.request,
        requested_at=at,  # not its iat: whoever writes that could write away the daily limit
        requested_seq=body.seq,
        requested=message.sha256,
    )
    joined = Put(join(before, fresh))
    kept = Put(token_of(message, at=at, personal=True))
    effects: tuple[Effect, ...]
    if here.is_node:
        _may_ask(message, consent, known, here=here, at=at)
        row = Append(message.sha256, here.hop(referral.origin), EVENTS, referral.id)
        effects = (joined, kept, row)
    else:
        demand(here.id == referral.origin, "not-addressed", "this request is for another member")
        gate(consent, Action.REQUEST, message.iss, here=here, at=at, known=known)
        task = Task("present", f"{referral.id}/{body.request}", next_at=at, note=message.iss)
        effects = (joined, kept, Put(task))
    return Decision(effects)


def _may_ask(message: Message, consent: Consent, known: Known, *, here: Here, at: int) -> None:
    given = {message.iss, here.hop(message.iss)}  # its own node may not have reported it yet
    held = any(known.one(Held, subject(message), one) is not None for one in given)
    demand(held, "not-served", "this member was never given the referral")
    since = at - limits.DAY
    asked = [c for c in known.every(Contact, requester=message.iss) if c.requested_at > since]
    demand(
        len(asked) < limits.CONTACT_REQUESTS_PER_DAY,
        "too-many-requests",
        f"more than {limits.CONTACT_REQUESTS_PER_DAY} contact requests in a day",
    )
    gate(consent, Action.REQUEST, message.iss, here=here, at=at, known=known)

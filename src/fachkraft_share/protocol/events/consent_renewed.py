"""`consent.renewed`: a holder learns that a newer consent replaces the one it relies on."""

import attrs

from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.model.consent import Consent
from fachkraft_share.protocol.closing import EVENTS, token_of
from fachkraft_share.protocol.decision import (
    ENDED,
    NOTHING_NEW,
    Append,
    Decision,
    Drop,
    Effect,
    Here,
    Known,
    Need,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.events.common import addressed, demand, ended, subject
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.records import Held, Part, Referral, ReferralState, Tombstone


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a renewal is decided on."""
    referral = subject(message)
    return (
        one(Referral, referral),
        every(Tombstone, referral=referral),
        every(Part, referral=referral),
        every(Held, referral=referral),
    )


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Rely on the newer consent from now on, all the more if it allows less.

    Whether it still names this holder is asked by the gate whenever the profile is shown or used.
    What only time had closed here, under the consent before, lives on under the newer one.
    """
    demand(message.iss != here.id, "not-addressed", "a renewal is told to holders")
    addressed(message, here)
    given = next((m for m in message.consents if m.sha256 == message.body.consent), None)
    if given is None:
        raise RefusedError("no-consent", "the renewed consent does not travel along")
    demand(given.body.node == message.iss, "not-entitled", "another node passed it on")
    if ended(message, known, actor=here.id, here=here):
        return ENDED
    referral = known.one(Referral, subject(message))
    if referral is None:
        raise StateError("no such referral is held here")
    if referral.consent is None or not given.rests_on(referral.consent):
        return NOTHING_NEW
    kept = [Put(token_of(m, at=at)) for m in message.consents]
    state = _state(referral, given.body, at=at)
    newer = attrs.evolve(referral, consent=given.sha256, consent_exp=given.body.exp, state=state)
    effects = (Put(newer), *kept, *no_longer_allowed(given.body, known))
    return Decision((*effects, *(_told(message, known, at=at) if here.is_node else ())))


def _state(referral: Referral, consent: Consent, *, at: int) -> ReferralState:
    """Return how the referral stands now; a closure that anybody signed was seen before."""
    over = referral.state is ReferralState.CLOSED and at < consent.exp
    return ReferralState.PUBLISHED if over else referral.state


def _told(message: Message, known: Known, *, at: int) -> tuple[Effect, ...]:
    """Pass it on to whom this partner node gave the referral."""
    chain = tuple(one.sha256 for one in message.consents)
    about = subject(message)
    readers = sorted(line.holder for line in known.every(Held, referral=about))
    rows = (Append(message.sha256, one, EVENTS, about, attached=chain) for one in readers)
    return (Put(token_of(message, at=at)), *rows)


def no_longer_allowed(consent: Consent, known: Known) -> tuple[Effect, ...]:
    """Drop the parts of a profile whose category the consent does not name."""
    parts = known.every(Part, referral=consent.referral)
    return tuple(Drop(Part, part.key) for part in parts if part.category not in consent.categories)

"""`consent.renewed`: a holder learns that a newer consent replaces the one it relies on."""

import attrs

from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.model.consent import Consent
from fachkraft_share.protocol.closing import token_of
from fachkraft_share.protocol.decision import (
    ENDED,
    NOTHING_NEW,
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
from fachkraft_share.protocol.events.common import addressed, demand, subject
from fachkraft_share.protocol.facts import closed_for
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.records import Part, Referral, Tombstone


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a renewal is decided on."""
    referral = subject(message)
    return (
        one(Referral, referral),
        every(Tombstone, referral=referral),
        every(Part, referral=referral),
    )


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Rely on the newer consent from now on, all the more if it allows less.

    Whether it still names this holder is asked by the gate whenever the profile is shown or used.
    """
    demand(not here.is_node, "not-addressed", "a renewal is told to holders")
    addressed(message, here)
    given = next((m for m in message.consents if m.sha256 == message.body.consent), None)
    if given is None:
        raise RefusedError("no-consent", "the renewed consent does not travel along")
    demand(given.body.node == message.iss, "not-entitled", "another node passed it on")
    if closed_for(known.every(Tombstone, referral=subject(message)), here.id):
        return ENDED
    referral = known.one(Referral, subject(message))
    if referral is None:
        raise StateError("no such referral is held here")
    if referral.consent is None or not given.rests_on(referral.consent):
        return NOTHING_NEW
    kept = [Put(token_of(m, at=at)) for m in message.consents]
    newer = attrs.evolve(referral, consent=given.sha256, consent_exp=given.body.exp)
    return Decision((Put(newer), *kept, *no_longer_allowed(given.body, known)))


def no_longer_allowed(consent: Consent, known: Known) -> tuple[Effect, ...]:
    """Drop the parts of a profile whose category the consent does not name."""
    parts = known.every(Part, referral=consent.referral)
    return tuple(Drop(Part, part.key) for part in parts if part.category not in consent.categories)

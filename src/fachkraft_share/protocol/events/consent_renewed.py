"""`consent.renewed`: a holder learns that a newer consent replaces the one it relies on."""

import attrs

from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.protocol.closing import token_of
from fachkraft_share.protocol.decision import (
    ENDED,
    NOTHING_NEW,
    Decision,
    Here,
    Known,
    Need,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.events.common import gate, subject
from fachkraft_share.protocol.facts import closed_for
from fachkraft_share.protocol.message import CONSENT, Message
from fachkraft_share.protocol.records import Referral, Tombstone
from fachkraft_share.rules.consent import Action


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a renewal is decided on."""
    referral = subject(message)
    return (one(Referral, referral), every(Tombstone, referral=referral))


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Rely on the newer consent from now on."""
    given = next((m for m in message.attached if m.sha256 == message.body.consent), None)
    if given is None or given.type != CONSENT or given.body.node != message.iss:
        raise RefusedError("no-consent", "the renewed consent does not travel along")
    if closed_for(known.every(Tombstone, referral=subject(message)), here.id):
        return ENDED
    referral = known.one(Referral, subject(message))
    if referral is None:
        raise StateError("no such referral is held here")
    if referral.consent != given.body.renews:
        return NOTHING_NEW
    gate(given.body, Action.HOLD, here.id, here=here, at=at, known=known)
    kept = [Put(token_of(m, at=at)) for m in message.attached if m.type == CONSENT]
    newer = attrs.evolve(referral, consent=given.sha256, consent_exp=given.body.exp)
    return Decision((Put(newer), *kept))

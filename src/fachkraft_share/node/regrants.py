"""A consent that comes over the wire and not from the desk: after a restore, by the origin.

1. Exclusions never travel (R4) and may have been lost with the state. Until the person confirms at
   the desk, only those are served who are known to hold the referral already.
2. The consent names the management link's key, so that this link works again.
"""

from collections.abc import Callable, Iterator

import attrs

from fachkraft_share.model.consent import Consent
from fachkraft_share.protocol.closing import token_of
from fachkraft_share.protocol.decision import Decision, Effect, Here, Known, Put
from fachkraft_share.protocol.message import CONSENT, Message
from fachkraft_share.protocol.records import Exclusion, Held, Invitation, Referral, ReferralState


def careful(decide: Callable[..., Decision]) -> Callable[..., Decision]:
    """Return the decision that also shuts out whomever the person might have shut out."""

    def carefully(message: Message, known: Known, *, here: Here, at: int) -> Decision:
        said = decide(message, known, here=here, at=at)
        if message.type != CONSENT or said.status != "accepted":
            return said
        before = known.one(Referral, message.body.referral)
        if before is None or before.state is not ReferralState.DRAFT:
            return said
        kept = (Put(token_of(one, at=at)) for one in message.consents)
        more = (*_shut_out(message, known, here=here), *kept, Put(_link(message, known, at=at)))
        return attrs.evolve(said, effects=(*more, *said.effects))

    return carefully


def _shut_out(message: Message, known: Known, *, here: Here) -> Iterator[Effect]:
    consent: Consent = message.body
    holders = {line.holder for line in known.every(Held, referral=consent.referral)}
    for id in sorted(here.directory.known.keys() - holders):
        yield Put(Exclusion(consent.referral, "id", id))


def _link(message: Message, known: Known, *, at: int) -> Invitation:
    consent: Consent = message.body
    found = known.one(Invitation, consent.key) or Invitation(
        consent.key, consent.origin, "", str(consent.assurance), consent.language, at
    )
    return attrs.evolve(
        found, referral=consent.referral, manage_x=consent.manage, used_at=found.used_at or at
    )

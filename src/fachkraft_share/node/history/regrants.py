"""Consents that come back after a restore: by the origin's re-sending, or from the journal.

1. Exclusions never travel (R4) and stand in no journal, so they may have been lost. Until the
   person confirms at the desk, only those are served who are known to hold the referral already.
2. The consent names the management link's key, so that this link works again: whoever consented
   can withdraw, even if the origin has forgotten the referral, too.
"""

from collections.abc import Callable, Iterable, Iterator

import attrs

from fachkraft_share.model.consent import Consent
from fachkraft_share.node.schedule import EXPIRE
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import token_of
from fachkraft_share.protocol.decision import Decision, Here, Known, Put
from fachkraft_share.protocol.message import CONSENT, Message
from fachkraft_share.protocol.records import (
    Exclusion,
    Held,
    Invitation,
    Record,
    Referral,
    ReferralState,
    Task,
)


def careful(decide: Callable[..., Decision]) -> Callable[..., Decision]:
    """Return the decision that also shuts out whomever the person might have shut out."""

    def carefully(message: Message, known: Known, *, here: Here, at: int) -> Decision:
        said = decide(message, known, here=here, at=at)
        if message.type != CONSENT or said.status != "accepted":
            return said
        held = known.every(Held, referral=message.body.referral)
        invited = known.one(Invitation, message.body.key)
        more = [Put(one) for one in _recovered(message, held, invited, here=here, at=at)]
        return attrs.evolve(said, effects=(*more, *said.effects))

    return carefully


def _recovered(
    message: Message, held: Iterable[Held], invited: Invitation | None, *, here: Here, at: int
) -> Iterator[Record]:
    """Return exclusions, the chain of consents and the working link."""
    consent: Consent = message.body
    holders = {line.holder for line in held}
    for id in sorted(here.directory.known.keys() - holders):
        yield Exclusion(consent.referral, "id", id)
    for one in message.consents:
        yield token_of(one, at=at)
    found = invited or Invitation(
        consent.key, consent.origin, "", str(consent.assurance), consent.language, at
    )
    yield attrs.evolve(
        found, referral=consent.referral, manage_x=consent.manage, used_at=found.used_at or at
    )


def recover(
    message: Message, not_after: int, *, transaction: Transaction, here: Here, at: int
) -> None:
    """Bring back a referral of which only the journal's consent is left."""
    consent: Consent = message.body
    referral = Referral(
        consent.referral,
        consent.origin,
        consent.key,
        consent.nonce,
        ReferralState.PUBLISHED,
        consent.draft,
        not_after,
        at,
        message.sha256,
        consent.exp,
    )
    held = transaction.every(Held, referral=consent.referral)
    invited = transaction.get(Invitation, consent.key)
    for record in _recovered(message, held, invited, here=here, at=at):
        transaction.put(record)
    transaction.put(referral)
    transaction.put(token_of(message, at=at))
    transaction.put(Task(EXPIRE, consent.referral, next_at=consent.exp))

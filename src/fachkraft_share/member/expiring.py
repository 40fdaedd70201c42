"""Time closes too: what a consent no longer covers is erased without any message (design § 6.8)."""

import attrs

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.erasing import EXPIRE
from fachkraft_share.protocol.records import Referral, ReferralState, Task
from fachkraft_share.rules.retention import draft_end


def expire_due(engine: Engine) -> int:
    """Begin to erase what is over; return how many referrals that were."""
    at = engine.now()
    with engine.store.begin() as transaction:
        published = transaction.every(Referral, state=str(ReferralState.PUBLISHED))
        drafts = transaction.every(Referral, state=str(ReferralState.DRAFT))
        over = [one for one in published if (one.consent_exp or one.not_after) <= at]
        # A day later than the node, whose closure gives the origin something to sign for.
        over += [one for one in drafts if draft_end(one.at) + limits.DAY <= at]
        for referral in over:
            transaction.put(attrs.evolve(referral, state=ReferralState.CLOSED))
            transaction.put(Task(EXPIRE, referral.id, next_at=at))
    return len(over)

"""How much the exchange is used here, as figures that name nobody (R25)."""

from collections import Counter

import attrs

from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import MatchRow, SearchRow
from fachkraft_share.protocol.records import Contact, Referral, ReferralState


@attrs.frozen
class Figures:
    """What this member did and got, as far as it is kept."""

    searches: int
    held: int  # profiles of others here now
    matching: int  # of them, those a search applies to
    requests: int
    accepted: int
    declined: int
    hired: int
    recommended: int
    undecided: int
    open: int
    ended: int


def figures(engine: Engine) -> Figures:
    """Return the figures of now."""
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(Referral)
        mine = [one for one in rows if one.origin == engine.id]
        foreign = {one.id for one in rows if one.origin != engine.id and _open(one)}
        asked = transaction.every(Contact, requester=engine.id)
        applied = {one.referral for one in transaction.every(MatchRow)}
        searches = len(transaction.every(SearchRow))
    states = Counter(one.state for one in mine)
    answers = Counter(one.answer for one in asked)
    return Figures(
        searches,
        len(foreign),
        len(foreign & applied),
        len(asked),
        answers["accepted"],
        answers["declined"],
        sum(one.outcome == "hired" for one in asked),
        len(mine),
        states[ReferralState.DRAFT],
        states[ReferralState.PUBLISHED],
        states[ReferralState.CLOSED],
    )


def _open(referral: Referral) -> bool:
    return referral.state is ReferralState.PUBLISHED

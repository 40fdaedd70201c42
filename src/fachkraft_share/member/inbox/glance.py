"""What waits for the company's people, as figures: nobody's data, so works councils see it, too."""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.member import checking
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.facade import Member
from fachkraft_share.member.reading import Match, Received
from fachkraft_share.member.records import ProposalRow
from fachkraft_share.ports.health import Level
from fachkraft_share.protocol.records import Contact, PersonRequest, Referral, ReferralState
from fachkraft_share.rules.retention import days_left

RIGHT_DAYS = 30  # of the month of Art. 12(3) GDPR: the shortest that is sure to fit


@attrs.frozen
class Glance:
    """How many of what wait; `held` is False while nothing may be shown."""

    held: bool
    new: int
    waiting: int
    answered: int
    reachable: int
    proposals: int
    asked: int  # of own recommendations: the person has not decided yet
    rights: int
    rights_days: int  # until the first of them is due
    problems: tuple[checking.Finding, ...]


def glance(member: Member) -> Glance:
    """Return what waits now."""
    engine = member.engine
    matches, received, held = _shown(member)
    requests = member.person_requests()
    contacts, drafts, proposals = _rows(engine)
    done = {one.referral for one in contacts if one.outcome}
    return Glance(
        held,
        new=sum(one.status == "new" for one in matches),
        waiting=sum(one.status == "requested" for one in matches),
        answered=sum(one.status in ("accepted", "declined") for one in matches),
        reachable=sum(one.referral not in done for one in received),
        proposals=proposals,
        asked=drafts,
        rights=len(requests),
        rights_days=min((right_days(one, at=engine.now()) for one in requests), default=0),
        problems=tuple(problems(checking.at_home(engine))),
    )


def right_days(request: PersonRequest, *, at: int) -> int:
    """Return how many days are left to answer a person's request."""
    return days_left(request.at + RIGHT_DAYS * limits.DAY, at=at)


def problems(findings: Iterable[checking.Finding]) -> Iterable[checking.Finding]:
    """Yield what a person should look at, the worst first."""
    bad = [one for one in findings if one.health.level is not Level.OK]
    return sorted(bad, key=lambda one: (one.health.level is not Level.FAIL, one.id))


def _shown(member: Member) -> tuple[list[Match], list[Received], bool]:
    try:
        return member.inbox(), member.received(), True
    except FachkraftShareError:
        return [], [], False


def _rows(engine: Engine) -> tuple[tuple[Contact, ...], int, int]:
    with engine.store.begin(write=False) as transaction:
        mine = transaction.every(Contact, requester=engine.id)
        drafts = transaction.every(Referral, state=str(ReferralState.DRAFT), origin=engine.id)
        return mine, len(drafts), len(transaction.every(ProposalRow))

"""Attack 5, through the services: what was withdrawn comes back.

By a late copy, a member that was away, a restored node or member, or as a new application.
"""

from datetime import date
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import QuarantineError, RefusedError
from fachkraft_share.member import resync
from fachkraft_share.member.records import DossierRow
from fachkraft_share.protocol.records import FeedRow, Part, Referral, Token
from fachkraft_share.testing.world import address


@pytest.fixture
def withdrawn(town: Any) -> Any:
    """A town whose person withdrew, and everybody erased."""
    town.candidate.withdraw()
    town.settle()
    return town


def _empty(town: Any, *, but: str = "muster") -> bool:
    """Tell whether no party but the origin holds anything of the person."""
    holders = [one for name, one in town.members.items() if name != but]
    for party in holders:
        with party.memory.store.begin(write=False) as transaction:
            if transaction.every(Part) or transaction.every(DossierRow):
                return False
    bodies = [one for one in town.rows(Token, personal=True) if one.body is not None]
    return not (town.rows(Part) or bodies)


@pytest.mark.parametrize("days", [0, 1, 29, 31, 90, 299, 301, 500])
def test_every_message_comes_again_after_the_withdrawal(withdrawn: Any, days: int) -> None:
    """Late or repeated, on any day: nobody holds anything, and no row is added to the feed."""
    events = withdrawn.posted()
    assert _empty(withdrawn)
    withdrawn.clock.pass_time(days * limits.DAY)
    rows = withdrawn.rows(FeedRow)
    for one in events:
        [told] = withdrawn.post(one)
        assert told["status"] in ("known", "ended", "refused", "later"), told
    assert withdrawn.rows(FeedRow) == rows
    assert _empty(withdrawn)


def test_a_member_that_was_away_hears_the_end_first(town: Any) -> None:
    """Ninety days offline: the first answer it gets ends what it holds, before anything new."""
    away = town.members.pop("dritte")
    town.candidate.withdraw()
    town.settle()
    another, _ = town.recommend(number="2")
    another.grant()
    for _ in range(90):
        town.clock.pass_time(limits.DAY)
        town.settle()
    town.members["dritte"] = away
    seen: list[list[str]] = []
    away.member.sync()
    seen.append([one.referral for one in away.member.inbox()])
    town.settle()
    assert all(town.referral not in one for one in seen)
    assert town.referral not in [one.referral for one in away.member.inbox()]
    with away.memory.store.begin(write=False) as transaction:
        assert transaction.every(Part, referral=town.referral) == ()


def test_a_restored_member_does_not_show_who_withdrew(town: Any) -> None:
    """State of before the withdrawal, the newest journal: it hears its peers before it shows."""
    party = town.members["beispiel"]
    kept = party.memory.store.snapshot()
    town.candidate.withdraw()
    town.settle()
    party.memory.store.restore(kept)
    party.open()
    resync.replay(party.member.engine)  # as opening its folder does
    assert town.referral not in _shown(party.member)
    town.settle()
    assert town.referral not in _shown(party.member)
    with party.memory.store.begin(write=False) as transaction:
        assert transaction.every(DossierRow, referral=town.referral) == ()


def test_a_restored_node_does_not_serve_who_withdrew(town: Any) -> None:
    """State of before the withdrawal, the newest journal: nobody is given the profile again."""
    kept = town.node.memory.store.snapshot()
    town.candidate.withdraw()
    town.settle()
    town.node.memory.store.restore(kept)
    town.node.open()
    town.join("vierte")
    town.settle()
    vierte = town.members["vierte"]
    assert town.referral not in [one.referral for one in vierte.member.inbox()]
    assert all(one.state == "closed" for one in town.rows(Referral, id=town.referral))
    assert _empty(town)


def _shown(member: Any) -> list[str]:
    try:
        return [one.referral for one in (*member.inbox(), *member.received())]
    except QuarantineError:
        return []


def test_the_erased_application_is_recommended_anew(withdrawn: Any) -> None:
    """Its fingerprint is suppressed for `SUPPRESSION_DAYS`, unless the person asks (R8)."""
    given = {"application": "ATS-1", "rejected_on": date(2026, 11, 19)}
    candidate = withdrawn.candidate_data
    withdrawn.clock.pass_time((limits.SUPPRESSION_DAYS - 30) * limits.DAY)
    withdrawn.settle()
    with pytest.raises(RefusedError, match="suppressed"):
        withdrawn["muster"].recommend(candidate, **given)
    again = attrs.evolve(candidate, phone="", title="Entwicklerin")
    with pytest.raises(RefusedError, match="suppressed"):
        withdrawn["muster"].recommend(again, **given)


def test_a_withdrawal_reaches_whoever_joined_later_with_nothing(withdrawn: Any) -> None:
    """A newcomer is not told of referrals that ended before it came (no list of the withdrawn)."""
    withdrawn.join("vierte")
    withdrawn.settle()
    vierte = withdrawn.members["vierte"]
    with vierte.memory.store.begin(write=False) as transaction:
        assert transaction.every(Referral) == ()
        assert transaction.every(Token, referral=withdrawn.referral) == ()
    assert address("vierte") not in {row.to for row in withdrawn.rows(FeedRow, stream="closures")}

"""Partner nodes: the way there and the way here, a pause that ends by itself."""

import re
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.node.office.acts import newest_acts
from fachkraft_share.node.office.partners import Peer, peers
from fachkraft_share.node.partners.pausing import pause, paused_until
from fachkraft_share.node.records import HeadDispute
from fachkraft_share.testing.two_alliances import TwoAlliances

GOSLAR = "https://node.goslar.example"


@pytest.fixture
def both() -> TwoAlliances:
    """Two alliances that recognise each other."""
    found = TwoAlliances()
    found.recognise()
    found.pass_time(limits.HOUR)
    return found


@pytest.fixture
def clerk(both: TwoAlliances, visiting: Any) -> Any:
    """A coordinator of Harz."""
    return visiting(both.harz.node.service)


def goslar(both: TwoAlliances) -> Peer:
    """Return Goslar, as Harz sees it."""
    [found] = peers(both.harz.node.service.exchange)
    return found


def test_without_partners_the_page_says_so(visitor: Any) -> None:
    """And where one would be agreed with."""
    assert "Mit keiner anderen Allianz" in visitor().said("/peers")


def test_both_ways_are_in_order(both: TwoAlliances, clerk: Any) -> None:
    """Each by itself, with what was agreed and until when."""
    found = goslar(both)
    assert not found.unreachable
    assert not found.silent
    said = clerk.said("/peers")
    assert said.count("In Ordnung, zuletzt") == 2
    assert "Fachkräfteallianz Goslar" in said


def test_who_cannot_be_reached_may_still_call(both: TwoAlliances, clerk: Any) -> None:
    """Outbound fails, inbound goes on: told apart, and at the start."""
    del both.harz.reachable[GOSLAR]
    for _ in range(14):
        both.pass_time(10 * limits.MINUTE)
    found = goslar(both)
    assert found.unreachable
    assert not found.silent
    assert "Keine Antwort seit" in clerk.said("/peers")
    assert "1 Partner ist nicht zu erreichen" in clerk.said("/")


def test_who_does_not_call_is_noticed(both: TwoAlliances, clerk: Any) -> None:
    """Though our calls there go well."""
    del both.goslar.reachable[both.harz.place.node]
    for _ in range(8):
        both.pass_time(limits.HOUR)
    found = goslar(both)
    assert not found.unreachable
    assert found.silent
    assert "Fragt hier nichts mehr ab" in clerk.said("/peers")
    assert "1 Partner fragt hier nichts mehr ab" in clerk.said("/")


def test_a_pause_says_what_it_causes_and_holds_back_our_calls_only(
    both: TwoAlliances, clerk: Any
) -> None:
    """The other side goes on calling; each act is written down."""
    assert "Danach geht es von selbst weiter" in clerk.said("/peers/pause", node=GOSLAR)
    assert clerk.post("/peers/do/pause", node=GOSLAR).status == 303
    before = goslar(both)
    both.pass_time(2 * limits.HOUR)
    found = goslar(both)
    assert found.state.answered_at == before.state.answered_at
    assert (found.heard or 0) > (before.heard or 0)
    assert "Pause bis" in clerk.said("/peers")
    assert clerk.post("/peers/do/resume", node=GOSLAR).status == 303
    both.settle()
    assert goslar(both).state.answered_at > before.state.answered_at
    acts = newest_acts(both.harz.node.service.exchange)
    assert [(one.action, one.about) for one in acts] == [
        ("peer.resume", GOSLAR),
        ("peer.pause", GOSLAR),
    ]


def test_a_pause_ends_by_itself(both: TwoAlliances, clerk: Any) -> None:
    """After a day: what ended over there must be heard here."""
    clerk.post("/peers/do/pause", node=GOSLAR)
    before = goslar(both)
    both.pass_time(limits.PARTNER_PAUSE)
    assert goslar(both).paused is None
    assert goslar(both).state.answered_at > before.state.answered_at


def test_a_pause_of_a_wrong_clock_is_none(both: TwoAlliances) -> None:
    """A clock that was years ahead and was put right keeps no partner waiting for years."""
    exchange = both.harz.node.service.exchange
    both.clock.pass_time(3 * 365 * limits.DAY)
    pause(GOSLAR, exchange)
    both.clock.pass_time(-3 * 365 * limits.DAY)
    assert paused_until(GOSLAR, exchange) is None


def test_errors_are_forgotten_and_the_next_call_is_due(both: TwoAlliances, clerk: Any) -> None:
    """What to do once the other side says that it is back."""
    both.cut(both.goslar)
    for _ in range(6):
        both.pass_time(10 * limits.MINUTE)
    assert goslar(both).state.failing_since is not None
    both.mend()
    assert clerk.post("/peers/do/clear", node=GOSLAR).status == 303
    assert goslar(both).state.failing_since is None
    both.settle()
    assert goslar(both).state.answered_at == both.clock.now()


def test_a_changed_history_is_told(both: TwoAlliances, clerk: Any) -> None:
    """First of all, at the start."""
    exchange = both.harz.node.service.exchange
    with exchange.store.begin() as transaction:
        transaction.put(HeadDispute(GOSLAR, 1, "rolled-back", "x", "", exchange.now()))
    assert "1 Partner hat seine Aufzeichnungen" in clerk.said("/")
    assert "Sicherung eingespielt" in clerk.said("/peers")
    assert "Sicherung eingespielt" in clerk.said("/audit")


@pytest.mark.parametrize("deed", ["pause", "resume", "clear"])
def test_who_is_no_partner_is_not_found(clerk: Any, deed: str) -> None:
    """Nor is there any other deed."""
    assert clerk.post(f"/peers/do/{deed}", node="https://fremd.example").status == 404
    assert clerk.post("/peers/do/forget", node=GOSLAR).status == 404


def test_the_page_counts_no_partner_twice(clerk: Any) -> None:
    """One article each."""
    assert len(re.findall("<article", clerk.get("/peers").body.decode())) == 1

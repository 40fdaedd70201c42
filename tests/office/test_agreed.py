"""The page of the agreements names who has not joined."""

from typing import Any

from fachkraft_share import limits
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.testing.small_alliance import Alliance

_TOLD = "Mitglied ist der Vereinbarung noch nicht beigetreten"


def test_a_member_that_came_after_the_agreement_is_a_task(town: Alliance, visitor: Any) -> None:
    """On the start page and on the agreements', until a supplement takes it in."""
    node, at = town.world.node.service, town.world.node.service.exchange.now()
    agreeing, until = node.agreeing, at + 300 * limits.DAY
    assert _TOLD not in visitor().said("/agreements")  # nothing is agreed yet
    beispiel = town.members[1].id
    signed = agreeing.sign(agreeing.cooperate(Terms(until, legal="Vertrag")))
    assert _TOLD not in visitor().said("/agreements")
    town.world.clock.pass_time(1)
    agreeing.sign(agreeing.cooperate(Terms(until, legal="Vertrag"), leave=[beispiel]))
    said = visitor().said("/agreements")
    assert f"1 {_TOLD}: Beispiel" in said
    assert f"1 {_TOLD}." in visitor().said("/")
    town.world.clock.pass_time(1)
    agreeing.sign(agreeing.cooperate(Terms(until, legal="Vertrag"), join=[beispiel]))
    assert _TOLD not in visitor().said("/agreements")
    assert signed

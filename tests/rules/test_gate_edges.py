"""What the gate takes for granted when nobody said anything, and the list of the EEA by name."""

import pytest

from fachkraft_share import limits
from fachkraft_share.model.consent import Assurance
from fachkraft_share.rules.consent import EEA, Action, Deny, Facts, Policy, permits
from fachkraft_share.testing.scene import NOW, ORIGIN, REQUESTER, Scene
from fachkraft_share.testing.story import Story

UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
ALSO = ("IS", "LI", "NO")  # Iceland, Liechtenstein and Norway: the EEA beyond the Union


def test_the_eea_is_these_states_and_no_others() -> None:
    """ISO 3166-1 codes: one letter wrong would shut out a state, or let one in (R26)."""
    assert frozenset(UNION.split()) | frozenset(ALSO) == EEA


def test_of_an_actor_nobody_knows_the_gate_assumes_nothing_in_its_favour() -> None:
    """On no list, neither active nor under an agreement, no fresh list, no answer."""
    unknown = Facts()
    assert not any((unknown.listed, unknown.active, unknown.fresh, unknown.agreement))
    assert not unknown.public
    assert unknown.answer is None
    assert not unknown.closed
    assert not unknown.excluded
    assert unknown.settled
    assert unknown.location == "DE"


@pytest.mark.parametrize("action", Action)
def test_who_is_unknown_gets_nothing(action: Action) -> None:
    """Whatever it is about to do."""
    story = Story(Scene())
    consent = story.scene.open(story.consent).body
    for actor in (REQUESTER, ORIGIN):
        assert isinstance(permits(consent, action, actor=actor, known=Facts(), at=NOW), Deny)


def test_an_alliance_that_decides_nothing_has_these_rules() -> None:
    """Half a year is proposed, five people share a profile, two weeks to erase."""
    assert Policy() == Policy(Assurance.ATTESTED, 183, limits.K_ANONYMITY, limits.ERASURE_DEADLINE)

"""Order without clocks: the join of contacts, and the table of a referral's states."""

import attrs
import pytest
from hypothesis import given

from fachkraft_share.protocol.records import Contact, ReferralState
from fachkraft_share.protocol.states import TRANSITIONS, Level, Move, join, level, may
from fachkraft_share.testing.strategies import contacts

EMPTY = Contact("referral", "https://firma-1.example", "request")


@given(contacts(), contacts())
def test_join_does_not_ask_who_came_first(left: Contact, right: Contact) -> None:
    """Commutative."""
    assert join(left, right) == join(right, left)


@given(contacts(), contacts(), contacts())
def test_join_does_not_ask_who_met_first(a: Contact, b: Contact, c: Contact) -> None:
    """Associative."""
    assert join(join(a, b), c) == join(a, join(b, c))


@given(contacts(), contacts())
def test_joining_again_changes_nothing(left: Contact, right: Contact) -> None:
    """Idempotent, and nothing is the neutral element."""
    both = join(left, right)
    assert join(both, left) == join(both, right) == join(both, both) == both
    assert join(left, EMPTY) == left


@given(contacts(), contacts())
def test_nothing_ever_goes_back(left: Contact, right: Contact) -> None:
    """The level of a join is the higher one."""
    assert level(join(left, right)) == max(level(left), level(right))


@given(contacts(), contacts())
def test_on_a_tie_a_no_wins(left: Contact, right: Contact) -> None:
    """Of two answers with one `seq`."""
    yes = attrs.evolve(left, answer="accepted", answer_seq=1, answered="f" * 64)
    no = attrs.evolve(right, answer="declined", answer_seq=1, answered="0" * 64)
    assert join(yes, no).answer == "declined"
    later = attrs.evolve(yes, answer_seq=2)
    assert join(no, later).answer == "accepted"


def test_different_requests_are_not_joined() -> None:
    """That would be a mistake of the program."""
    with pytest.raises(ValueError, match="different"):
        join(EMPTY, attrs.evolve(EMPTY, request="other"))


@given(contacts())
def test_closed_is_the_top(contact: Contact) -> None:
    """Whatever else is known."""
    assert level(contact, closed=True) is Level.CLOSED
    assert level(None, closed=True) is Level.CLOSED
    assert level(contact) < Level.CLOSED
    assert level(None) is level(EMPTY) is Level.NONE


def test_from_closed_no_way_leads_out() -> None:
    """Every state has its row, and every move leads forward."""
    assert TRANSITIONS.keys() == set(ReferralState)
    assert TRANSITIONS[ReferralState.CLOSED] == {}
    order = list(ReferralState)
    for state, moves in TRANSITIONS.items():
        assert all(order.index(after) > order.index(state) for after in moves.values())
    assert may(ReferralState.DRAFT, Move.GRANT)
    assert not may(ReferralState.PUBLISHED, Move.GRANT)
    assert not any(may(ReferralState.CLOSED, move) for move in (Move.GRANT, Move.CLOSE))

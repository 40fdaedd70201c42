"""Order without clocks: the join of contacts, and the table of a referral's states."""

import attrs
import pytest
from hypothesis import given

from fachkraft_share.protocol.records import Contact, Referral, ReferralState
from fachkraft_share.protocol.states import TRANSITIONS, Level, Move, join, level, may
from fachkraft_share.testing.scene import NODE
from fachkraft_share.testing.story import Story
from fachkraft_share.testing.strategies import contacts

EMPTY = Contact("referral", "https://firma-1.example", "request")
LOW, HIGH = "0" * 64, "f" * 64
NOTICE = "https://firma-1.example/datenschutz"

TIES: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "a later request": (
        {"requested_seq": 0, "requested": HIGH, "requested_at": 1},
        {"requested_seq": 1, "requested": LOW, "requested_at": 2},
    ),
    "a request's larger hash": (
        {"requested_seq": 0, "requested": LOW, "requested_at": 1},
        {"requested_seq": 0, "requested": HIGH, "requested_at": 2},
    ),
    "when a request was first heard": (
        {"requested_seq": 0, "requested": LOW, "requested_at": 2},
        {"requested_seq": 0, "requested": LOW, "requested_at": 1},
    ),
    "a later presentation": (
        {"presented_seq": 0, "job": "b", "message": "b", "notice": f"{NOTICE}/b"},
        {"presented_seq": 1, "job": "a", "message": "a", "notice": NOTICE},
    ),
    "a presentation's larger job": (
        {"presented_seq": 0, "job": "a", "message": "b", "notice": f"{NOTICE}/b"},
        {"presented_seq": 0, "job": "b", "message": "a", "notice": NOTICE},
    ),
    "a presentation's larger message": (
        {"presented_seq": 0, "job": "a", "message": "a", "notice": f"{NOTICE}/b"},
        {"presented_seq": 0, "job": "a", "message": "b", "notice": NOTICE},
    ),
    "a presentation's larger notice": (
        {"presented_seq": 0, "job": "a", "message": "a", "notice": NOTICE},
        {"presented_seq": 0, "job": "a", "message": "a", "notice": f"{NOTICE}/b"},
    ),
    "a later answer": (
        {"answer_seq": 0, "answer": "declined", "answered": HIGH},
        {"answer_seq": 1, "answer": "accepted", "answered": LOW},
    ),
    "a no": (
        {"answer_seq": 0, "answer": "accepted", "answered": HIGH},
        {"answer_seq": 0, "answer": "declined", "answered": LOW},
    ),
    "an answer's larger hash": (
        {"answer_seq": 0, "answer": "declined", "answered": LOW},
        {"answer_seq": 0, "answer": "declined", "answered": HIGH},
    ),
    "a later disclosure": (
        {"disclosed_seq": 0, "disclosed": HIGH, "blob": HIGH},
        {"disclosed_seq": 1, "disclosed": LOW, "blob": LOW},
    ),
    "a disclosure's larger hash": (
        {"disclosed_seq": 0, "disclosed": LOW, "blob": HIGH},
        {"disclosed_seq": 0, "disclosed": HIGH, "blob": LOW},
    ),
    "a disclosure's larger blob": (
        {"disclosed_seq": 0, "disclosed": LOW, "blob": LOW},
        {"disclosed_seq": 0, "disclosed": LOW, "blob": HIGH},
    ),
    "a later outcome": (
        {"outcome_seq": 0, "outcome": "not_hired"},
        {"outcome_seq": 1, "outcome": "hired"},
    ),
    "an outcome's larger word": (
        {"outcome_seq": 0, "outcome": "hired"},
        {"outcome_seq": 0, "outcome": "not_hired"},
    ),
}
BEFORE_THE_FIRST: tuple[dict[str, object], ...] = (
    {"requested_seq": -1, "requested": LOW, "requested_at": 1},
    {"presented_seq": -1, "job": "A", "message": "", "notice": NOTICE},
    {"presented_seq": -1, "job": "", "message": "A", "notice": NOTICE},
    {"presented_seq": -1, "job": "", "message": "", "notice": NOTICE},
    {"answer_seq": -1, "answer": "accepted", "answered": LOW},
    {"disclosed_seq": -1, "disclosed": LOW, "blob": LOW},
    {"outcome_seq": -1, "outcome": "hired"},
)


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


@pytest.mark.parametrize("what", TIES)
def test_one_thing_decides_which_of_two_words_counts(what: str) -> None:
    """Whichever was heard first; what stands behind it in the order has no say."""
    lost, won = (attrs.evolve(EMPTY, **fields) for fields in TIES[what])  # type: ignore[arg-type]
    assert join(lost, won) == join(won, lost) == won


@pytest.mark.parametrize("fields", BEFORE_THE_FIRST, ids=str)
def test_a_word_numbered_as_if_none_was_said_still_counts(fields: dict[str, object]) -> None:
    """A signer may write any number; one below the first makes no difference to nobody's word."""
    said = attrs.evolve(EMPTY, **fields)  # type: ignore[arg-type]
    assert join(EMPTY, said) == join(said, EMPTY) == said


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


@pytest.mark.parametrize(
    ("heard", "state"),
    [(("draft",), ReferralState.DRAFT), (("draft", "consent"), ReferralState.PUBLISHED)],
)
def test_a_withdrawal_closes_as_the_table_says(
    heard: tuple[str, ...], state: ReferralState, story: Story
) -> None:
    """A draft and a published referral alike."""
    node = story.side(NODE, *heard)
    before = node.get(Referral, story.referral)
    assert before is not None
    assert before.state is state
    node.hear(story.withdrawal)
    after = node.get(Referral, story.referral)
    assert after is not None
    assert TRANSITIONS[state][Move.CLOSE] is after.state

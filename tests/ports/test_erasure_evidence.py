"""What an erasure left behind decides what the receipt says."""

import pytest

from fachkraft_share import limits
from fachkraft_share.ports.erasure_evidence import (
    Erased,
    Erasure,
    Outcome,
    Residue,
    ResidueKind,
    look_again_at,
    receipt_state,
    unsupported,
)

AT = 1_000_000
STAYS = Residue(ResidueKind.HISTORY, "hr_history")
GOES = Residue(ResidueKind.FILE, "filestore", goes=AT + limits.DAY)
OVERDUE = Residue(ResidueKind.FILE, "filestore", goes=AT - 1)


@pytest.mark.parametrize(
    ("outcome", "residue", "state"),
    [
        (Outcome.ERASED, (), "erased"),
        (Outcome.ERASED, (GOES,), "requested"),
        (Outcome.ERASED, (STAYS,), "failed"),
        (Outcome.ERASED, (GOES, STAYS), "failed"),
        (Outcome.ERASED, (OVERDUE,), "failed"),
        (Outcome.ANONYMISED, (), "anonymised"),
        (Outcome.ANONYMISED, (STAYS,), "failed"),
        (Outcome.NEVER_HELD, (), "never_held"),
        (Outcome.NEVER_HELD, (STAYS,), "failed"),
        (Outcome.REQUESTED, (), "requested"),
        (Outcome.UNSUPPORTED, (), "requested"),
    ],
)
def test_the_receipt_says_what_the_second_look_found(outcome, residue, state):
    """A bare "deleted" is never enough, and `retained` never comes from an adapter."""
    assert receipt_state(Erasure(outcome, residue, AT), at=AT) == state


def test_what_a_person_has_to_do_fails_after_its_deadline():
    """`requested` is not for ever."""
    erasure = unsupported(at=AT)
    assert receipt_state(erasure, at=AT + limits.ERASURE_DEADLINE) == "requested"
    assert receipt_state(erasure, at=AT + limits.ERASURE_DEADLINE + 1) == "failed"
    assert receipt_state(erasure, at=AT + 11, deadline=AT + 10) == "failed"


def test_waiting_residue_is_looked_at_again_when_the_last_should_be_gone():
    """The engine knows when to look."""
    later = Residue(ResidueKind.TRASH, "trash", goes=AT + 5 * limits.DAY)
    assert look_again_at(Erasure(Outcome.ERASED, (GOES, later), AT)) == AT + 5 * limits.DAY
    assert look_again_at(Erasure(Outcome.ERASED, (STAYS,), AT)) is None


@pytest.mark.parametrize("where", ["Müller", "a@b.example", "x" * 121, "two\nlines", ""])
def test_a_place_never_carries_content(where):
    """Where something is left is a place, not what is left there."""
    with pytest.raises(ValueError, match="content"):
        Residue(ResidueKind.LOG, where)
    with pytest.raises(ValueError, match="content"):
        Erased(Outcome.ERASED, (where,))

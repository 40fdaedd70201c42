"""P14, P15, P19: whatever is changed in a signed document, nobody who hears it does anything.

The documents are those of a played alliance, each attacked just before it arrives (see conftest).
"""

from typing import Any

import pytest

ENOUGH = 5000  # mutants; the promise's own figure
AT_THE_NODE = (
    "application of a member",
    "referral.published at the node",
    "fks-consent at the node",
    "contact.requested at the node",
    "contact.presented at the node",
    "fks-answer at the node",
    "contact.disclosed at the node",
    "outcome.reported at the node",
    "fks-withdrawal at the node",
    "referral.closed at the node",
    "erasure.receipt at the node",
)
# `consent.declined` changes nothing at a member: the closure that comes with it does.
AT_A_MEMBER = (
    "the authority's statement",
    "a page of the list",
    "a member's statement on the list",
    "membership.changed at a member",
    "consent.granted at a member",
    "consent.renewed at a member",
    "referral.published at a member",
    "contact.requested at a member",
    "contact.answered at a member",
    "contact.disclosed at a member",
    "outcome.reported at a member",
    "person.requested at a member",
    "referral.closed at a member",
    "fks-withdrawal at a member",
)
CALLS = ("POST /poll", "POST /invitations", "PUT /blobs", "GET /blobs", "GET /tombstones")


def test_no_mutant_comes_through(ambushed: Any) -> None:
    """None is processed: no record, no line of the journal, in the state that takes the original.

    Only what the right key signed, in the right form, about something unknown here may also be
    told to wait or that it ended.
    """
    assert ambushed.through == []


def test_there_are_enough_of_them(ambushed: Any) -> None:
    """Five thousand are promised; each of the four kinds has its share."""
    assert sum(ambushed.tried.values()) >= ENOUGH
    assert ambushed.ways.keys() == {"unsigned", "foreign", "reheaded", "resaid"}
    assert min(ambushed.ways.values()) > ENOUGH // 10


@pytest.mark.parametrize("kind", [*AT_THE_NODE, *AT_A_MEMBER])
def test_every_document_was_attacked_and_its_original_taken(ambushed: Any, kind: str) -> None:
    """No kind was forgotten, and it was not the situation that refused the mutants."""
    assert ambushed.tried[kind] > 300
    assert ambushed.originals[kind] > 0


@pytest.mark.parametrize("operation", CALLS)
def test_every_request_token_was_attacked(ambushed: Any, operation: str) -> None:
    """A call is made by whom its token names, for this node, operation, body and moment."""
    assert ambushed.tried[f"request token of {operation}"] > 300
    assert ambushed.originals[f"request token of {operation}"] > 0


def test_nothing_was_missed(ambushed: Any) -> None:
    """Whatever else was seen on a wire stands in these lists."""
    calls = {f"request token of {one}" for one in CALLS}
    assert ambushed.tried.keys() == {*AT_THE_NODE, *AT_A_MEMBER, *calls}

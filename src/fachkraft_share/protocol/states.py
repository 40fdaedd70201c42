"""Order without clocks: the state of a contact is a join, and CLOSED is top and final.

1. `join` is commutative, associative and idempotent: every order and repetition of a set of
   messages ends in the same state.
2. On one level the signer's highest `seq` wins; on a tie `declined` wins, else the larger hash.
3. A closure is no level of a contact but a tombstone: within its scope nothing follows it.
"""

from enum import IntEnum

import attrs

from fachkraft_share.model.consent import Answer
from fachkraft_share.protocol.records import Contact, ReferralState


class Level(IntEnum):
    """How far a contact request has come."""

    NONE = 0
    REQUESTED = 1
    ANSWERED = 2
    DISCLOSED = 3
    OUTCOME = 4
    CLOSED = 5


class Move:
    """What may happen to a referral."""

    GRANT = "grant"
    CLOSE = "close"


TRANSITIONS: dict[ReferralState, dict[str, ReferralState]] = {
    ReferralState.DRAFT: {Move.GRANT: ReferralState.PUBLISHED, Move.CLOSE: ReferralState.CLOSED},
    ReferralState.PUBLISHED: {Move.CLOSE: ReferralState.CLOSED},
    ReferralState.CLOSED: {},  # final
}


def may(state: ReferralState, move: str) -> bool:
    """Tell whether the move is open in that state."""
    return move in TRANSITIONS[state]


def level(contact: Contact | None, *, closed: bool = False) -> Level:
    """Return how far the request has come."""
    if closed:
        return Level.CLOSED
    if contact is None:
        return Level.NONE
    reached = (
        (contact.outcome, Level.OUTCOME),
        (contact.disclosed, Level.DISCLOSED),
        (contact.answer, Level.ANSWERED),
        (contact.requested, Level.REQUESTED),
    )
    return next((where for value, where in reached if value is not None), Level.NONE)


def _answer_rank(contact: Contact) -> tuple[int, bool, str]:
    return (contact.answer_seq, contact.answer == Answer.DECLINED, contact.answered or "")


def join(left: Contact, right: Contact) -> Contact:
    """Merge two views of the same request; raises ValueError for different requests."""
    if left.key != right.key:
        raise ValueError("two different contact requests cannot be joined")
    asked = max(left, right, key=lambda c: (c.requested_seq, c.requested or "", -c.requested_at))
    shown = max(
        left,
        right,
        key=lambda c: (c.presented_seq, c.job or "", c.message or "", c.notice or ""),
    )
    said = max(left, right, key=_answer_rank)
    given = max(left, right, key=lambda c: (c.disclosed_seq, c.disclosed or "", c.blob or ""))
    ended = max(left, right, key=lambda c: (c.outcome_seq, c.outcome or ""))
    return attrs.evolve(
        left,
        requested_at=asked.requested_at,
        requested_seq=asked.requested_seq,
        requested=asked.requested,
        presented_seq=shown.presented_seq,
        job=shown.job,
        message=shown.message,
        notice=shown.notice,
        answer_seq=said.answer_seq,
        answer=said.answer,
        answered=said.answered,
        disclosed_seq=given.disclosed_seq,
        disclosed=given.disclosed,
        blob=given.blob,
        outcome_seq=ended.outcome_seq,
        outcome=ended.outcome,
    )

"""What the node must do later, written down in the same transaction that causes it.

1. A draft and a consent end by themselves: one task per referral says when to look.
2. The node is a holder too: closing a referral makes it owe a receipt like everybody else.
3. A consent stands in the journal before it is committed, so that no restore takes the person's
   way to withdraw away.
"""

from collections.abc import Callable, Iterator

import attrs

from fachkraft_share.node.records import Parked
from fachkraft_share.protocol.closing import EVENTS
from fachkraft_share.protocol.decision import Decision, DropEvery, Effect, Here, Known, Note, Put
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import CONSENT, WITHDRAWAL, Message
from fachkraft_share.protocol.records import Due, Referral, Task
from fachkraft_share.rules.retention import draft_end

EXPIRE = "expire"
ERASE = "erase"


def scheduling(decide: Callable[..., Decision]) -> Callable[..., Decision]:
    """Return the decision with the node's own tasks among its effects."""

    def decided(message: Message, known: Known, *, here: Here, at: int) -> Decision:
        said = decide(message, known, here=here, at=at)
        if said.status != "accepted":
            return said
        later = [*_later(message, here=here, at=at), *_noted(message, known, at=at)]
        return attrs.evolve(said, effects=(*said.effects, *later)) if later else said

    return decided


def _later(message: Message, *, here: Here, at: int) -> Iterator[Effect]:
    referral = message.referral or ""
    if message.type == "referral.published":
        end = draft_end(at, not_after=message.body.not_after)
        consent = message.consent
        released = consent is not None and consent.node != here.id  # taken over from a partner
        yield Put(Task(EXPIRE, referral, next_at=consent.exp if consent and released else end))
    elif message.type == "consent.renewed" and message.consent is not None:
        yield Put(Task(EXPIRE, referral, next_at=message.consent.exp))
    elif message.type == CONSENT:
        yield Put(Task(EXPIRE, referral, next_at=message.body.exp))
    elif message.type in (WITHDRAWAL, "referral.closed") and message.body.scope in (ALL, here.id):
        due, scope = at + here.policy.erasure_deadline, message.body.scope
        waiting = (("referral", referral), ("stream", EVENTS))
        yield DropEvery(Parked, waiting)  # what a partner sent of it and nobody could judge yet
        yield Put(Due(referral, here.id, scope, message.sha256, at, due))


def _noted(message: Message, known: Known, *, at: int) -> Iterator[Effect]:
    if message.type != CONSENT:
        return
    referral = known.one(Referral, message.body.referral)
    end = referral.not_after if referral is not None else message.body.exp
    along = [one.token for one in message.consents]
    yield Note({"granted": message.token, "with": along, "not_after": end, "at": at})

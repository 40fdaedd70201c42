"""`delivery.reported`: a partner node tells the home node whom it served (design § 6)."""

from collections.abc import Iterable

from fachkraft_share import limits
from fachkraft_share.errors import StateError
from fachkraft_share.protocol.decision import (
    Decision,
    Effect,
    Here,
    Known,
    Need,
    Note,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.erasure import served_line
from fachkraft_share.protocol.events.common import demand, subject
from fachkraft_share.protocol.facts import ALL, around
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import Delivered, DeliveryReported
from fachkraft_share.protocol.records import Due, Held, Receipt, Tombstone


def reporting_needs(message: Message) -> tuple[Need, ...]:
    """Return what noting a partner's readers needs."""
    referral = subject(message)
    return (
        every(Held, referral=referral),
        every(Tombstone, referral=referral),
        every(Due, referral=referral),
        every(Receipt, referral=referral),
    )


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a report is decided on."""
    return (one(Held, subject(message), message.iss), *reporting_needs(message))


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Note who holds the referral behind the partner node, and who owes a receipt already."""
    body: DeliveryReported = message.body
    demand(here.is_node and message.aud == here.id, "audience", "this is told to the home node")
    demand(message.iss in here.directory.partners, "not-entitled", "a partner node reports")
    demand(len(body.entries) <= limits.PAGE_ENTRIES, "too-large", "report in several messages")
    if known.one(Held, subject(message), message.iss) is None:
        raise StateError("this node was not given the referral yet")
    return Decision(noted(message, body.entries, known, here=here, at=at))


def noted(
    message: Message, entries: Iterable[Delivered], known: Known, *, here: Here, at: int
) -> tuple[Effect, ...]:
    """Return the ledger's lines for a partner's readers; those it does not state do not count.

    A line that comes after the end makes its holder owe a receipt like everybody else.
    """
    about, found = subject(message), list[Effect]()
    before = {one.holder: one for one in known.every(Held, referral=about)}
    for entry in entries:
        line = Held(about, entry.holder, 0, entry.served_at, entry.custody_at, message.iss)
        behind = entry.holder != message.iss and here.hop(entry.holder) == message.iss
        if not behind or before.get(entry.holder) == line:
            continue
        found.append(Put(line))
        if entry.holder not in before:
            found.append(Note(served_line(line)))
            found += _owed(line, known, here=here, at=at)
    return tuple(found)


def _owed(line: Held, known: Known, *, here: Here, at: int) -> Iterable[Effect]:
    signed = {(one.holder, one.scope) for one in known.every(Receipt, referral=line.referral)}
    for ended in known.every(Tombstone, referral=line.referral):
        concerned = ended.scope in (ALL, line.holder, line.via)
        wider = around(ended.scope, node_of=here.node_of)
        settled = any((line.holder, scope) in signed for scope in wider)
        if concerned and not settled:
            due = at + here.policy.erasure_deadline
            yield Put(Due(line.referral, line.holder, ended.scope, ended.closure, at, due))

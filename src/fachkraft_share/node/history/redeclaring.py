"""A resynchronising member says what it holds: the ledger learns it, and it learns what has ended.

The node believes such a declaration: it can only add somebody to those who must erase.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share.node.callers import Caller
from fachkraft_share.node.partners.reporting import owe_report
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.erasure import served_line
from fachkraft_share.protocol.facts import ALL, around
from fachkraft_share.protocol.records import Due, Held, Receipt, Referral, Tombstone


def declare(
    held: Iterable[str], caller: Caller, *, here: Here, transaction: Transaction
) -> list[dict[str, object]]:
    """Enter the referrals into the ledger, tell their closures, and return the journal's lines."""
    lines: list[dict[str, object]] = []
    for id in dict.fromkeys(held):
        before = transaction.get(Held, id, caller.id)
        known = transaction.get(Referral, id)
        if before is None and (known is None or known.origin != caller.id):
            fresh = Held(id, caller.id, 0, caller.at, caller.at)
            transaction.put(fresh)
            lines.append(served_line(fresh))
            owe_report(fresh, transaction=transaction)
        elif before is not None and before.custody_at is None:
            taken = attrs.evolve(before, custody_at=caller.at)
            transaction.put(taken)
            owe_report(taken, transaction=transaction)
        scopes = (ALL, caller.id, here.node_of(caller.id))  # what ended for its node, too
        for tombstone in transaction.every(Tombstone, referral=id, scope=scopes):
            _tell(tombstone, caller, here=here, transaction=transaction)
    return lines


def _tell(tombstone: Tombstone, caller: Caller, *, here: Here, transaction: Transaction) -> None:
    """Put the closure on the reader's stream unless it was told or has signed for it."""
    key = (tombstone.referral, caller.id, tombstone.scope)
    scopes = around(tombstone.scope, node_of=here.node_of)
    signed = transaction.every(Receipt, referral=key[0], holder=key[1], scope=scopes)
    if transaction.get(Due, *key) is not None or any(one.settled for one in signed):
        return
    transaction.append(
        stream=CLOSURES,
        to=caller.id,
        token=tombstone.closure,
        at=caller.at,
        referral=tombstone.referral,
        attached=tombstone.attached,
    )
    due = caller.at + here.policy.erasure_deadline
    transaction.put(Due(*key, tombstone.closure, caller.at, due))

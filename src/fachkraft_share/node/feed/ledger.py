"""The ledger: who was served what, who took custody, and what of it a partner must hear.

1. Who is served a referral stands here, and in the journal's lines, before the answer leaves.
2. Custody is what a cursor that came back says; of an answer that was lost it says nothing.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.node.callers import Caller
from fachkraft_share.node.feed.serving import Given
from fachkraft_share.node.feed.streams import Page
from fachkraft_share.node.partners.reporting import owe_report
from fachkraft_share.node.records import ReaderState
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.delivery import Cursor
from fachkraft_share.protocol.erasure import served_line
from fachkraft_share.protocol.records import Held


def take_custody(caller: Caller, cursor: Cursor, *, transaction: Transaction) -> None:
    """Note what the reader's cursor says it has taken custody of."""
    state = transaction.get(ReaderState, caller.id) or ReaderState(caller.id)
    for line in _unnoted(caller, cursor, state, transaction=transaction):
        taken = attrs.evolve(line, custody_at=caller.at)
        transaction.put(taken)
        _report(taken, caller, transaction=transaction)
    if cursor.taken > state.custody:
        transaction.put(attrs.evolve(state, custody=cursor.taken))


def write_served(
    given: Iterable[Given],
    caller: Caller,
    *,
    transaction: Transaction,
    lines: list[dict[str, object]],
) -> None:
    """Write who is served what, before it is served."""
    for each in given:
        referral = each.row.referral
        if not each.ledger or referral is None:
            continue
        before = transaction.get(Held, referral, caller.id)
        if before is None:
            held = Held(referral, caller.id, each.row.number, caller.at)
            transaction.put(held)
            lines.append(served_line(held))
            _report(held, caller, transaction=transaction)
        elif before.number == limits.INTEGER_MAX and before.custody_at is None:
            # Known from the journal, or of an answer that was lost: given only now.
            transaction.put(attrs.evolve(before, number=each.row.number))


def note_never_taken(page: Page, caller: Caller, *, transaction: Transaction) -> None:
    """Note whose answer was lost: the row was served, is asked for again, and is over by now.

    The cursor that goes past it then says nothing about custody.
    """
    if not page.passed:
        return
    about = tuple(sorted(page.passed.values()))
    for line in transaction.every(Held, referral=about, holder=caller.id, custody_at=None):
        if line.number in page.passed:
            transaction.put(attrs.evolve(line, number=limits.INTEGER_MAX))


def custody_due(caller: Caller, cursor: Cursor, *, transaction: Transaction) -> bool:
    """Tell whether the cursor says custody of something that is not noted yet."""
    state = transaction.get(ReaderState, caller.id) or ReaderState(caller.id)
    return bool(_unnoted(caller, cursor, state, transaction=transaction))


def _unnoted(
    caller: Caller, cursor: Cursor, state: ReaderState, *, transaction: Transaction
) -> tuple[Held, ...]:
    """Return the ledger's lines up to the cursor whose custody is not noted."""
    if cursor.taken <= state.custody:
        return ()
    after, until = ("number", state.custody), ("number", cursor.taken)
    return transaction.every(Held, after=after, until=until, holder=caller.id, custody_at=None)


def _report(line: Held, caller: Caller, *, transaction: Transaction) -> None:
    """Let the partner whose referral it is hear of the line; most nodes have no partner."""
    if caller.directory.partners:
        owe_report(line, transaction=transaction)

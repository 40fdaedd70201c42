"""Who did what in the office: one line each, chained, so that none can be altered or left out.

1. A line is written before anything is done: nothing happens of which there is no line.
2. A line names an account, an action of a closed list and the id it was about; nothing else. Ids of
   candidates' referrals say nothing about the person.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Kept, OfficeAct
from fachkraft_share.ports.store import Transaction
from fachkraft_share.web.visit import Visit
from fachkraft_share.wire.encoding import sha256

BEGUN: Final = "begun"
REFUSED: Final = "refused"
_NEWEST = "office acts"  # name of the `Kept` value, and what is locked


@contextmanager
def acted(exchange: Exchange, visit: Visit, action: str, *, about: str = "") -> Iterator[None]:
    """Write down what the visitor is about to do; a second line tells if it was refused."""
    account = visit.who.id if visit.who is not None else ""
    write_act(exchange, account, action, about=about, outcome=BEGUN)
    try:
        yield
    except FachkraftShareError:
        write_act(exchange, account, action, about=about, outcome=REFUSED)
        raise


def write_act(exchange: Exchange, account: str, action: str, *, about: str, outcome: str) -> None:
    """Append a line."""
    said = OfficeAct(0, exchange.now(), account, action, about, outcome, "")
    with exchange.store.begin() as transaction:
        append_act(transaction, said)


def append_act(transaction: Transaction, said: OfficeAct) -> None:
    """Append a line in a transaction that does more; its number and head are given here."""
    transaction.lock([_NEWEST])
    number, head = _newest(transaction)
    made = _headed(attrs.evolve(said, number=number + 1), before=head)
    transaction.put(made)
    transaction.put(Kept(_NEWEST, f"{made.number} {made.head}"))


def newest_acts(
    exchange: Exchange, *, until: int = limits.INTEGER_MAX, count: int = limits.ACTS_SHOWN
) -> tuple[OfficeAct, ...]:
    """Return some lines up to a number, the newest first."""
    with exchange.store.begin(write=False) as transaction:
        last = min(_newest(transaction)[0], until)
        after, bound = ("number", last - count), ("number", last)
        return tuple(reversed(transaction.every(OfficeAct, after=after, until=bound)))


def broken_at(exchange: Exchange) -> int | None:
    """Return the number of the first line that does not follow from the one before, or None."""
    with exchange.store.begin(write=False) as transaction:
        lines = transaction.every(OfficeAct)
        newest = _newest(transaction)
    broken = first_broken(lines)
    if broken is not None:
        return broken
    told = (lines[-1].number, lines[-1].head) if lines else newest
    return None if told == newest else newest[0]


def first_broken(lines: Sequence[OfficeAct]) -> int | None:
    """Return the first of these lines that does not follow from the one before, or None.

    The oldest ones are dropped after their time; the first that is left is where it begins.
    """
    before = None
    for one in lines:
        if before is not None and _headed(one, before=before.head) != one:
            return one.number
        if before is not None and one.number != before.number + 1:
            return one.number
        before = one
    return None


def _headed(said: OfficeAct, *, before: str) -> OfficeAct:
    told = (before, said.number, said.at, said.account, said.action, said.about, said.outcome)
    head = sha256("\n".join(map(str, told)).encode())
    return attrs.evolve(said, head=head)


def _newest(transaction: Transaction) -> tuple[int, str]:
    kept = transaction.get(Kept, _NEWEST)
    number, _, head = kept.value.partition(" ") if kept is not None else ("0", "", "")
    return int(number), head

"""Who must erase what by when, and who has not confirmed it: by holder and referral id only.

What a receipt left open is one line with what is owed: both are about one holder and one referral.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.node.desk.holders import receipt_item
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.acts import BEGUN
from fachkraft_share.node.records import OfficeAct
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.payloads import ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Due, Receipt, Tombstone
from fachkraft_share.rules.retention import days_left

REMINDED: Final = "erasure.remind"
CONFIRMED: Final = "erasure.confirm"  # outside this system, in writing


class Standing(StrEnum):
    """How urgent a line is, the most urgent first."""

    OVERDUE = "overdue"
    UNSETTLED = "unsettled"
    DUE = "due"
    CONFIRMED = "confirmed"


@attrs.frozen
class Owed:
    """One holder's erasure of one referral that has not been settled."""

    holder: str
    partner: bool
    contact: str
    referral: str
    scope: str
    since: int
    due: int
    standing: Standing
    days: int  # left, or over
    reason: str = ""
    alarm: str | None = None
    receipt: ReceiptItem | None = None
    reminded: int | None = None
    confirmed: int | None = None

    @property
    def about(self) -> str:
        """How the office's record names it."""
        return about(self.holder, self.referral)

    @property
    def open_categories(self) -> tuple[str, ...]:
        """What the receipt says was not erased."""
        told = self.receipt.categories if self.receipt is not None else ()
        open_ = (ErasureState.REQUESTED, ErasureState.FAILED)
        return tuple(one.category for one in told if one.state in open_)


@attrs.frozen
class Board:
    """All that is owed, and how it went lately."""

    lines: tuple[Owed, ...]
    settled: int  # in the last thirty days
    days: int  # it took at most, of those

    def of(self, standing: str) -> tuple[Owed, ...]:
        """Return the lines that stand so."""
        return tuple(one for one in self.lines if one.standing == standing)


def about(holder: str, referral: str) -> str:
    """Return how the office's record names an erasure."""
    return f"{holder} {referral}"


def board(exchange: Exchange) -> Board:
    """Return what is owed, the most urgent first."""
    lines, at = owed(exchange), exchange.now()
    with exchange.store.begin(write=False) as transaction:
        lately = transaction.every(Receipt, settled=True, after=("at", at - limits.SETTLED_SHOWN))
        took = [_took(one, transaction=transaction) for one in lately]
    return Board(lines, len(lately), max(took, default=0) // limits.DAY)


def owed(exchange: Exchange) -> tuple[Owed, ...]:
    """Return every erasure that has not been settled, the most urgent first."""
    at, directory = exchange.now(), exchange.directory()
    with exchange.store.begin(write=False) as transaction:
        return _every(directory, transaction=transaction, at=at)


def _every(directory: Directory, *, transaction: Transaction, at: int) -> tuple[Owed, ...]:
    dues = {one.key: one for one in transaction.every(Due)}
    unsettled = {one.key: one for one in transaction.every(Receipt, settled=False)}
    names = {about(key[1], key[0]) for key in (*dues, *unsettled)}
    marks = _marks(names, transaction=transaction)
    made = [
        _owed(
            key,
            dues.get(key),
            unsettled.get(key),
            directory=directory,
            transaction=transaction,
            marks=marks,
            at=at,
        )
        for key in {**dues, **unsettled}
    ]
    order = list(Standing)
    return tuple(sorted(made, key=lambda one: (order.index(one.standing), one.due, one.about)))


def find(exchange: Exchange, *, holder: str, referral: str) -> Owed | None:
    """Return one line of the board."""
    wanted = about(holder, referral)
    return next((one for one in owed(exchange) if one.about == wanted), None)


def _owed(
    key: tuple[str, str, str],
    due: Due | None,
    receipt: Receipt | None,
    *,
    directory: Directory,
    transaction: Transaction,
    marks: Mapping[tuple[str, str], int],
    at: int,
) -> Owed:
    referral, holder, scope = key
    known = directory.organisation(holder)
    ended = transaction.get(Tombstone, referral, scope)
    since = due.since if due is not None else receipt.at if receipt is not None else at
    end = due.due if due is not None else since
    told = about(holder, referral)
    confirmed = marks.get((CONFIRMED, told))
    return Owed(
        holder,
        holder in directory.partners,
        known.support if known is not None else "",
        referral,
        scope,
        since=since,
        due=end,
        standing=_standing(due, receipt, confirmed=confirmed, at=at),
        days=days_left(end, at=at) if end > at else (at - end) // limits.DAY,
        reason=ended.reason if ended is not None else "",
        alarm=receipt.alarm if receipt is not None else None,
        receipt=receipt_item(receipt) if receipt is not None else None,
        reminded=marks.get((REMINDED, told)),
        confirmed=confirmed,
    )


def _standing(
    due: Due | None, receipt: Receipt | None, *, confirmed: int | None, at: int
) -> Standing:
    if confirmed is not None:
        return Standing.CONFIRMED
    if due is not None and due.due <= at:
        return Standing.OVERDUE
    return Standing.DUE if receipt is None else Standing.UNSETTLED


def _marks(names: set[str], *, transaction: Transaction) -> dict[tuple[str, str], int]:
    """Return when each was last reminded of or confirmed, by action and name."""
    if not names:
        return {}
    acts = transaction.every(OfficeAct, about=tuple(sorted(names)))
    told = [one for one in acts if one.outcome == BEGUN]
    return {(one.action, one.about): one.at for one in sorted(told, key=lambda one: one.number)}


def _took(receipt: Receipt, *, transaction: Transaction) -> int:
    ended = transaction.get(Tombstone, receipt.referral, receipt.scope)
    return max(0, receipt.at - ended.closed_at) if ended is not None else 0

"""Who saw what of a referral, from the ledger, and what each has erased since (Art. 33(3))."""

from collections.abc import Iterable

import attrs

from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.desk.holders import receipt_item, stated
from fachkraft_share.node.desk.views import Standing
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.papers.breaches import affected
from fachkraft_share.node.records import BreachCase, BreachStep
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Here
from fachkraft_share.protocol.facts import ALL, around, closed_for
from fachkraft_share.protocol.payloads import ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Contact, Due, Held, Receipt, Referral, Tombstone


@attrs.frozen
class Witness:
    """One holder of one referral."""

    referral: str
    organisation: Organisation
    wrong: bool  # it is the recipient who should not have it
    within: bool  # the recall concerns it
    what: tuple[str, ...]  # profile | request | dossier
    served_at: int
    custody_at: int | None
    standing: Standing
    due: int | None
    receipt: ReceiptItem | None = None

    @property
    def erased(self) -> bool:
        """Whether it has signed for having erased everything."""
        return self.standing in (Standing.ERASED, Standing.RETAINED)


@attrs.frozen
class Scene:
    """Everything known of a case now."""

    case: BreachCase
    referrals: tuple[Referral, ...]
    origins: tuple[Organisation, ...]
    recipient: Organisation | None
    witnesses: tuple[Witness, ...]
    steps: tuple[BreachStep, ...]

    @property
    def dossier(self) -> bool:
        """Whether name, contact data and documents were handed to whom it concerns."""
        return any("dossier" in one.what for one in self.concerned)

    @property
    def concerned(self) -> tuple[Witness, ...]:
        """The holders the recall is for."""
        return tuple(one for one in self.witnesses if one.within)

    @property
    def erased(self) -> int:
        """How many of them have signed for having erased everything."""
        return sum(one.erased for one in self.concerned)


def scene(exchange: Exchange, case: BreachCase) -> Scene:
    """Return what is known of a case."""
    here, at = exchange.party().here, exchange.now()
    with exchange.store.begin(write=False) as transaction:
        ids = affected(case, transaction)
        found = [one for id in ids if (one := transaction.get(Referral, id)) is not None]
        witnesses = [
            one for id in ids for one in _witnesses(transaction, id, case, here=here, at=at)
        ]
        steps = transaction.every(BreachStep, case=case.id)
    origins = {one.origin: stated(one.origin, here=here) for one in found}
    return Scene(
        case,
        tuple(found),
        tuple(origins.values()),
        stated(case.recipient, here=here) if case.recipient is not None else None,
        tuple(sorted(witnesses, key=lambda one: (not one.wrong, one.served_at))),
        steps,
    )


def _witnesses(
    transaction: Transaction, referral: str, case: BreachCase, *, here: Here, at: int
) -> Iterable[Witness]:
    contacts = transaction.every(Contact, referral=referral)
    tombstones = transaction.every(Tombstone, referral=referral)
    receipts = transaction.every(Receipt, referral=referral)
    dues = transaction.every(Due, referral=referral)
    for line in transaction.every(Held, referral=referral):
        wrong = line.holder == case.recipient
        if case.referral is None and not wrong:
            continue
        ended = closed_for(tombstones, line.holder, node=here.node_of(line.holder))
        due = max((one.due for one in dues if one.holder == line.holder), default=None)
        mine = [one for one in receipts if one.holder == line.holder]
        yield Witness(
            referral,
            stated(line.holder, here=here),
            wrong,
            case.scope == ALL or case.scope in around(line.holder, node_of=here.node_of),
            _what(line.holder, contacts),
            line.served_at,
            line.custody_at,
            _standing(_newest(mine), due, ended=ended, at=at),
            due,
            _newest(mine),
        )


def _newest(receipts: list[Receipt]) -> ReceiptItem | None:
    found = max(receipts, key=lambda one: one.at, default=None)
    return receipt_item(found) if found is not None else None


def _what(holder: str, contacts: Iterable[Contact]) -> tuple[str, ...]:
    mine = [one for one in contacts if one.requester == holder]
    asked = ("request",) if mine else ()
    given = ("dossier",) if any(one.disclosed for one in mine) else ()
    return ("profile", *asked, *given)


def _standing(receipt: ReceiptItem | None, due: int | None, *, ended: bool, at: int) -> Standing:
    """Return how the holder stands; a duty that is still open outweighs an older receipt."""
    if not ended:
        return Standing.HOLDS
    if due is not None and due <= at:
        return Standing.OVERDUE
    if receipt is None:
        return Standing.ASKED
    if due is not None:
        return Standing.UNSETTLED
    kept = any(one.state is ErasureState.RETAINED for one in receipt.categories)
    return Standing.RETAINED if kept else Standing.ERASED

"""Telling a partner node whom this node gave its people's referrals, so that its ledger is whole.

A line waits from the moment it is written or custody is noted, in that transaction, until the
worker has said it; saying it twice is harmless.
"""

from collections.abc import Iterable

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Unreported
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.payloads import Delivered, DeliveryReported
from fachkraft_share.protocol.records import Held, Manifest, Receipt, Referral

REPORTED = "delivery.reported"


def owe_report(line: Held, *, transaction: Transaction) -> None:
    """Note that the referral's home node is to hear of this ledger line, if it is a partner's."""
    referral = transaction.get(Referral, line.referral)
    if referral is not None and referral.home is not None and line.holder != referral.home:
        transaction.put(Unreported(line.referral, line.holder, referral.home))


def owe_known(referrals: Iterable[str], *, transaction: Transaction) -> None:
    """Note the ledger lines that are older here than their referral, which a restore took away.

    They stand in the journal, or a member declared them; whose home is to hear is known only now.
    """
    if about := tuple(sorted(referrals)):
        for line in transaction.every(Held, referral=about, via=None):
            owe_report(line, transaction=transaction)


def tell_again(node: str, *, here: str, transaction: Transaction, at: int) -> None:
    """Note every ledger line about the partner's referrals, and repeat what was signed of them."""
    receipts: set[str] = set()
    for referral in transaction.every(Referral, home=node):
        for line in transaction.every(Held, referral=referral.id, via=None):
            transaction.put(Unreported(line.referral, line.holder, node))
        receipts |= {one.token for one in transaction.every(Receipt, referral=referral.id)}
        for page in transaction.every(Manifest, referral=referral.id, node=here):
            _append(page.token, node, referral=referral.id, transaction=transaction, at=at)
    for token in sorted(receipts):
        _append(token, node, referral=None, transaction=transaction, at=at)


def _append(
    token: str, node: str, *, referral: str | None, transaction: Transaction, at: int
) -> None:
    transaction.append(stream=CLOSURES, to=node, token=token, at=at, referral=referral)


def report(node: str, exchange: Exchange) -> None:
    """Say what waits to be said to this partner: one event a referral and page."""
    with exchange.store.begin(write=False) as transaction:
        waiting = transaction.every(Unreported, node=node, limit=limits.HOUSEKEEPING)
    for referral in sorted({one.referral for one in waiting}):
        _report(referral, node=node, exchange=exchange)
    if waiting:
        exchange.tell()


def _report(referral: str, *, node: str, exchange: Exchange) -> None:
    at = exchange.now()
    with exchange.store.begin() as transaction:
        transaction.lock([referral])
        waiting = transaction.every(Unreported, referral=referral, node=node)
        holders = tuple(one.holder for one in waiting)
        lines = transaction.every(Held, referral=referral, holder=holders) if holders else ()
        for page in _pages(lines):
            said = DeliveryReported(page)
            news = Emit(REPORTED, node, referral, said, (node,))
            exchange.voice.say(news, transaction=transaction, at=at)
        for one in waiting:
            transaction.drop(Unreported, *one.key)


def _pages(lines: Iterable[Held]) -> list[list[Delivered]]:
    told = [
        Delivered(one.holder, one.served_at, one.custody_at)
        for one in sorted(lines, key=lambda one: one.holder)
    ]
    size = limits.PAGE_ENTRIES
    return [told[start : start + size] for start in range(0, len(told), size)]

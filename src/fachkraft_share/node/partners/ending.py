"""When a recognition has ended, what crossed under it is closed, by the authority's online key.

1. The home side closes for the partner node as a whole; the partner does the same by itself if it
   has heard of no such closure a day after the end.
2. A version dated ahead has not ended: a closure is final and must not follow from a slip.
3. Erasing, manifest and receipts follow as from every closure.
"""

from collections.abc import Iterator

from fachkraft_share import limits
from fachkraft_share.model.agreement import Agreement
from fachkraft_share.node.alliance.departing import close_for
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Kept
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.facts import closed_for
from fachkraft_share.protocol.membership import Partner
from fachkraft_share.protocol.records import Held, Referral, ReferralState, Tombstone

ENDED = "agreement_ended"


def end_crossed(exchange: Exchange) -> None:
    """Close some of what crossed under agreements that have ended; the next turn goes on."""
    at = exchange.now()
    for partner in exchange.directory().partners.values():
        terms = partner.terms
        if _over(terms, gives=True, at=at):
            _end(partner, "given", scope=partner.node, exchange=exchange)
        if _over(terms, gives=False, at=at - limits.DAY):
            _end(partner, "taken", scope=exchange.id, exchange=exchange)


def _over(terms: Agreement, *, gives: bool, at: int) -> bool:
    """Tell whether this direction was over at that moment."""
    allowed = terms.gives if gives else terms.takes
    return at >= (terms.not_after if allowed else max(terms.iat, terms.not_before))


def _end(partner: Partner, side: str, *, scope: str, exchange: Exchange) -> None:
    """Close what is open on one side; remember when nothing is left, for a day."""
    at, name = exchange.now(), f"ended {side} {partner.node}"
    terms = f"{partner.terms.id}/{partner.terms.version}"
    with exchange.store.begin(write=False) as transaction:
        kept = transaction.get(Kept, name)
        ended, _, since = (kept.value if kept else "").partition(" ")
        if ended == terms and at - int(since) < limits.DAY:
            return
        find = _given if side == "given" else _taken
        open_ = find(partner.node, transaction=transaction, here=exchange.id)
        some = [one for one, _ in zip(open_, range(limits.APPLY_BATCH), strict=False)]
    if some:
        exchange.apply([close_for(one, scope, ENDED, exchange=exchange) for one in some])
        return
    with exchange.store.begin() as transaction:
        transaction.put(Kept(name, f"{terms} {at}"))


def _given(node: str, *, transaction: Transaction, here: str) -> Iterator[Referral]:
    """Yield our referrals that the partner holds."""
    for line in transaction.every(Held, holder=node):
        referral = transaction.get(Referral, line.referral)
        tombstones = transaction.every(Tombstone, referral=line.referral)
        if referral is not None and not closed_for(tombstones, node, node=here):
            yield referral


def _taken(node: str, *, transaction: Transaction, here: str) -> Iterator[Referral]:
    """Yield the partner's referrals that are open here."""
    for referral in transaction.every(Referral, home=node, state=ReferralState.PUBLISHED):
        tombstones = transaction.every(Tombstone, referral=referral.id)
        if not closed_for(tombstones, here, node=None):
            yield referral

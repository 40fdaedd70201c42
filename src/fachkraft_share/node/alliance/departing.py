"""When a member leaves or is compromised, the authority ends what it held and what it made."""

from collections.abc import Iterator

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.facts import ALL, closed_for
from fachkraft_share.protocol.message import Message, open_message, sign_event
from fachkraft_share.protocol.payloads import ReferralClosed
from fachkraft_share.protocol.records import Held, Referral, ReferralState, Tombstone


def end_all_of(member: str, exchange: Exchange) -> int:
    """Close every referral of the member, and for the member every one it holds; tell how many."""
    with exchange.store.begin(write=False) as transaction:
        closures = list(_closures(transaction, member, node=exchange.id))
    for start in range(0, len(closures), limits.APPLY_BATCH):
        some = closures[start : start + limits.APPLY_BATCH]
        exchange.apply([close_for(*one, exchange=exchange) for one in some])
    return len(closures)


def _closures(
    transaction: Transaction, member: str, *, node: str
) -> Iterator[tuple[Referral, str, str]]:
    for made in transaction.every(Referral, origin=member):
        if made.state is not ReferralState.CLOSED:
            yield made, ALL, "origin_left"
    for line in transaction.every(Held, holder=member):
        held = transaction.get(Referral, line.referral)
        tombstones = transaction.every(Tombstone, referral=line.referral)
        ended = closed_for(tombstones, member, node=node)
        if held is not None and not ended:
            yield held, member, "recipient_left"


def close_for(referral: Referral, scope: str, reason: str, *, exchange: Exchange) -> Message:
    """Return the closure that the authority signs."""
    said = ReferralClosed(
        referral.origin, referral.key_x, referral.nonce, scope, reason, referral.not_after
    )
    token = sign_event(
        "referral.closed",
        said,
        iss=exchange.settings.authority,
        aud=exchange.party().here.holders,
        referral=referral.id,
        jti=exchange.fresh_id(),
        at=exchange.now(),
        key=exchange.keys.online,
        suite=exchange.runtime.sealer,
    )
    return open_message(token, reader=exchange.reader())

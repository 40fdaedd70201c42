"""A partner that is not called for a while, because somebody said so; it ends by itself.

1. Nothing is kept from the partner: it goes on fetching what it must erase.
2. What ended over there is not heard meanwhile. So a pause lasts a day at most, and is no way to
   end an agreement.
"""

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import PartnerCalls, PartnerPause


def pause(node: str, exchange: Exchange) -> None:
    """Do not call the partner for a day."""
    with exchange.store.begin() as transaction:
        transaction.put(PartnerPause(node, exchange.now() + limits.PARTNER_PAUSE))


def resume(node: str, exchange: Exchange) -> None:
    """Call the partner again, at the next turn."""
    with exchange.store.begin() as transaction:
        transaction.drop(PartnerPause, node)


def clear(node: str, exchange: Exchange) -> None:
    """Forget that calls failed, so that the next one is due at once."""
    with exchange.store.begin() as transaction:
        before = transaction.get(PartnerCalls, node)
        if before is not None:
            transaction.put(PartnerCalls(node, before.at))


def paused_until(node: str, exchange: Exchange) -> int | None:
    """Return until when the partner is not called, or None."""
    at = exchange.now()
    with exchange.store.begin(write=False) as transaction:
        found = transaction.get(PartnerPause, node)
    # Further ahead than any pause it is no time of this clock: that was wrong, and was put right.
    if found is None or not at < found.until <= at + limits.PARTNER_PAUSE:
        return None
    return found.until

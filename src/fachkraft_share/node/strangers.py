"""How many ends of referrals this node never saw came lately, counted by all its processes."""

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Kept

STRANGE = "strange"  # name of the `Kept` value: since when, and how many


class Strangers:
    """Counts within an hour that begins with the first; a restart forgets nothing."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def too_many(self) -> bool:
        """Count one more and tell whether it is one too many."""
        at = self._exchange.now()
        with self._exchange.store.begin() as transaction:
            transaction.lock([STRANGE])
            kept = transaction.get(Kept, STRANGE)
            since, count = map(int, kept.value.split()) if kept is not None else (at, 0)
            if at >= since + limits.HOUR:
                since, count = at, 0
            if count >= limits.STRANGE_CLOSURES:
                return True
            transaction.put(Kept(STRANGE, f"{since} {count + 1}"))
        return False

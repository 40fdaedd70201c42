"""`GET /tombstones`: the ends of all referrals this reader was served or made, from the first on.

They are the reader's own rows of the closures' stream, so that nobody learns of another's.
"""

from fachkraft_share import limits
from fachkraft_share.node.callers import identify
from fachkraft_share.node.calls import answer, read_query
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.feed import serving
from fachkraft_share.node.feed.cursors import Cursors
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.delivery import Cursor
from fachkraft_share.protocol.records import FeedRow


class Tombstones:
    """Tells a restored member what has ended."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def tombstones(self, request: Request) -> Response:
        """Answer `GET /tombstones?after=`; no `next` means there are no more."""
        caller = identify(request, self._exchange)
        after = read_query(request, "after").get("after")
        with self._exchange.store.begin() as transaction:
            transaction.lock([caller.lock])
            caller.spend(transaction)
            cursors = Cursors(self._exchange, caller.id, transaction)
            at = cursors.read(after, stream=CLOSURES)
            rows = transaction.every(
                FeedRow,
                after=("number", at.number),
                limit=limits.POLL_MAX + 1,
                stream=CLOSURES,
                to=caller.id,
            )
            page = rows[: limits.POLL_MAX]
            loaded = serving.load(transaction, page, reader=caller.id, at=caller.at)
            found = [serving.closure(row, loaded) for row in page]
            more = len(rows) > len(page)
            last = Cursor(CLOSURES, page[-1].number, page[-1].head) if more else None
            told = {
                "tombstones": [one.plain() for one in found if one is not None],
                "next": cursors.write(last) if last is not None else None,
            }
        return answer(told)

"""`GET /heads`, and what a partner signed there: a feed that was signed is never written anew.

The head is a running hash over all rows before it. Who keeps one signed head and asks for the same
number again finds out whether anything before it was changed or lost; both signed statements stay
as proof.
"""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError, SignatureError
from fachkraft_share.node.callers import identify
from fachkraft_share.node.calls import answer, read_query
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import HeadDispute, PartnerHead
from fachkraft_share.ports.client import Client
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.message import Message, open_message
from fachkraft_share.protocol.payloads import FeedSigned
from fachkraft_share.protocol.records import FeedRow

SIGNED = "feed.signed"
REWRITTEN, ROLLED_BACK = "rewritten", "rolled-back"
_DIGITS = 15


class Heads:
    """Signs heads of this node's feed for its partners."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def heads(self, request: Request) -> Response:
        """Answer `GET /heads`, or of an earlier row by `?number=N`."""
        caller = identify(request, self._exchange)
        number = _number(read_query(request, "number").get("number"))
        with self._exchange.store.begin() as transaction:
            transaction.lock([caller.lock])
            caller.spend(transaction)
            if caller.id not in caller.directory.partners:
                raise RefusedError("not-found")
            row = transaction.get(FeedRow, transaction.head()[0] if number is None else number)
        if row is None:
            raise RefusedError("not-found")
        said = Emit(SIGNED, caller.id, None, FeedSigned(row.number, row.head))
        return answer({"head": self._exchange.voice.sign(said, at=caller.at)})


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise MalformedError("number: a number")
    return int(text)


def compare_heads(client: Client, *, node: str, exchange: Exchange) -> None:
    """Once an hour: see that the partner still signs the head it signed, and keep its newest.

    Raises:
        TemporaryError: it cannot be asked now.
        WireError: it signed nothing usable.
    """
    at = exchange.now()
    with exchange.store.begin(write=False) as transaction:
        kept = transaction.get(PartnerHead, node)
    if kept is not None and 0 <= at - kept.at < limits.HEADS_COMPARED:
        return
    dispute = _compared(kept, client, exchange=exchange) if kept is not None else None
    if dispute is not None:
        _keep(dispute, exchange)
    newest = _signed(client.head(), node=node, exchange=exchange)
    said: FeedSigned = newest.body
    if kept is not None and dispute is None:
        dispute = _contradicted(kept, newest, at=at)
        if dispute is not None:
            _keep(dispute, exchange)
    with exchange.store.begin() as transaction:
        transaction.put(PartnerHead(node, said.number, said.head, newest.token, at))


def _keep(dispute: HeadDispute, exchange: Exchange) -> None:
    """Keep it at once: what contradicts itself might not be shown again."""
    with exchange.store.begin() as transaction:
        transaction.put(dispute)


def _contradicted(kept: PartnerHead, newest: Message, *, at: int) -> HeadDispute | None:
    """Tell whether the newest head itself belies the one that was kept."""
    said: FeedSigned = newest.body
    if said.number < kept.number:
        return _dispute(kept, ROLLED_BACK, newest.token, at=at)
    if said.number == kept.number and said.head != kept.head:
        return _dispute(kept, REWRITTEN, newest.token, at=at)
    return None


def _compared(kept: PartnerHead, client: Client, *, exchange: Exchange) -> HeadDispute | None:
    at = exchange.now()
    try:
        again = _signed(client.head(kept.number), node=kept.node, exchange=exchange)
    except RefusedError as error:
        if error.code != "not-found":
            raise
        return _dispute(kept, ROLLED_BACK, "", at=at)
    if again.body.number != kept.number:
        raise MalformedError("the head of another row was signed")
    same = again.body.head == kept.head
    return None if same else _dispute(kept, REWRITTEN, again.token, at=at)


def _dispute(kept: PartnerHead, kind: str, found: str, *, at: int) -> HeadDispute:
    return HeadDispute(kept.node, kept.number, kind, kept.token, found, at)


def _signed(token: str, *, node: str, exchange: Exchange) -> Message:
    message = open_message(token, reader=attrs.evolve(exchange.reader()))
    if (message.type, message.iss, message.aud) != (SIGNED, node, exchange.id):
        raise SignatureError("not this partner's head, signed for this node")
    return message

"""Reading a partner's feed: verify, run through the one loop, custody in the same transaction.

1. Closures come first, and are applied before anything else of the same answer.
2. What cannot be judged now is parked and tried again; it never blocks the feed.
3. The next cursor says custody: everything before it is stored, parked or refused for good. Two
   processes that read at once do no harm: whoever finds the cursor moved undoes what it did.
"""

import logging
from collections.abc import Callable, Mapping, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    BusyError,
    MalformedError,
    RefusedError,
    SignatureError,
    WireError,
)
from fachkraft_share.node.completing import completed
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.feed.serving import PUBLISHED
from fachkraft_share.node.history.regrants import careful
from fachkraft_share.node.partners.fetching import fetch_blobs
from fachkraft_share.node.partners.reporting import owe_known
from fachkraft_share.node.records import Custody, Parked, PartnerCursor
from fachkraft_share.ports import loop
from fachkraft_share.ports.backoff import next_try
from fachkraft_share.ports.client import Client, Event, Page
from fachkraft_share.ports.loop import Outcome
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES, EVENTS
from fachkraft_share.protocol.message import Message, Reader, open_message
from fachkraft_share.protocol.records import Invitation, Referral
from fachkraft_share.wire import jws
from fachkraft_share.wire.encoding import sha256

# What a newer list or an earlier message can still change.
CURABLE = frozenset(
    {"audience", "inactive", "list-expired", "unknown-event", "future", "not-yet", "signature"}
)
_RENEWED = "consent.renewed"
_log = logging.getLogger("fachkraft_share.node")


@attrs.frozen
class Visit:
    """One visit to a partner; `learn` fetches its newest list and tells whether it was newer."""

    exchange: Exchange
    client: Client
    node: str
    learn: Callable[[], bool]


@attrs.frozen
class Row:
    """One row as it came, and the stream it came on."""

    stream: str
    event: Event

    @property
    def name(self) -> str:
        """The hash that names it."""
        return sha256(self.event.token.encode())


@attrs.frozen
class Judged:
    """A row with its message, or with the code of why it could not be opened."""

    row: Row
    message: Message | None
    code: str = ""


class OvertakenError(BusyError):
    """Another process has read the same rows meanwhile."""


def place_of(node: str, *, transaction: Transaction) -> PartnerCursor | None:
    """Return how far the partner's feed was read; None before the first time."""
    return transaction.get(PartnerCursor, node)


def take(visit: Visit, page: Page, *, place: PartnerCursor | None, epoch: str) -> None:
    """Judge and store one answer to a poll, and the next cursors with it.

    Raises:
        OvertakenError: the cursor is not the one that was sent any more; nothing was done.
        MalformedError: not an answer a node gives.
    """
    rows = [Row(CLOSURES, one) for one in page.closures]
    rows += [Row(EVENTS, one) for one in page.events]
    after = PartnerCursor(visit.node, epoch, **_cursors(page))
    if len(rows) > 2 * limits.POLL_MAX:
        raise MalformedError("an answer to a poll with too many rows")

    def move(transaction: Transaction) -> None:
        if place_of(visit.node, transaction=transaction) != place:
            raise OvertakenError("another process has read on")
        if after != place:
            transaction.put(after)

    if rows or after != place:
        settle(visit, open_rows(visit, rows), move=move)


def _cursors(page: Page) -> Mapping[str, str | None]:
    found = {stream: page.next.get(stream) for stream in (CLOSURES, EVENTS)}
    if any(len(one or "") > limits.CURSOR_TEXT for one in found.values()):
        raise MalformedError("a cursor is longer than any cursor")
    return found


def open_rows(visit: Visit, rows: Sequence[Row]) -> list[Judged]:
    """Open the rows; for an unknown key the partner's list is fetched once and it is tried again.

    What disclosures name is fetched here, outside the transaction.
    """
    exchange = visit.exchange
    reader = exchange.reader()
    judged = [_open(row, reader=reader, exchange=exchange) for row in rows]
    if any(one.code == "signature" for one in judged) and visit.learn():
        reader = exchange.reader()
        judged = [
            _open(one.row, reader=reader, exchange=exchange) if one.code == "signature" else one
            for one in judged
        ]
    opened = [one.message for one in judged if one.message is not None]
    fetch_blobs(opened, client=visit.client, node=visit.node, exchange=exchange)
    return judged


def _open(row: Row, *, reader: Reader, exchange: Exchange) -> Judged:
    event = row.event
    try:
        message = open_message(event.token, reader=reader, attached=event.with_, parts=event.parts)
        message = completed(message, along=event.with_, reader=reader, exchange=exchange)
    except RefusedError as error:
        return Judged(row, None, error.code)
    except WireError as error:
        return Judged(row, None, "signature" if isinstance(error, SignatureError) else "malformed")
    return Judged(row, message)


def _stay(transaction: Transaction) -> None:
    """Move no cursor."""


def settle(
    visit: Visit,
    judged: Sequence[Judged],
    *,
    move: Callable[[Transaction], None] = _stay,
) -> None:
    """Apply what could be opened, park the rest, move the cursor: one transaction."""
    exchange = visit.exchange
    at = exchange.now()
    opened = [one for one in judged if one.message is not None]

    def also(transaction: Transaction, outcomes: list[Outcome]) -> None:
        move(transaction)
        for one in judged:
            if one.message is None:
                _conclude(visit, one, Outcome("refused", one.code), transaction=transaction, at=at)
        for one, outcome in zip(opened, outcomes, strict=True):
            _conclude(visit, one, outcome, transaction=transaction, at=at)
        owe_known(_taken_over(messages, outcomes), transaction=transaction)

    party = exchange.party()
    here = attrs.evolve(party.here, reading=visit.node)
    party = attrs.evolve(party, here=here, decide=careful(exchange.decide))
    messages = [one.message for one in opened if one.message is not None]
    loop.apply(party, messages, at=at, also=also, held=(f"partner {visit.node}",))
    exchange.tell()


def _taken_over(messages: Sequence[Message], outcomes: Sequence[Outcome]) -> frozenset[str]:
    """Return the referrals of the partner that were stored just now."""
    return frozenset(
        message.referral
        for message, outcome in zip(messages, outcomes, strict=True)
        if message.type == PUBLISHED and outcome.status == "accepted" and message.referral
    )


def _conclude(
    visit: Visit, one: Judged, outcome: Outcome, *, transaction: Transaction, at: int
) -> None:
    if outcome.status == "later" or outcome.code in CURABLE:
        _park(visit, one, outcome.code, transaction=transaction, at=at)
        return
    transaction.drop(Parked, one.row.name)
    if outcome.status == "refused":
        _log.warning("partner: a message was refused (%s)", outcome.code)
    message = one.message
    if message is None or message.referral is None:
        return
    if message.type == PUBLISHED and outcome.status not in ("accepted", "known"):
        transaction.put(Custody(message.referral, visit.node, at))
    if message.type in (PUBLISHED, _RENEWED) and outcome.status == "accepted":
        _know_link(message, node=visit.node, transaction=transaction, at=at)


def _know_link(message: Message, *, node: str, transaction: Transaction, at: int) -> None:
    """Let the person's link be known at this desk, too: withdrawing works at any node."""
    referral, consent = transaction.get(Referral, message.referral or ""), message.consent
    if referral is None or referral.home != node or consent is None:
        return
    transaction.put(
        Invitation(
            consent.key,
            consent.origin,
            "",
            str(consent.assurance),
            consent.language,
            at,
            referral=referral.id,
            manage_x=consent.manage,
            used_at=at,
        )
    )


def _park(visit: Visit, one: Judged, code: str, *, transaction: Transaction, at: int) -> None:
    """Keep the row for another try; given up in time, closures excepted."""
    row, name = one.row, one.row.name
    before = transaction.get(Parked, name)
    since = before.at if before else at
    if at - since > limits.PARKED_DAYS * limits.DAY and row.stream != CLOSURES:
        transaction.drop(Parked, name)
        return
    if before is None:
        _make_room(transaction, visit.node)
    tries = before.tries + 1 if before else 0
    transaction.put(
        Parked(
            name,
            visit.node,
            row.stream,
            _referral_of(one),
            row.event.token,
            " ".join(row.event.with_),
            " ".join(row.event.parts),
            code,
            at=since,
            next_at=next_try(tries, at=at, ids=visit.exchange.runtime.ids),
            tries=tries,
        )
    )


def _referral_of(one: Judged) -> str | None:
    if one.message is not None:
        return one.message.referral
    try:
        claims = jws.parse(one.row.event.token, types=tuple(jws.Type)).claims
    except WireError:
        return None
    named = claims.get("txn", claims.get("referral"))
    return named if isinstance(named, str) else None


def _make_room(transaction: Transaction, node: str) -> None:
    parked = transaction.every(Parked, node=node)
    if len(parked) >= limits.PARKED_MAX:
        oldest = min(parked, key=lambda one: (one.stream == CLOSURES, one.at, one.sha256))
        transaction.drop(Parked, oldest.sha256)


def retry_parked(visit: Visit, *, everything: bool) -> None:
    """Try parked rows again: those due, or `everything` after the partner's list changed."""
    until = None if everything else ("next_at", visit.exchange.now())
    with visit.exchange.store.begin(write=False) as transaction:
        parked = transaction.every(Parked, until=until, limit=limits.APPLY_BATCH, node=visit.node)
    rows = [
        Row(one.stream, Event(one.token, tuple(one.attached.split()), tuple(one.parts.split())))
        for one in sorted(parked, key=lambda one: (one.stream != CLOSURES, one.at, one.sha256))
    ]
    if rows:
        settle(visit, open_rows(visit, rows))

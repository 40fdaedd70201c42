"""Reading the feed: verify, judge, store; the new cursor is part of the same transaction.

1. Closures come first, and are applied before anything else of the same answer.
2. What cannot be judged now is parked and tried again; it never blocks the feed.
3. Advancing the cursor says custody: everything before it is stored, parked or refused for good.
"""

from collections.abc import Mapping, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, SignatureError, TemporaryError, WireError
from fachkraft_share.member import facts, matching
from fachkraft_share.member.engine import Engine, bodies, chain
from fachkraft_share.member.records import Custody, FeedCursor, Parked, Trouble
from fachkraft_share.plugins.given import Fact
from fachkraft_share.ports.backoff import next_try
from fachkraft_share.ports.client import Event, Page
from fachkraft_share.ports.loop import Outcome, apply
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES, EVENTS
from fachkraft_share.protocol.message import CONSENT, Message, Reader, open_message
from fachkraft_share.protocol.payloads import urn
from fachkraft_share.protocol.records import Referral
from fachkraft_share.wire import jws
from fachkraft_share.wire.encoding import sha256

# What a newer list or an earlier message can still change.
CURABLE = frozenset({"audience", "inactive", "list-expired", "unknown-event", "future", "not-yet"})
STREAMS = (CLOSURES, EVENTS)
PUBLISHED = "referral.published"


@attrs.frozen
class Judged:
    """One row: its message and no code, or the code of why it could not be opened."""

    stream: str
    event: Event
    message: Message | None
    code: str = ""


def cursors(engine: Engine) -> dict[str, str | None]:
    """Return how far each stream was read."""
    with engine.store.begin(write=False) as transaction:
        found = {row.stream: row.cursor for row in transaction.every(FeedCursor)}
    return {stream: found.get(stream) for stream in STREAMS}


def take(engine: Engine, page: Page) -> int:
    """Judge and store one answer to a poll; return how many rows it had."""
    rows = [(CLOSURES, one) for one in page.closures] + [(EVENTS, one) for one in page.events]
    judged = open_all(engine, rows)
    settle(engine, judged, cursors=page.next)
    return len(rows)


def open_all(
    engine: Engine, rows: Sequence[tuple[str, Event]], *, learn: bool = True
) -> list[Judged]:
    """Open all rows; if a key is unknown the lists are refreshed once and it is tried again.

    Without `learn` the node is not asked: what cannot be opened now is parked.
    """
    reader = engine.reader()
    judged = [_open(engine, stream, event, reader=reader) for stream, event in rows]
    if not learn:
        return judged
    if any(one.code == "signature" for one in judged) and _refreshed(engine):
        reader = engine.reader()
        judged = [
            _open(engine, one.stream, one.event, reader=reader) if one.code == "signature" else one
            for one in judged
        ]
    _learn_lists(engine, judged)
    return judged


def settle(
    engine: Engine, judged: Sequence[Judged], *, cursors: Mapping[str, str | None] | None = None
) -> list[Outcome]:
    """Apply what could be opened, park the rest, store the cursors: one transaction."""
    opened = [one for one in judged if one.message is not None]
    at = engine.now()

    def also(transaction: Transaction, outcomes: list[Outcome]) -> None:
        for one in judged:
            if one.message is None:
                _unopened(engine, one, transaction=transaction, at=at)
        for one, outcome in zip(opened, outcomes, strict=True):
            _conclude(engine, one, outcome, transaction=transaction, at=at)
            _note(engine, one, outcome, transaction=transaction, at=at)
        for stream, cursor in (cursors or {}).items():
            transaction.put(FeedCursor(stream, cursor))

    messages = [one.message for one in opened if one.message is not None]
    outcomes = apply(engine.party(), messages, at=at, also=also)
    matching.remember(engine, [one for one in messages if one.type == PUBLISHED])
    return outcomes


def _open(engine: Engine, stream: str, event: Event, *, reader: Reader) -> Judged:
    try:
        along = event.with_ or _supplied(engine, event)
        message = open_message(event.token, reader=reader, attached=along, parts=event.parts)
    except RefusedError as error:
        return Judged(stream, event, None, error.code)
    except WireError as error:
        code = "signature" if isinstance(error, SignatureError) else "malformed"
        return Judged(stream, event, None, code)
    return Judged(stream, event, message)


def _supplied(engine: Engine, event: Event) -> tuple[str, ...]:
    """Return the consent in force here for a contact request, which travels without one."""
    parsed = jws.parse(event.token, types=tuple(jws.Type))
    referral = parsed.claims.get("txn")
    named = parsed.claims.get("events")
    asks = isinstance(named, dict) and urn("contact.requested") in named
    if not asks or not isinstance(referral, str):
        return ()
    with engine.store.begin(write=False) as transaction:
        found = transaction.get(Referral, referral)
        return bodies(chain(transaction, found)) if found is not None else ()


def _refreshed(engine: Engine) -> bool:
    try:
        engine.refresh_lists()
    except (TemporaryError, WireError, RefusedError):
        return False
    return True


def _learn_lists(engine: Engine, judged: Sequence[Judged]) -> None:
    """Fetch lists that consents name and this engine never saw (R5)."""
    known = engine.directories.now().stood
    named = {
        consent.body.audience.list.number
        for one in judged
        if one.message is not None
        for consent in (one.message, *one.message.attached)
        if consent.type == CONSENT
        and consent.body.node == engine.settings.node  # a partner numbers its own lists
        and consent.body.audience.list is not None
    }
    for number in sorted(named - known.keys()):
        try:
            _learn_list(engine, number)
        except (TemporaryError, WireError, RefusedError):
            continue  # the gate says `audience`, and the message is parked


def _learn_list(engine: Engine, number: int) -> None:
    newest = engine.directories.now().newest
    if newest is None or number > newest.name.number:
        engine.refresh_lists()
    if number not in engine.directories.now().stood:
        engine.directories.fetch_earlier(number, engine.client, suite=engine.runtime.sealer)


def _unopened(engine: Engine, one: Judged, *, transaction: Transaction, at: int) -> None:
    name = name_of(one.event)
    if one.code in CURABLE or one.code == "signature":
        _park(engine, one, one.code, transaction=transaction, at=at)
    else:
        transaction.drop(Parked, name)
        transaction.put(Trouble("message", name, one.code, at))


def _conclude(
    engine: Engine, one: Judged, outcome: Outcome, *, transaction: Transaction, at: int
) -> None:
    message = one.message
    if message is None:
        return
    if message.type == PUBLISHED and outcome.status not in ("accepted", "known"):
        transaction.put(Custody(message.referral or "", at))
    if outcome.status == "later" or outcome.code in CURABLE:
        _park(engine, one, outcome.code, transaction=transaction, at=at)
        return
    transaction.drop(Parked, message.sha256)
    if outcome.status == "refused":
        transaction.put(Trouble(message.type, message.sha256, outcome.code, at))


def _note(
    engine: Engine, one: Judged, outcome: Outcome, *, transaction: Transaction, at: int
) -> None:
    message = one.message
    if message is not None and outcome.status == "accepted":
        fact = Fact(message.sha256, message.type, message.referral, said=False, at=at)
        facts.remember(engine.plugins, fact, transaction=transaction)


def _park(engine: Engine, one: Judged, code: str, *, transaction: Transaction, at: int) -> None:
    name = name_of(one.event)
    before = transaction.get(Parked, name)
    tries = before.tries + 1 if before else 0
    since = before.at if before else at
    if before is None:
        _make_room(transaction)
    if at - since > limits.PARKED_DAYS * limits.DAY and one.stream != CLOSURES:
        transaction.drop(Parked, name)
        return
    transaction.put(
        Parked(
            name,
            one.stream,
            _referral_of(one),
            one.event.token,
            " ".join(one.event.with_),
            " ".join(one.event.parts),
            code,
            at=since,
            next_at=next_try(tries, at=at, ids=engine.runtime.ids),
            tries=tries,
        )
    )


def name_of(event: Event) -> str:
    """Return the SHA-256 that names the event."""
    return sha256(event.token.encode())


def _referral_of(one: Judged) -> str | None:
    if one.message is not None:
        return one.message.referral
    try:
        claims = jws.parse(one.event.token, types=tuple(jws.Type)).claims
    except WireError:
        return None
    named = claims.get("txn", claims.get("referral"))
    return named if isinstance(named, str) else None


def _make_room(transaction: Transaction) -> None:
    parked = transaction.every(Parked)
    if len(parked) >= limits.PARKED_MAX:
        oldest = min(parked, key=lambda one: (one.stream == CLOSURES, one.at, one.sha256))
        transaction.drop(Parked, oldest.sha256)


def retry_parked(engine: Engine, *, everything: bool = False) -> int:
    """Try parked messages again: those due, or everything after the lists changed."""
    at = engine.now()
    with engine.store.begin(write=False) as transaction:
        bound = None if everything else ("next_at", at)
        parked = transaction.every(Parked, until=bound, limit=limits.APPLY_BATCH)
    rows = [
        (one.stream, Event(one.token, tuple(one.attached.split()), tuple(one.parts.split())))
        for one in sorted(parked, key=lambda one: (one.stream != CLOSURES, one.at, one.sha256))
    ]
    if rows:
        settle(engine, open_all(engine, rows))
    return len(rows)


def forget_parked(transaction: Transaction, referral: str) -> int:
    """Drop what is parked about a referral that was closed; closures stay until judged."""
    return transaction.drop_every(Parked, referral=referral, stream=EVENTS)

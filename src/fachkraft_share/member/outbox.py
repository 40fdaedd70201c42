"""Sending what was decided: in batches, with back-off, a breaker for the node; nothing is dropped.

1. What must leave was written in the transaction that caused it; sending it twice is harmless.
2. A closure or receipt the node refuses stays and is tried again; anything else it refuses for
   good becomes a trouble for a person to see.
3. While the node does not answer the breaker keeps everything back; it drops nothing. A poll the
   node answers lets one more try through.
"""

from collections.abc import Iterable, Iterator, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, RefusedError, TemporaryError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import Outgoing, Standing, Trouble
from fachkraft_share.ports.backoff import next_try
from fachkraft_share.ports.client import Answer, Event
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import One
from fachkraft_share.protocol.records import Contact, Task, Token

BREAKER = "breaker"
SILENT, BUSY = "silent", "busy"  # why it opened: no answer, or "not now"
DONE = frozenset({"accepted", "known", "ended"})
SUPERSEDED = "stale-receipt"  # another closure came first; its receipt follows
NEVER_DROPPED = frozenset({"referral.closed", "erasure.receipt"})


@attrs.frozen
class Sent:
    """How many events left, and codes of those the node did not take."""

    taken: int = 0
    codes: tuple[str, ...] = ()


def send_due(engine: Engine) -> Sent:
    """Send what is due, oldest first, until nothing is left or the node does not answer.

    Raises:
        TemporaryError: the node does not answer; everything is kept.
    """
    taken, codes = 0, list[str]()
    for _ in range(limits.SYNC_ROUNDS):
        batch = _due(engine)
        if not batch:
            break
        answers = _post(engine, [event for _, event in batch])
        found = _note(engine, [row for row, _ in batch], answers)
        taken += found.taken
        codes += found.codes
    return Sent(taken, tuple(codes))


def batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield the events in batches within what one posting may hold."""
    batch: list[Event] = []
    size = 0
    for event in events:
        size += _size(event)
        if batch and (size > limits.POST_BYTES or len(batch) == limits.FEED_BATCH):
            yield batch
            batch, size = [], _size(event)
        batch.append(event)
    if batch:
        yield batch


def _size(event: Event) -> int:
    return len(event.token) + sum(map(len, (*event.with_, *event.parts)))


def waiting(transaction: Transaction) -> int:
    """Return how many events wait to be sent."""
    return len(transaction.every(Outgoing))


def held_back(transaction: Transaction, *, at: int) -> bool:
    """Tell whether the breaker keeps everything back."""
    breaker = transaction.get(Standing, BREAKER)
    return breaker is not None and at < int(breaker.value.split()[0])


def node_answered(engine: Engine) -> None:
    """Let one more try through: the node that was silent has answered something else."""
    at = engine.now()
    with engine.store.begin(write=False) as transaction:
        breaker = transaction.get(Standing, BREAKER)
    if breaker is None or at < breaker.at + limits.RETRY_FIRST:
        return
    _, tries, kind = breaker.value.split()
    if kind == SILENT:
        with engine.store.begin() as transaction:
            transaction.put(Standing(BREAKER, f"{at} {tries} {kind}", breaker.at))


def _due(engine: Engine) -> list[tuple[Outgoing, Event]]:
    at = engine.now()
    with engine.store.begin() as transaction:
        if held_back(transaction, at=at):
            return []
        rows = transaction.every(Outgoing, until=("next_at", at), limit=limits.FEED_BATCH)
        transaction.read_ahead(_bodies(rows))
        found: list[tuple[Outgoing, Event]] = []
        size = 0
        for row in sorted(rows, key=lambda row: (row.at, row.token)):
            event = _event(row, transaction=transaction)
            if event is None:  # its body was erased with the referral
                transaction.drop(Outgoing, row.token)
                continue
            size += _size(event)
            if found and size > limits.POST_BYTES:
                break
            found.append((row, event))
    return found


def _bodies(rows: Iterable[Outgoing]) -> Iterator[One]:
    """Yield the tokens that rows send, with those that travel along."""
    for row in rows:
        yield from (One(Token, (name,)) for name in (row.token, *row.attached.split()))


def _event(row: Outgoing, *, transaction: Transaction) -> Event | None:
    token = transaction.get(Token, row.token)
    if token is None or token.body is None:
        return None
    along = [transaction.get(Token, name) for name in row.attached.split()]
    texts = tuple(one.body for one in along if one is not None and one.body is not None)
    return Event(token.body, texts, tuple(row.parts.split()))


def _post(engine: Engine, events: Sequence[Event]) -> tuple[Answer, ...]:
    try:
        answers = engine.client.post(events)
    except TemporaryError as error:
        _break(engine, error)
        raise
    except RefusedError as error:
        # The posting as a whole: only its size can be an event's own fault; anything else, say a
        # header spoilt on its way, is no judgement on what was to be said.
        status = "refused" if error.code == "too-large" else "later"
        return tuple(Answer(status, error.code) for _ in events)
    with engine.store.begin() as transaction:
        transaction.drop(Standing, BREAKER)
    return answers


def _break(engine: Engine, error: TemporaryError) -> None:
    at = engine.now()
    kind, least = (BUSY, error.retry_after) if isinstance(error, BusyError) else (SILENT, 0)
    with engine.store.begin() as transaction:
        before = transaction.get(Standing, BREAKER)
        tries = int(before.value.split()[1]) + 1 if before else 0
        until = max(next_try(tries, at=at, ids=engine.runtime.ids), at + least)
        transaction.put(Standing(BREAKER, f"{until} {tries} {kind}", at))


def _note(engine: Engine, rows: Sequence[Outgoing], answers: Sequence[Answer]) -> Sent:
    taken, codes = 0, list[str]()
    at = engine.now()
    with engine.store.begin() as transaction:
        for row, answer in zip(rows, answers, strict=True):
            if answer.status in DONE:
                transaction.drop(Outgoing, row.token)
                taken += 1
                continue
            code = answer.code or answer.status
            codes.append(code)
            if code == SUPERSEDED:
                transaction.drop(Outgoing, row.token)
            elif _waited_too_long(row, at=at):
                _disclose_anew(row, transaction=transaction, at=at)
            elif answer.status == "refused" and row.type not in NEVER_DROPPED:
                transaction.drop(Outgoing, row.token)
                transaction.put(Trouble(row.type, row.referral or row.token, code, at))
            else:
                again = next_try(row.tries, at=at, ids=engine.runtime.ids)
                transaction.put(attrs.evolve(row, next_at=again, tries=row.tries + 1, code=code))
    return Sent(taken, tuple(codes))


def _waited_too_long(row: Outgoing, *, at: int) -> bool:
    """Tell whether the node may have let the sealed dossier go that this event names."""
    return row.type == "contact.disclosed" and at - row.at >= limits.ORPHAN_BLOB


def _disclose_anew(row: Outgoing, *, transaction: Transaction, at: int) -> None:
    """Take the disclosure back, which nobody took, and owe it again: sealed and deposited anew."""
    transaction.drop(Outgoing, row.token)
    for contact in transaction.every(Contact, referral=row.referral):
        if contact.disclosed == row.token:
            about = f"{contact.referral}/{contact.request}"
            transaction.put(Task("disclose", about, next_at=at, note=contact.requester))
            transaction.put(attrs.evolve(contact, disclosed=None, disclosed_seq=-1, blob=None))

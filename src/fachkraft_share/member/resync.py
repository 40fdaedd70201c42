"""After a restore, here or at the node: closures first, then what this member published and holds.

1. Whoever applied a closure passes it on: a restored node may have forgotten it.
2. Nothing is shown or sent before the peers' closures are in.
3. Last come contact requests that may have been lost: `resuming`.
"""

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.member import outbox, polling
from fachkraft_share.member.engine import AWAY, HEARD, QUARANTINE, RESTORED, Engine, bodies, chain
from fachkraft_share.member.records import FeedCursor, Outgoing, Standing
from fachkraft_share.member.resuming import resume
from fachkraft_share.ports.client import Event, Page
from fachkraft_share.ports.store import Store, Transaction
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import WITHDRAWAL
from fachkraft_share.protocol.parts import allowed, read_part
from fachkraft_share.protocol.records import (
    Part,
    Referral,
    ReferralState,
    Task,
    Token,
    Tombstone,
)
from fachkraft_share.wire import jws

JOURNAL = "journal"
UNTOLD = "untold"
DEBTS = "debts"
PLACE = "place"


def replay(engine: Engine) -> int:
    """Apply the journal's closures this state does not know; done at every start.

    Returns how many there were. A journal shorter than the state remembers means quarantine.
    """
    number, head = engine.journal.head()
    with engine.store.begin(write=False) as transaction:
        known = transaction.get(Standing, JOURNAL)
        if known is not None and known.value == f"{number} {head}":
            return 0  # all of it is in this state already
        closed = {one.closure for one in transaction.every(Tombstone)}
    if known is not None and not _fits(known.value, number=number, head=head):
        quarantine(engine, "journal")
    rows = [
        (CLOSURES, Event(line["closed"], tuple(line.get("with", ()))))
        for line in engine.journal.lines()
        if "closed" in line
    ]
    missing = [row for row in rows if polling.name_of(row[1]) not in closed]
    if missing:
        polling.settle(engine, polling.open_all(engine, missing, learn=False))
        _stand(engine, UNTOLD, "journal")  # the node may not know them either
    note_journal(engine)
    return len(missing)


def _fits(value: str, *, number: int, head: str) -> bool:
    noted, _, noted_head = value.partition(" ")
    return int(noted) < number or (int(noted) == number and noted_head == head)


def note_journal(engine: Engine) -> None:
    """Remember how long the journal is, so that a shorter one is noticed."""
    number, head = engine.journal.head()
    with engine.store.begin() as transaction:
        before = transaction.get(Standing, JOURNAL)
        value = f"{number} {head}"
        if before is None or before.value != value:
            transaction.put(Standing(JOURNAL, value, engine.now()))


def quarantine(engine: Engine, why: str) -> None:
    """Show and send nothing new until the peers' closures are in."""
    _stand(engine, QUARANTINE, why)


def _stand(engine: Engine, name: str, why: str) -> None:
    with engine.store.begin() as transaction:
        transaction.put(Standing(name, why, engine.now()))


def pass_on(engine: Engine) -> None:
    """Tell the node the closures that came from the journal alone: a crash may have kept them here.

    Raises:
        TemporaryError: the node cannot be asked now; it is owed until it can.
    """
    with engine.store.begin(write=False) as transaction:
        if transaction.get(Standing, UNTOLD) is None:
            return
    _hand_in_closures(engine)
    with engine.store.begin() as transaction:
        transaction.drop(Standing, UNTOLD)


def restored(engine: Engine) -> None:
    """Note that this state comes from a backup: it may have held what it does not remember."""
    mark_restored(engine.store, at=engine.now())


def mark_restored(store: Store, *, at: int) -> None:
    """Put a state from a backup into quarantine, before anybody opens it."""
    with store.begin() as transaction:
        transaction.put(Standing(QUARANTINE, "restored", at))
        transaction.put(Standing(RESTORED, "", at))


def notice_copy(engine: Engine, mark: str) -> None:
    """Put a folder that was brought back by copying into quarantine; `mark` says which this is."""
    with engine.store.begin(write=False) as transaction:
        known = transaction.get(Standing, PLACE)
    if known is not None and known.value == mark:
        return
    if known is not None:
        restored(engine)
    _stand(engine, PLACE, mark)


def long_away(engine: Engine) -> None:
    """Note that the list had expired: what has ended is to be heard before anything is shown."""
    _stand(engine, AWAY, "expired")


def caught_up(engine: Engine) -> None:
    """Show things again, and note when: everything that waited at the node was heard."""
    at = engine.now()
    with engine.store.begin(write=False) as transaction:
        away, heard = transaction.get(Standing, AWAY), transaction.get(Standing, HEARD)
    noted = heard is not None and 0 <= at - heard.at < limits.PERMIT_SECONDS  # spares writing
    if away is None and noted:
        return
    with engine.store.begin() as transaction:
        transaction.drop(Standing, AWAY)
        transaction.put(Standing(HEARD, "", at))


def needed(engine: Engine) -> bool:
    """Tell whether this state must hear its peers first."""
    with engine.store.begin(write=False) as transaction:
        return transaction.get(Standing, QUARANTINE) is not None


def run(engine: Engine) -> None:
    """Resynchronise with the node from the beginning; doing it twice is fine.

    Raises:
        TemporaryError: the node cannot be asked now; quarantine stays.
    """
    quarantine(engine, "resync")
    _hand_in_closures(engine)
    _hear_closures(engine)
    _republish(engine)
    page = _declare(engine)
    with engine.store.begin() as transaction:
        for stream in polling.STREAMS:
            transaction.put(FeedCursor(stream, None))
    polling.take(engine, page)
    _owe_receipts(engine)
    resume(engine)
    with engine.store.begin() as transaction:
        transaction.drop(Standing, QUARANTINE)


def _hand_in_closures(engine: Engine) -> None:
    """Pass on every closing token known here; a refusal of one holds up no other."""
    events: list[Event] = []
    with engine.store.begin(write=False) as transaction:
        tombstones = transaction.every(Tombstone)
        found = [(one, *_proof(transaction, one)) for one in tombstones]
    for _, token, consents in found:
        if token is None or token.body is None:
            continue
        if token.type == WITHDRAWAL:
            _withdraw(engine, token.body, consents)
        else:
            events.append(Event(token.body, consents))
    _post(engine, events)


def _proof(transaction: Transaction, tombstone: Tombstone) -> tuple[Token | None, tuple[str, ...]]:
    along = [transaction.get(Token, name) for name in tombstone.attached.split()]
    return transaction.get(Token, tombstone.closure), bodies(
        tuple(one for one in along if one is not None)
    )


def _withdraw(engine: Engine, withdrawal: str, consents: tuple[str, ...]) -> None:
    try:
        engine.client.withdraw(withdrawal, consents=consents)
    except RefusedError as error:
        engine.complain("resync", polling.name_of(Event(withdrawal)), error.code)


def _post(engine: Engine, events: list[Event]) -> None:
    """Post everything in batches the node takes; what it refuses becomes a trouble to look at."""
    for batch in outbox.batches(events):
        for event, answer in zip(batch, engine.client.post(batch), strict=True):
            if answer.status == "refused":
                engine.complain("resync", polling.name_of(event), answer.code or answer.status)


def _hear_closures(engine: Engine) -> None:
    after: str | None = None
    for _ in range(limits.SYNC_ROUNDS):
        found, after = engine.client.tombstones(after)
        rows = [(CLOSURES, one) for one in found]
        polling.settle(engine, polling.open_all(engine, rows))
        if after is None:
            return


def _republish(engine: Engine) -> None:
    """Give the node back all referrals known here, own or held, with their consents.

    Others' too: their origin may have been restored as well, and without the referral the person's
    link would be dead and nobody could withdraw.
    """
    events: list[Event] = []
    with engine.store.begin(write=False) as transaction:
        for referral in transaction.every(Referral):
            event = _publication(transaction, referral)
            if event is not None and referral.state is not ReferralState.CLOSED:
                events.append(event)
    _post(engine, events)


def _publication(transaction: Transaction, referral: Referral) -> Event | None:
    token = transaction.get(Token, referral.envelope)
    if token is None or token.body is None:
        return None
    texts = [part.text for part in transaction.every(Part, referral=referral.id)]
    consents = bodies(chain(transaction, referral))
    if consents:
        texts = list(allowed(texts, _categories(consents[0])))
    return Event(token.body, consents, tuple(sorted(texts, key=lambda one: read_part(one)[0])))


def _categories(consent: str) -> tuple[str, ...]:
    claims = jws.parse(consent, types=(jws.Type.CONSENT,)).claims
    named = claims.get("categories")
    return tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()


def _declare(engine: Engine) -> Page:
    """Tell the node what is held here, in as many calls as it takes; return the last answer."""
    held, size = _held(engine), limits.HELD_DECLARED
    for start in range(size, len(held), size):
        engine.client.poll({}, held=held[start : start + size])
    return engine.client.poll({}, held=held[:size])


def _held(engine: Engine) -> list[str]:
    with engine.store.begin(write=False) as transaction:
        return sorted(one.id for one in transaction.every(Referral) if one.origin != engine.id)


def _owe_receipts(engine: Engine) -> None:
    """Sign again for every closure that concerns this member: a restored node may have lost it."""
    at = engine.now()
    with engine.store.begin() as transaction:
        for one in transaction.every(Tombstone, scope=(ALL, engine.id)):
            about = f"{one.referral} {one.scope}"
            if transaction.get(Task, "erase", about) is None:
                transaction.put(Task("erase", about, next_at=at, note=one.closure))


def answer_debts(engine: Engine, owes: int) -> None:
    """Sign again, at most once a day, what the node says is owed though nothing waits here.

    A node that was restored may have lost a receipt without noticing that it was restored.
    """
    at = engine.now()
    with engine.store.begin() as transaction:
        told = transaction.get(Standing, DEBTS)
        soon = ("next_at", at + limits.DAY)
        sending = transaction.every(Outgoing, limit=1)
        erasing = transaction.every(Task, kind="erase", until=soon, limit=1)
        if not owes or sending or erasing or (told is not None and at - told.at < limits.DAY):
            return
        transaction.put(Standing(DEBTS, str(owes), at))
    _owe_receipts(engine)

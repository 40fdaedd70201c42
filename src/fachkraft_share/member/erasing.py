"""Erasing after a closure: ask every participant, look again, sign a receipt for what was found.

1. What was held is noted before anything is erased, so that a repetition says the same.
2. A participant that is remembered and absent yields `failed(participant_missing)`.
3. A receipt is signed whenever the closure was heard, and again when its content changed.
"""

from collections.abc import Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, TemporaryAdapterError, TemporaryError
from fachkraft_share.member.breaker import asking
from fachkraft_share.member.engine import RESTORED, Engine
from fachkraft_share.member.participants import ADAPTER, SITE
from fachkraft_share.member.receipts import (
    Asked,
    awaited_at,
    categories_of,
    held_until,
    is_open,
    item_of,
)
from fachkraft_share.member.records import (
    Account,
    ApplicationRow,
    Custody,
    Displayed,
    DossierRow,
    Filed,
    Participant,
    Standing,
    Trouble,
)
from fachkraft_share.member.suppression import suppress
from fachkraft_share.member.websites import hide
from fachkraft_share.ports.backoff import next_try
from fachkraft_share.ports.erasure_evidence import receipt_state
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.erasure import write_receipt
from fachkraft_share.protocol.facts import ALL, closures_for
from fachkraft_share.protocol.payloads import CategoryErased, ErasureState, ReceiptItem
from fachkraft_share.protocol.records import Referral, ReferralState, Task, Tombstone
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import unstructure

ERASE = "erase"
EXPIRE = "expire"
PATIENCE = 3  # tries before a receipt says that a participant failed for the moment
MISSING = "participant_missing"
ABOUT_PEOPLE = (
    "present",
    "disclose",
    "fetch",
    "file",
    "document",
)  # kinds of trouble with one person


@attrs.frozen
class Done:
    """One closure worked off: what the receipt says and when to look again."""

    task: Task
    account: Account
    item: ReceiptItem | None
    again_at: int | None


def run(engine: Engine, tasks: Sequence[Task]) -> None:
    """Erase for every due closure and sign one receipt for all that have something to say."""
    ended = [task for task in tasks if not _lives_on(engine, task)]
    hide(engine, (task.about.partition(" ")[0] for task in ended))  # before anything slower
    done = [_work(engine, task) for task in ended]
    at = engine.now()
    items = [one.item for one in done if one.item is not None]
    salts = [engine.runtime.ids.random(limits.ID_BYTES) for _ in items]
    with engine.store.begin() as transaction:
        for one in done:
            transaction.put(one.account)
            _conclude(engine, one, transaction=transaction)
            _forget_troubles(one.account, transaction=transaction)
        if items:
            receipt, parts = write_receipt(items, salts=salts)
            said = Emit("erasure.receipt", engine.settings.node, None, receipt, parts=parts)
            engine.voice.say(said, transaction=transaction, at=at)


def _lives_on(engine: Engine, task: Task) -> bool:
    """Tell whether a newer consent came before what time had closed was erased; drop the task."""
    if task.kind != EXPIRE:
        return False
    with engine.store.begin() as transaction:
        transaction.lock([task.about])
        referral = transaction.get(Referral, task.about)
        lives = referral is not None and referral.state is not ReferralState.CLOSED
        if lives:
            transaction.drop(Task, *task.key)
    return lives


def _work(engine: Engine, task: Task) -> Done:
    referral, _, scope = task.about.partition(" ")
    scope = scope or ALL
    account, tombstone = _open_account(engine, referral, scope)
    asked = _ask_all(engine, referral, since=account.at)
    categories = categories_of(
        account,
        asked,
        own=_application(engine, referral),
        tombstone=tombstone,
        at=engine.now(),
    )
    if any(one.temporary for one in asked) and task.tries < PATIENCE:
        soon = next_try(task.tries, at=engine.now(), ids=engine.runtime.ids)
        return Done(task, attrs.evolve(account, said=""), None, soon)
    said = strict.write(unstructure(list(categories))).decode()
    news = task.kind == ERASE and (task.tries == 0 or said != account.said)
    closure = task.note or (tombstone.closure if tombstone else "")
    item = item_of(account, asked, categories, closure=closure, at=engine.now()) if news else None
    again = _again_at(engine, task, categories, asked)
    return Done(task, attrs.evolve(account, said=said), item, again)


def _open_account(engine: Engine, referral: str, scope: str) -> tuple[Account, Tombstone | None]:
    with engine.store.begin() as transaction:
        transaction.lock([referral])
        tombstone = transaction.get(Tombstone, referral, scope)
        before = transaction.get(Account, referral, scope)
        account = _account(transaction, referral, scope, at=engine.now())
        if before is not None:  # made when time closed it: a newer consent may have brought more
            closed = tombstone.closed_at if tombstone else before.at
            account = attrs.evolve(account, at=max(before.at, closed), said=before.said)
        if account != before:
            transaction.put(account)
        return account, tombstone


def _account(transaction: Transaction, referral: str, scope: str, *, at: int) -> Account:
    others = transaction.every(Account, referral=referral)
    dossier = bool(
        transaction.every(DossierRow, referral=referral)
        or transaction.every(Filed, referral=referral)
    )
    profile = any(
        (
            transaction.get(Referral, referral) is not None,
            transaction.get(Custody, referral) is not None,
            transaction.get(Standing, RESTORED) is not None,
        )
    )
    return Account(
        referral,
        scope,
        profile or any(one.profile_held for one in others),
        dossier or any(one.dossier_held for one in others),
        at,
    )


def _ask_all(engine: Engine, referral: str, *, since: int) -> tuple[Asked, ...]:
    with engine.store.begin(write=False) as transaction:
        names = [one.name for one in transaction.every(Participant)]
        absent = _absent(engine, transaction, referral)
    found: list[Asked] = []
    for name in names:
        if name in engine.participants or name in absent:
            found.append(_ask(engine, name, referral, since=since))
        else:
            found.append(Asked(name, ErasureState.NEVER_HELD))
    return tuple(found)


def _absent(engine: Engine, transaction: Transaction, referral: str) -> set[str]:
    """Name who is missing in this process; nothing is filed or published without a row."""
    filed = {f"{ADAPTER}{one.adapter}" for one in transaction.every(Filed, referral=referral)}
    shown = {f"{SITE}{one.site}" for one in transaction.every(Displayed, referral=referral)}
    named = {one.name for one in transaction.every(Participant)} - engine.participants.keys()
    outside = (ADAPTER, SITE)
    return {name for name in named if not name.startswith(outside) or name in filed | shown}


def recall(engine: Engine) -> None:
    """Make due at once what waits only because a participant was missing that is here now.

    That is looked at once in a process, and again when a participant was added.
    """
    here, at = frozenset(engine.participants), engine.now()
    if here <= engine.recalled:
        return
    with engine.store.begin() as transaction:
        for task in transaction.every(Task, kind=(ERASE, EXPIRE), after=("next_at", at)):
            referral, _, scope = task.about.partition(" ")
            account = transaction.get(Account, referral, scope or ALL)
            if account is None or MISSING not in account.said:
                continue
            if not _absent(engine, transaction, referral):
                transaction.put(attrs.evolve(task, next_at=at))
    engine.recalled = here


def _ask(engine: Engine, name: str, referral: str, *, since: int) -> Asked:
    participant = engine.participants.get(name)
    if participant is None:
        return Asked(name, ErasureState.FAILED, MISSING)
    at = engine.now()
    try:
        with asking(engine, name):
            erasure = participant.erase(referral, at=at)
    except (TemporaryError, TemporaryAdapterError) as error:
        return Asked(name, ErasureState.FAILED, _code(error), temporary=True)
    except FachkraftShareError as error:
        return Asked(name, ErasureState.FAILED, _code(error))
    except Exception:
        # A host application's own participant: whatever it raises, nothing counts as erased.
        return Asked(name, ErasureState.FAILED, "participant_error")
    state = ErasureState(receipt_state(erasure, at=at, deadline=since + limits.ERASURE_DEADLINE))
    return Asked(name, state, "residue" if state is ErasureState.FAILED else None, erasure)


def _code(error: Exception) -> str:
    return f"participant_{type(error).__name__.removesuffix('Error').lower()}"


def _application(engine: Engine, referral: str) -> ApplicationRow | None:
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(ApplicationRow, referral=referral)
    return next(iter(rows), None)


def _again_at(
    engine: Engine, task: Task, categories: Sequence[CategoryErased], asked: Sequence[Asked]
) -> int | None:
    if is_open(categories):
        soonest = awaited_at(asked)
        return soonest or next_try(task.tries, at=engine.now(), ids=engine.runtime.ids)
    return held_until(categories)


def _conclude(engine: Engine, one: Done, *, transaction: Transaction) -> None:
    if transaction.get(Task, *one.task.key) != one.task:
        return  # the closure was heard again meanwhile: its task stands
    if one.again_at is None:
        transaction.drop(Task, *one.task.key)
        _forget_application(engine, one.account, transaction=transaction)
        return
    transaction.put(attrs.evolve(one.task, next_at=one.again_at, tries=one.task.tries + 1))


def _forget_troubles(account: Account, *, transaction: Transaction) -> None:
    """Drop what did not succeed for somebody who is gone: no person can mend it any more."""
    if account.scope != ALL:
        return
    for one in transaction.every(Trouble, kind=ABOUT_PEOPLE):
        if one.about.partition("/")[0] == account.referral:
            transaction.drop(Trouble, *one.key)


def _forget_application(engine: Engine, account: Account, *, transaction: Transaction) -> None:
    if account.scope != ALL:
        return
    for row in transaction.every(ApplicationRow, referral=account.referral):
        suppress(engine, row.application, transaction=transaction)
        transaction.drop(ApplicationRow, row.ref)


def erase_again(engine: Engine, referral: str, *, transaction: Transaction) -> None:
    """Begin anew to erase what was closed while something was stored outside, if it was."""
    tombstones = transaction.every(Tombstone, referral=referral)
    for tombstone in closures_for(tombstones, engine.id, node=engine.settings.node):
        about = f"{referral} {tombstone.scope}"
        transaction.put(Task(ERASE, about, next_at=engine.now(), note=tombstone.closure))


def confirm_application(engine: Engine, referral: str) -> None:
    """Note that the origin's application file is gone; its receipt follows with the next sync."""
    at = engine.now()
    with engine.store.begin() as transaction:
        for row in transaction.every(ApplicationRow, referral=referral):
            transaction.put(attrs.evolve(row, erased_at=at))
        for task in transaction.every(Task, kind=ERASE):
            if task.about.partition(" ")[0] == referral:
                transaction.put(attrs.evolve(task, next_at=at))

"""One synchronisation: lists, outbox, feed, tasks, outbox again, websites, under the lease."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    FachkraftShareError,
    RefusedError,
    SetupError,
    TemporaryError,
    WireError,
)
from fachkraft_share.member import (
    digest,
    erasing,
    expiring,
    housekeeping,
    official,
    outbox,
    polling,
    resync,
    showing,
    tasks,
    telling,
)
from fachkraft_share.member.directory import refresh_due
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import NOTIFY
from fachkraft_share.member.records import Parked
from fachkraft_share.ports.client import NodeBusyError, Page
from fachkraft_share.ports.progress import Progress, Tell, silent
from fachkraft_share.protocol.closing import CLOSURES

RESYNC = frozenset({"history", "quarantine"})
NO_ROOM = "no-room"  # code of a full disk


@attrs.frozen
class SyncReport:
    """What one synchronisation did; `problems` are codes, nothing personal."""

    received: int = 0
    sent: int = 0
    tasks: int = 0
    parked: int = 0
    waiting: int = 0
    list_number: int = 0
    online: bool = True
    shown: int = 0  # items sent to websites or taken from them
    problems: tuple[str, ...] = ()


@attrs.define
class _Count:
    received: int = 0
    sent: int = 0
    tasks: int = 0
    shown: int = 0
    problems: list[str] = attrs.field(factory=list)


def sync(engine: Engine, *, wait: int = 0, tell: Tell = silent) -> SyncReport:
    """Send, receive and do what is due, until nothing is left for the moment.

    An unreachable node is no error: what can be done without it is done, the rest waits. On a full
    disk only closures are heard and only what they end is erased.

    Raises:
        BusyError: another process synchronises this member.
    """
    count = _Count()
    cramped = engine.cramped()
    with engine.lease.held():
        resync.replay(engine)
        expiring.expire_due(engine)
        erasing.recall(engine)
        online = (
            _end_only(engine, count) if cramped else _exchange(engine, count, wait=wait, tell=tell)
        )
        if not online:
            _work(engine, count, cramped=cramped)
        _show(engine, count, cramped=cramped)
        if not cramped:
            telling.run(engine)
            if digest.owe(engine):  # who synchronises once a night is told tonight
                tasks.run_due(engine, kinds=(NOTIFY,))
            housekeeping.run(engine)
        resync.note_journal(engine)
    return _report(engine, count, online=online)


def _end_only(engine: Engine, count: _Count) -> bool:
    """Hear closures, erase, and send what says so: the room that is left is for this."""
    count.problems.append(NO_ROOM)
    try:
        page = engine.client.poll(polling.cursors(engine))
        heard = {CLOSURES: page.next.get(CLOSURES)}
        count.received += polling.take(engine, attrs.evolve(page, events=(), next=heard))
        _work(engine, count, cramped=True)
        _send(engine, count)
    except (TemporaryError, RefusedError, WireError, SetupError) as error:  # all keys have ended
        count.problems.append(tasks.code_of(error))
        return False
    return True


def _exchange(engine: Engine, count: _Count, *, wait: int, tell: Tell) -> bool:
    try:
        _refresh(engine, count)
        resync.pass_on(engine)
        if resync.needed(engine):
            resync.run(engine)
        for _ in range(limits.SYNC_ROUNDS):
            moved = _send(engine, count)
            moved += _receive(engine, count, wait=wait if not moved else 0)
            moved += _work(engine, count)
            moved += _send(engine, count)
            tell(Progress("messages and tasks", count.received + count.sent + count.tasks))
            if not moved:
                resync.caught_up(engine)
                official.refresh(engine)
                return True
            wait = 0
            engine.lease.renew()
    except (TemporaryError, RefusedError, WireError, SetupError) as error:  # all keys have ended
        count.problems.append(tasks.code_of(error))
        return False
    return True


def _refresh(engine: Engine, count: _Count) -> None:
    directory, at = engine.directories.now(), engine.now()
    if not refresh_due(directory, at=at):
        return
    if not directory.fresh(at=at):
        resync.long_away(engine)
    try:
        engine.refresh_lists()
    except TemporaryError:
        raise
    except FachkraftShareError as error:
        count.problems.append(tasks.code_of(error))


def _send(engine: Engine, count: _Count) -> int:
    sent = outbox.send_due(engine)
    count.sent += sent.taken
    count.problems += sent.codes
    return sent.taken


def _receive(engine: Engine, count: _Count, *, wait: int) -> int:
    """Take one answer; a list that came is news, too: what was heard before it came is asked again.

    Only so do all ends that a fresh list speaks for arrive before anything is shown by it.
    """
    page = _poll(engine, wait=wait)
    outbox.node_answered(engine)
    received = polling.take(engine, page)
    resync.answer_debts(engine, page.status.owes)
    count.received += received
    newest = engine.directories.now().newest
    listed = 0
    if newest is None or page.status.list > newest.name.number:
        listed = _renew_lists(engine, count)
    elif listed := engine.refresh_partners(page.status.partners):
        polling.retry_parked(engine, everything=True)
    polling.retry_parked(engine)
    return received + listed


def _renew_lists(engine: Engine, count: _Count) -> int:
    try:
        engine.refresh_lists()
        polling.retry_parked(engine, everything=True)
    except TemporaryError:
        raise
    except FachkraftShareError as error:
        count.problems.append(tasks.code_of(error))
        return 0
    return 1


def _poll(engine: Engine, *, wait: int) -> Page:
    try:
        return engine.client.poll(polling.cursors(engine), wait=wait)
    except (RefusedError, NodeBusyError) as error:
        if error.code not in RESYNC:
            raise
    resync.run(engine)
    return engine.client.poll(polling.cursors(engine))


def _work(engine: Engine, count: _Count, *, cramped: bool = False) -> int:
    done = tasks.run_due(engine, kinds=tasks.ENDING if cramped else tasks.ORDER)
    count.tasks += done
    return done


def _show(engine: Engine, count: _Count, *, cramped: bool) -> None:
    done = showing.run(engine, cramped=cramped)
    count.shown += done.items
    count.problems += done.problems


def _report(engine: Engine, count: _Count, *, online: bool) -> SyncReport:
    newest = engine.directories.now().newest
    with engine.store.begin(write=False) as transaction:
        parked = len(transaction.every(Parked))
        waiting = outbox.waiting(transaction)
    return SyncReport(
        received=count.received,
        sent=count.sent,
        tasks=count.tasks,
        parked=parked,
        waiting=waiting,
        list_number=newest.name.number if newest else 0,
        online=online,
        shown=count.shown,
        problems=tuple(count.problems),
    )

"""What is owed after a commit: one due task after the other, erasing first, each until it succeeds.

Every task is keyed and may be done twice. One that cannot succeed by itself becomes a trouble.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    BusyError,
    ConsentError,
    FachkraftShareError,
    RefusedError,
    SetupError,
    StateError,
    TemporaryError,
    WireError,
)
from fachkraft_share.member import (
    disclose,
    erasing,
    fetch,
    file,
    matching,
    notifying,
    present,
    refresh,
    rereading,
)
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import NOTIFY
from fachkraft_share.member.polling import CURABLE
from fachkraft_share.member.records import Trouble
from fachkraft_share.ports.backoff import next_try
from fachkraft_share.protocol.records import Task

Many = Callable[[Engine, Sequence[Task]], None]
Single = Callable[[Engine, Task], None]

BATCHED: Final[dict[str, Many]] = {
    erasing.ERASE: erasing.run,
    erasing.EXPIRE: erasing.run,
    "match": matching.run,
}
SINGLE: Final[dict[str, Single]] = {
    "refresh": refresh.run,
    "present": present.run,
    "disclose": disclose.run,
    "fetch": fetch.run,
    "file": file.run,
    NOTIFY: notifying.run,
    rereading.READ: rereading.run,
}
ORDER: Final = (*BATCHED, *SINGLE)
# What a node says of a request that was spoilt on its way to it: sent anew it may arrive whole.
SPOILT: Final = frozenset({"malformed", "operation", "unauthenticated", "media-type", "method"})
ENDING: Final = (erasing.ERASE, erasing.EXPIRE)  # what is done even on a full disk


def run_due(engine: Engine, *, kinds: Sequence[str] = ORDER) -> int:
    """Do what is due of these kinds once; return how many tasks were tried."""
    at = engine.now()
    some: dict[str, Any] = {} if kinds == ORDER else {"kind": tuple(kinds)}
    with engine.store.begin(write=False) as transaction:
        due = transaction.every(Task, until=("next_at", at), limit=limits.APPLY_BATCH, **some)
    for kind in kinds:
        mine = [task for task in due if task.kind == kind]
        if kind in BATCHED:
            _run_batch(engine, mine, BATCHED[kind])
        else:
            for task in mine:
                _run_one(engine, task, SINGLE[kind])
    return len(due)


def _run_batch(engine: Engine, tasks: Sequence[Task], run: Many) -> None:
    if not tasks:
        return
    try:
        run(engine, tasks[: limits.RECEIPT_ITEMS])
    except (BusyError, SetupError) as error:  # without a key what is erased cannot be signed for
        for task in tasks:
            _again(engine, task, code_of(error))


def _run_one(engine: Engine, task: Task, run: Single) -> None:
    try:
        run(engine, task)
    except FachkraftShareError as error:
        _failed(engine, task, error)
        return
    with engine.store.begin() as transaction:
        if transaction.get(Task, *task.key) == task:
            transaction.drop(Task, *task.key)
        transaction.drop(Trouble, task.kind, task.about)


def _failed(engine: Engine, task: Task, error: FachkraftShareError) -> None:
    code = code_of(error)
    if not isinstance(error, TemporaryError | StateError):
        engine.complain(task.kind, task.about, code)
    if _final(error):
        with engine.store.begin() as transaction:
            transaction.drop(Task, *task.key)
        return
    _again(engine, task, code, least=getattr(error, "retry_after", 0))


def _final(error: FachkraftShareError) -> bool:
    if isinstance(error, ConsentError):
        return error.code not in CURABLE
    if isinstance(error, RefusedError):
        return error.code not in SPOILT and not error.code.startswith("http-")
    return isinstance(error, WireError)


def _again(engine: Engine, task: Task, code: str, *, least: int = 0) -> None:
    at = engine.now()
    later = max(next_try(task.tries, at=at, ids=engine.runtime.ids), at + least)
    with engine.store.begin() as transaction:
        if transaction.get(Task, *task.key) == task:
            transaction.put(attrs.evolve(task, next_at=later, tries=task.tries + 1))
            if task.tries >= limits.TRIES_UNTIL_TROUBLE:
                transaction.put(Trouble(task.kind, task.about, code, at))


def code_of(error: FachkraftShareError) -> str:
    """Return a stable code for an error, without its text."""
    if isinstance(error, RefusedError):
        return error.code
    return type(error).__name__.removesuffix("Error").lower()

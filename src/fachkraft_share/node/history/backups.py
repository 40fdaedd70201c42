"""A node's backup in three parts, and a folder made anew from one.

1. State, keys (with the settings) and journal are folders of their own. The state is copied first:
   the journal may only be newer than it.
2. A database elsewhere is dumped and brought back by its own tools, before this.
3. Only the journal of the lost machine itself is known to be the newest. With a copy of it, or with
   none, the node hears every member before it serves again: what came later is known to them only.
4. The settings are written last: before that it is no node's folder, and nobody can open it.
"""

from pathlib import Path

import attrs
import sqlalchemy as sa

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.node.folder import (
    JOURNAL,
    KEYS,
    PLACE,
    RECORDS,
    SETTINGS,
    STATE,
    journal_of,
    make_folders,
    node_runtime,
)
from fachkraft_share.node.history.quarantine import begin_epoch, enter
from fachkraft_share.node.history.restart import MARK
from fachkraft_share.node.keys import read_secret
from fachkraft_share.node.records import Kept
from fachkraft_share.node.settings import Settings, read_settings
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports import backup as parts
from fachkraft_share.ports.place import mark_of
from fachkraft_share.ports.progress import Tell, silent, stages
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.wire.encoding import b64

KIND = "node"


@attrs.frozen
class Restored:
    """What was restored, and whether the node starts by hearing every member."""

    id: str
    quarantine: bool


def backup(folder: Path, target: Path, *, tell: Tell = silent) -> tuple[Path, ...]:
    """Write a new folder with the three parts; return the files. The node may be running.

    Raises:
        SetupError: the target is there already.
    """
    settings = read_settings(folder / SETTINGS)
    if target.exists():
        raise SetupError(f"{target.name}: is there already; name a new folder")
    for part in parts.PARTS:
        (target / part).mkdir(mode=0o700, parents=True)
    stage = stages(tell, ("state", "keys", "journal", "manifests"))
    next(stage)
    path = _state_of(folder, settings)
    if path is not None:
        _copy_state(path, target / parts.STATE / STATE.name)
    next(stage)
    for name in (SETTINGS, KEYS):
        read_secret(folder / name)  # refuses what others could have read
        parts.copy(folder / name, target / parts.KEYS / name)
    next(stage)
    journal = journal_of(folder, settings)
    if journal.exists():
        parts.copy(journal, target / parts.JOURNAL / JOURNAL.name)
    next(stage)
    at = node_runtime().clock.now()
    for part in parts.PARTS:
        parts.seal(target, part=part, kind=KIND, of=settings.id, at=at)
    parts.note((folder / STATE).parent, at=at)
    next(stage)
    return tuple(path for path in sorted(target.rglob("*")) if path.is_file())


def _copy_state(path: Path, target: Path) -> None:
    store = SqlStore(f"sqlite:///{path}", more=RECORDS)
    try:
        store.copy_to(target)
    finally:
        store.close()


def _state_of(folder: Path, settings: Settings) -> Path | None:
    """Return the database's file, None if a server keeps it."""
    if not settings.database:
        return folder / STATE
    url = sa.make_url(settings.database)
    local = url.get_backend_name() == "sqlite" and url.database
    return Path(url.database or "") if local else None


def restore(
    folder: Path,
    source: Path,
    *,
    journal: Path | None = None,
    runtime: Runtime | None = None,
    tell: Tell = silent,
) -> Restored:
    """Make a node's folder from a backup; `journal` is the lost machine's own.

    Raises:
        SetupError: no whole backup, a journal that does not continue its own, or something of the
            node is there already.
    """
    if (folder / SETTINGS).exists():
        raise SetupError(f"{folder.name}: is a node's already; restore into a new folder")
    stage = stages(tell, ("manifests", "state", "journal", "opening"))
    next(stage)
    found = parts.check(source, kind=KIND)
    settings = read_settings(source / parts.KEYS / SETTINGS)
    own, target = source / parts.JOURNAL / JOURNAL.name, journal_of(folder, settings)
    newest = journal or (target if target.exists() else None)
    if newest is not None:
        parts.demand_newer(newest, own)
    next(stage)
    make_folders(folder)
    _bring_back(source, folder, settings=settings)
    next(stage)
    if newest != target and (newest or own).exists():
        parts.copy(newest or own, target)
    trusted = newest is not None and not parts.is_copy(newest)
    next(stage)
    _begin(folder, settings, trusted=trusted, runtime=runtime or node_runtime())
    parts.copy(source / parts.KEYS / SETTINGS, folder / SETTINGS)
    next(stage)
    return Restored(found[parts.STATE].of, quarantine=not trusted)


def _bring_back(source: Path, folder: Path, *, settings: Settings) -> None:
    state, path = source / parts.STATE / STATE.name, _state_of(folder, settings)
    if path is not None:
        if not state.exists():
            raise SetupError(f"{source.name}: holds no database; was it a node on PostgreSQL?")
        parts.copy(state, path)
    parts.copy(source / parts.KEYS / KEYS, folder / KEYS)


def _begin(folder: Path, settings: Settings, *, trusted: bool, runtime: Runtime) -> None:
    """Begin a new epoch, so that every reader resynchronises, before anybody can open the node.

    Without a journal to trust it enters the quarantine, too.
    """
    store = SqlStore(settings.database or f"sqlite:///{folder / STATE}", more=RECORDS)
    try:
        with store.begin() as transaction:
            transaction.put(Kept(PLACE, mark_of((folder / STATE).parent)))
            begin_epoch(transaction, b64(runtime.ids.random(limits.ID_BYTES)))
            if not trusted:
                enter(transaction, since=runtime.clock.now())
                transaction.drop(Kept, MARK)
    finally:
        store.close()

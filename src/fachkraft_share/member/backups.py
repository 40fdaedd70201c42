"""A member's backup in three parts, and a folder made anew from one.

1. The parts lie apart: state may be kept long, keys (and settings, which may name passwords) at
   most 7 days, of the journal only the newest counts (design § 6.6, § 6.7).
2. The state is copied first: keys and journal may only be newer than it.
3. A restored folder stands in quarantine before it can be opened: its settings are written last.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.member import resync
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.folder import (
    CONFIG,
    IDENTITY,
    JOURNAL,
    KEYS,
    STATE,
    make_folders,
    open_engine,
    settings_of,
)
from fachkraft_share.member.records import RECORDS
from fachkraft_share.member.store import SqliteStore
from fachkraft_share.ports import backup as parts
from fachkraft_share.ports.progress import Tell, silent, stages
from fachkraft_share.ports.runtime import Runtime

KIND = "member"


def backup(folder: Path, target: Path, *, at: int, tell: Tell = silent) -> None:
    """Copy state, keys and journal into three folders below `target`; the member may be running.

    Raises:
        SetupError: the target is not empty, or no member's folder is given.
    """
    settings = settings_of(folder)
    if target.exists() and any(target.iterdir()):
        raise SetupError("the backup's folder must be new or empty")
    for part in parts.PARTS:
        (target / part).mkdir(mode=0o700, parents=True)
    stage = stages(tell, ("state", "keys", "journal", "manifests"))
    next(stage)
    with closing(SqliteStore(folder / STATE, more=RECORDS)) as store:
        store.copy_to(target / parts.STATE / STATE.name)
    next(stage)
    _copy_database(folder / KEYS, target / parts.KEYS / KEYS.name)
    for path in (IDENTITY, Path(CONFIG)):
        parts.copy(folder / path, target / parts.KEYS / path.name)
    next(stage)
    if (folder / JOURNAL).exists():
        parts.copy(folder / JOURNAL, target / parts.JOURNAL / JOURNAL.name)
    next(stage)
    for part in parts.PARTS:
        parts.seal(target, part=part, kind=KIND, of=settings.id, at=at)
    parts.note((folder / STATE).parent, at=at)
    next(stage)


def owner_of(source: Path) -> str:
    """Return whose backup it is, after checking that it is whole and undamaged.

    Raises:
        SetupError: it is not.
    """
    return parts.check(source, kind=KIND)[parts.STATE].of


def restore(
    source: Path,
    folder: Path,
    *,
    journal: Path | None = None,
    runtime: Runtime,
    tell: Tell = silent,
) -> Engine:
    """Make a member's folder from a backup, in quarantine until its peers were heard.

    `journal` is the newest journal there is; without it that of the backup must do, and the peers'
    tombstones make up for the rest.

    Raises:
        SetupError: no whole backup, a journal that does not continue its own, or the folder is in
            use.
    """
    stage = stages(tell, ("manifests", "state", "keys", "journal", "opening"))
    next(stage)
    owner_of(source)
    own = source / parts.JOURNAL / JOURNAL.name
    if journal is not None:
        parts.demand_newer(journal, own)
    if folder.exists() and any(folder.iterdir()):
        raise SetupError("the folder must be new or empty; move the old one away first")
    make_folders(folder)
    next(stage)
    parts.copy(source / parts.STATE / STATE.name, folder / STATE)
    next(stage)
    for path in (KEYS, IDENTITY):
        parts.copy(source / parts.KEYS / path.name, folder / path)
    next(stage)
    newest = journal or own
    if newest.exists():
        parts.copy(newest, folder / JOURNAL)
    with closing(SqliteStore(folder / STATE, more=RECORDS)) as store:
        resync.mark_restored(store, at=runtime.clock.now())  # before anybody can open it
    parts.copy(source / parts.KEYS / CONFIG, folder / CONFIG)
    next(stage)
    made = open_engine(folder, runtime=runtime)
    next(stage)
    return made


def _copy_database(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source, timeout=limits.HTTP_TIMEOUT[0])) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        target.chmod(0o600)
        old.backup(new)

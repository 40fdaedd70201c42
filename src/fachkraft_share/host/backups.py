"""Backups of all firms and of the host itself, and a host's folder made anew from one.

1. Each firm's three parts are those of any member (`firms/<firm>/state`, `keys`, `journal`): they
   have different lives (design § 6.6).
2. What the host keeps beside a firm holds no key: what people entered is unreadable without the
   firm's part `keys`.
3. What a firm's own sign-in provider was told lies apart (`login`), for it holds a secret.
"""

from contextlib import closing
from pathlib import Path

from fachkraft_share.errors import SetupError
from fachkraft_share.host.folder import BESIDE, FIRMS, SETTINGS, STATE, open_host
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.providing import FILE
from fachkraft_share.host.records import BESIDE_RECORDS
from fachkraft_share.member import backups
from fachkraft_share.member.store import SqliteStore
from fachkraft_share.ports import backup as parts
from fachkraft_share.ports.runtime import Runtime

OWN, BY, WAYS = Path("host"), Path("beside"), Path("login")


def backup(opened: Opened, target: Path) -> tuple[str, ...]:
    """Copy every firm and the host itself below a new folder; return the firms' short names.

    Raises:
        SetupError: the target is not empty.
    """
    host = opened.host
    if target.exists() and any(target.iterdir()):
        raise SetupError("the backup's folder must be new or empty")
    (target / OWN).mkdir(mode=0o700, parents=True)
    host.store.copy_to(target / OWN / STATE.name)
    names = tuple(one.slug for one in host.firms())
    for slug in names:
        source, folder = host.folder_of(slug), target / FIRMS / slug
        backups.backup(source, folder, at=host.now())
        (folder / BY).mkdir(mode=0o700)
        with closing(SqliteStore(source / BESIDE, more=BESIDE_RECORDS)) as beside:
            beside.copy_to(folder / BY / BESIDE.name)
        if (source / FILE).exists():
            (folder / WAYS).mkdir(mode=0o700)
            parts.copy(source / FILE, folder / WAYS / FILE)
    parts.copy(host.folder / SETTINGS, target / OWN / SETTINGS)  # last: half a backup has none
    return names


def restore(source: Path, folder: Path, *, runtime: Runtime) -> tuple[str, ...]:
    """Make a host's folder from a backup; each firm is in quarantine until its node was heard.

    Raises:
        SetupError: no whole backup, or the folder is in use.
    """
    if not (source / OWN / SETTINGS).is_file():
        raise SetupError("half a backup: host/host.toml is missing or it broke off; take another")
    if folder.exists() and any(folder.iterdir()):
        raise SetupError("the folder must be new or empty; move the old one away first")
    for path in (folder, folder / STATE.parent, folder / FIRMS):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts.copy(source / OWN / STATE.name, folder / STATE)
    found = sorted((source / FIRMS).iterdir()) if (source / FIRMS).is_dir() else []
    for one in found:
        member = backups.restore(one, folder / FIRMS / one.name, runtime=runtime)
        _close(member)
        parts.copy(one / BY / BESIDE.name, folder / FIRMS / one.name / BESIDE)
        if (one / WAYS / FILE).exists():
            parts.copy(one / WAYS / FILE, folder / FIRMS / one.name / FILE)
    parts.copy(source / OWN / SETTINGS, folder / SETTINGS)
    open_host(folder, runtime=runtime).close()
    return tuple(one.name for one in found)


def _close(engine: object) -> None:
    for part in ("store", "keys"):
        getattr(engine, part).close()

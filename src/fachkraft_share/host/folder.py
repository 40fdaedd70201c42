"""One folder is one host: its settings, its store, and a member's folder for each firm.

1. Every firm has its own keys and its own store below `firms/`; nothing is shared among them.
2. What the host itself keeps of a firm (logins, contract) lies in a store beside the engine's.
3. A host is never made within a node's folder, nor a node's around it.
"""

import os
import re
import shutil
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, SetupError
from fachkraft_share.host.records import HOST_RECORDS, FirmRow, FirmState
from fachkraft_share.host.settings import Settings, read_settings, write_settings
from fachkraft_share.member import Member
from fachkraft_share.member.folder import CONFIG, write_private
from fachkraft_share.member.machine import real_runtime
from fachkraft_share.member.store import SqliteStore
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.rules.folding import fold

SETTINGS = "host.toml"
NODE = "node.toml"
STATE = Path("state") / "host.db"
FIRMS = Path("firms")
BESIDE = Path("state") / "beside.db"  # of one firm: what is the host's, not the engine's
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def init(folder: Path, settings: Settings) -> "Host":
    """Make a host's folder.

    Raises:
        SetupError: something is there already, or it belongs to a node or a member.
    """
    demand_apart(folder)
    if (folder / SETTINGS).exists():
        raise SetupError(f"{SETTINGS}: is there already; choose another folder")
    for path in (folder, folder / STATE.parent, folder / FIRMS):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / SETTINGS, write_settings(settings).encode("utf-8"))
    return open_host(folder)


def open_host(folder: Path, *, runtime: Runtime | None = None) -> "Host":
    """Open a host's folder.

    Raises:
        SetupError: it is none, readable by others, or within a node's.
        StoreError: its store cannot be used.
    """
    settings = read_settings(folder / SETTINGS)
    demand_apart(folder)
    if os.name == "posix" and (folder / SETTINGS).stat().st_mode & 0o077:
        raise SetupError(f"{SETTINGS}: readable by others; run: chmod 600 on it")
    store = SqliteStore(folder / STATE, more=HOST_RECORDS)
    return Host(folder, settings, store, runtime or real_runtime())


def demand_apart(folder: Path) -> None:
    """Refuse a place where a node or a member lives: other keys, other user (design § 9)."""
    here = folder.resolve()
    inner = here.iterdir() if here.is_dir() else ()
    for path in (here, *here.parents, *(one for one in inner if one.is_dir())):
        if (path / NODE).exists():
            raise SetupError(f"{path.name}: is a node's folder; a host has a place and user apart")
    if (here / CONFIG).exists():
        raise SetupError(f"{here.name}: is a member's folder; a host needs one of its own")


@attrs.define(eq=False)
class Host:
    """One host: who its firms are and where each lies."""

    folder: Path
    settings: Settings
    store: SqliteStore
    runtime: Runtime

    def now(self) -> int:
        """Return the moment."""
        return self.runtime.clock.now()

    def firms(self) -> tuple[FirmRow, ...]:
        """Return the firms by short name."""
        with self.store.begin(write=False) as transaction:
            return transaction.every(FirmRow)

    def firm(self, slug: str) -> FirmRow:
        """Return a firm.

        Raises:
            RefusedError: `not-found`.
        """
        with self.store.begin(write=False) as transaction:
            found = transaction.get(FirmRow, slug)
        if found is None:
            raise RefusedError("not-found", "no firm has this short name; see `host list`")
        return found

    def folder_of(self, slug: str) -> Path:
        """Return where a firm's engine lies."""
        return self.folder / FIRMS / slug

    def add(self, code: str, *, id: str, name: str, slug: str = "", **stated: Any) -> FirmRow:
        """Let a firm join with its one-time code, into a folder of its own.

        After a failure, call it again: its keys are made once.

        Raises:
            SetupError: not a code, a short name that is taken, or too many firms.
            RefusedError: the node did not take the application.
            TemporaryError: the node cannot be reached.
        """
        chosen = slug or slug_of(name)
        self._demand_free(chosen, id)
        folder = self.folder_of(chosen)
        if not (folder / CONFIG).exists():  # a try before may have come so far
            joined = {"id": id, "name": name, "runtime": self.runtime, **stated}
            Member.join(folder, code, **joined).close_files()
        row = FirmRow(chosen, id, name, FirmState.ACTIVE, self.now())
        with self.store.begin() as transaction:
            transaction.put(row)
        return row

    def _demand_free(self, slug: str, id: str) -> None:
        if not _SLUG.fullmatch(slug):
            raise SetupError(f"{slug!r}: a short name is of letters a-z, digits and dashes")
        firms = self.firms()
        if len(firms) >= limits.HOST_FIRMS:
            raise SetupError(f"a host has at most {limits.HOST_FIRMS} firms; set up another one")
        if any(slug == one.slug or id == one.id for one in firms):
            raise SetupError("this firm, or one of this short name, is here already; give --slug")

    def set_state(self, slug: str, state: FirmState) -> FirmRow:
        """Suspend a firm or take it back; withdrawals reach it all the same."""
        changed = attrs.evolve(self.firm(slug), state=state)
        with self.store.begin() as transaction:
            transaction.put(changed)
        return changed

    def forget(self, slug: str) -> None:
        """Delete a firm's folder with its keys; see `leaving` for what must be done before."""
        self.firm(slug)
        with self.store.begin() as transaction:
            transaction.drop(FirmRow, slug)
        shutil.rmtree(self.folder_of(slug))

    def close(self) -> None:
        """Close the store's files."""
        self.store.close()


def slug_of(name: str) -> str:
    """Return a short name made from a name: `Müller & Söhne GmbH` is `mueller-soehne-gmbh`."""
    words = re.findall(r"[a-z0-9]+", fold(name))
    return "-".join(words)[:40].strip("-")

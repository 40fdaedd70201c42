"""One data directory is one member: make it, open it.

State, keys and journal lie apart: `state/`, `keys/`, `journal/`; each file is its owner's only.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.member import official, resync
from fachkraft_share.member.connecting import all_connected, applicant_systems, websites
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.identity import Identity, new_identity, read_identity, write_identity
from fachkraft_share.member.joining import (
    JoinCode,
    Newcomer,
    application_of,
    ask_node,
    join,
    read_code,
)
from fachkraft_share.member.participants import (
    AdapterParticipant,
    FilesParticipant,
    StoreParticipant,
)
from fachkraft_share.member.plugged import heard, note
from fachkraft_share.member.records import RECORDS
from fachkraft_share.member.settings import Settings, read_settings, write_settings
from fachkraft_share.member.shelf import FolderShelf
from fachkraft_share.member.store import SqliteKeys, SqliteStore
from fachkraft_share.member.websites import SiteParticipant
from fachkraft_share.plugins.asking import Failure, Plugins
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.client import WellKnown
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.ports.place import mark_of
from fachkraft_share.ports.reserve import Reserve
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.ports.tables import read_list
from fachkraft_share.rules.terms import extended
from fachkraft_share.rules.vocabulary import Vocabulary, shipped

CONFIG = "config.toml"
STATE = Path("state") / "state.db"
KEYS = Path("keys") / "keys.db"
IDENTITY = Path("keys") / "identity.json"
APPLICATION = Path("keys") / "application.jwt"  # only until the node has taken it
JOURNAL = Path("journal") / "journal.jsonl"
FILES = Path("files")
LISTS = Path("vocabulary")  # official lists that were fetched
RESERVE = Path("state") / "reserve"


def create(
    folder: Path,
    code: str,
    newcomer: Newcomer,
    *,
    notice: str = "",
    contact: str = "",
    runtime: Runtime,
) -> Engine:
    """Join with a one-time code and make the folder; after a failure, call it again.

    Raises:
        SetupError: not a code, or the folder is a member's already.
        RefusedError: the node did not take the application.
        TemporaryError: the node cannot be reached.
    """
    if (folder / CONFIG).exists():
        raise SetupError("this folder is a member's already; choose another one")
    found = read_code(code)
    make_folders(folder)
    identity = _identity_of(folder, newcomer.id, runtime=runtime)
    node = ask_node(found, runtime=runtime, identity=identity)
    settings = _settings(newcomer, found, node=node, notice=notice, contact=contact)
    application = _application(folder, newcomer, identity=identity, runtime=runtime)
    join(application, found, identity=identity, runtime=runtime, settings=settings)
    write_private(folder / CONFIG, write_settings(settings).encode())
    (folder / APPLICATION).unlink(missing_ok=True)
    engine = open_engine(folder, runtime=runtime)
    engine.refresh_lists()
    return engine


def _settings(
    newcomer: Newcomer, code: JoinCode, *, node: WellKnown, notice: str, contact: str
) -> Settings:
    return Settings(
        id=newcomer.id,
        name=newcomer.name,
        node=node.node,
        url=code.u,
        authority=code.a,
        root=code.r,
        notice=notice,
        contact=contact or newcomer.support,
        region=node.region,
        k=node.k,
    )


def _identity_of(folder: Path, organisation: str, *, runtime: Runtime) -> Identity:
    """Return the identity an earlier try made, or make one: keys are made once."""
    path = folder / IDENTITY
    if path.exists():
        found = read_identity(path.read_bytes())
        if found.organisation == organisation:
            return found
        raise SetupError("this folder holds another organisation's keys; choose another one")
    identity = new_identity(organisation, runtime=runtime)
    write_private(path, write_identity(identity))
    return identity


def _application(folder: Path, newcomer: Newcomer, *, identity: Identity, runtime: Runtime) -> str:
    """Return the application an earlier try handed in: the node takes a code once, for one."""
    path = folder / APPLICATION
    if path.exists():
        return path.read_text(encoding="ascii")
    application = application_of(newcomer, identity=identity, runtime=runtime)
    write_private(path, application.encode())
    return application


def open_engine(
    folder: Path,
    *,
    runtime: Runtime,
    vocabulary: Vocabulary | None = None,
    adapters: Mapping[str, Adapter] | None = None,
    plugins: Plugins | None = None,
) -> Engine:
    """Open a member's folder and replay its journal; without `plugins` the installed are loaded.

    Raises:
        SetupError: no member's folder, readable by others, or a named adapter or list is missing.
    """
    settings = settings_of(folder)
    for path in (folder / CONFIG, folder / IDENTITY):
        _check_private(path)
    reserve = Reserve(folder / RESERVE)
    reserve.cramped()  # on a full disk the stores cannot even be opened without it
    plugins = plugins or load_plugins(only=settings.plugins)
    systems = adapters if adapters is not None else all_connected(settings, plugins=plugins)
    engine = Engine(
        runtime=runtime,
        settings=settings,
        identity=read_identity((folder / IDENTITY).read_bytes()),
        store=SqliteStore(folder / STATE, more=RECORDS),
        journal=FileJournal(folder / JOURNAL),
        keys=SqliteKeys(folder / KEYS, random=runtime.ids.random),
        vocabulary=vocabulary,
        read_words=official.words,
        own_lists=_own_lists(folder, settings) if vocabulary is None else {},
        shelf=FolderShelf(folder / LISTS),
        plugins=plugins,
        adapters=applicant_systems(systems),
        sites=websites(systems),
        save_identity=lambda identity: write_private(folder / IDENTITY, write_identity(identity)),
        cramped=reserve.cramped,
    )
    register(engine, files=folder / FILES)
    add_plugins(engine)
    official.reload(engine)
    _read_own_lists(engine)
    resync.replay(engine)
    resync.notice_copy(engine, mark_of((folder / STATE).parent))
    return engine


def add_plugins(engine: Engine) -> None:
    """Let the plugins' participants take part in erasures, and put their words beside ours."""
    plugins = engine.plugins
    for failure in plugins.adapters().failures:
        note(engine, failure)
    participants = heard(engine, plugins.erasure_participants())
    engine.remember(*(one for _, one in participants))
    terms = heard(engine, plugins.vocabularies())
    engine.terms = tuple(term for _, term in terms)
    engine.forget_words()
    _, unfit = extended(shipped(), engine.terms)  # what fits is the same whatever is loaded
    for plugin, term in terms:
        if term in unfit:
            note(engine, Failure(plugin, "vocabularies", "a term does not fit: see its code"))


def _own_lists(folder: Path, settings: Settings) -> dict[str, bytes]:
    """Return the official lists whose paths are set; raise SetupError if one is not there."""
    return {name: read_list(folder / path) for name, path in settings.tables.items()}


def _read_own_lists(engine: Engine) -> None:
    """Read the vocabulary at once where a list of the member's own may be wrong.

    Raises:
        SetupError: it is not the list it should be.
    """
    try:
        if engine.own_lists:
            _ = engine.vocabulary
    except MalformedError as error:
        name, _, why = str(error).partition(": ")
        raise SetupError(f"{Path(engine.settings.tables[name]).name}: {why}") from error


def register(engine: Engine, *, files: Path | None = None) -> None:
    """Let the engine's own stores, its files and its adapters take part in every erasure."""
    engine.remember(StoreParticipant(engine.store, engine.keys))
    if files is not None:
        engine.remember(FilesParticipant(files))
    engine.remember(*(AdapterParticipant(one, engine.store) for one in engine.adapters.values()))
    engine.remember(*(SiteParticipant(one, engine.store) for one in engine.sites.values()))


def settings_of(folder: Path) -> Settings:
    """Return the folder's settings; raise SetupError if it is no member's folder."""
    path = folder / CONFIG
    if not path.is_file():
        raise SetupError("no member's folder; join first: fachkraft-share join CODE")
    return read_settings(path.read_text(encoding="utf-8"))


def allowed_plugins(folder: Path) -> tuple[str, ...] | None:
    """Return which plugins the settings name; None, all of them, while they cannot be read."""
    try:
        return settings_of(folder).plugins
    except SetupError:
        return None


def save_settings(folder: Path, settings: Settings) -> None:
    """Write the folder's settings."""
    write_private(folder / CONFIG, write_settings(settings).encode())


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def make_folders(folder: Path) -> None:
    """Make the folder and those below it, for their owner only."""
    parts: Iterable[Path] = (STATE.parent, KEYS.parent, JOURNAL.parent, FILES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in parts:
        (folder / part).mkdir(mode=0o700, exist_ok=True)


def _check_private(path: Path) -> None:
    if not path.is_file():
        raise SetupError(f"{path.name}: missing; restore it from the backup of the keys")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SetupError(f"{path.name}: readable by others; run: chmod 600 on it")

"""One folder is one node: make it, open it.

1. The root key lies elsewhere, never in the folder: it belongs on a medium in a safe.
2. State, keys and journal are three files.
3. Nothing here is ever overwritten.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.node import records
from fachkraft_share.node.alliance.founding import found, renew_authority, root_key
from fachkraft_share.node.alliance.members import newest_number
from fachkraft_share.node.keys import make_keys, read_keys, read_secret, write_keys, write_secret
from fachkraft_share.node.neighbours import Neighbours
from fachkraft_share.node.records import Kept
from fachkraft_share.node.service import Node
from fachkraft_share.node.settings import Settings, read_settings
from fachkraft_share.node.settings_file import Founding, write_settings
from fachkraft_share.node.store import SqlStore
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.columns import records_of
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.ports.machine import SystemClock, SystemIds
from fachkraft_share.ports.place import mark_of
from fachkraft_share.ports.progress import Tell, silent
from fachkraft_share.ports.reserve import Reserve
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.protocol.profile_forms import REGION
from fachkraft_share.web.login import records as login
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.ids import check_organisation_id
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Standard, Suite

SETTINGS = "node.toml"
KEYS = "keys.json"
STATE = Path("state") / "node.db"
JOURNAL = Path("journal") / "journal.jsonl"
RESERVE = Path("state") / "reserve"
RECORDS = (*records_of(records), *records_of(login))
PLACE = "place"  # `Kept`: which folder this is
_PRIVATE = 0o700


def node_runtime(settings: Settings | None = None) -> Runtime:
    """Return this machine's clock, randomness, cryptography and way to partner nodes."""
    ca_file, proxy = (settings.ca_file, settings.proxy) if settings is not None else ("", "")
    transport = HttpTransport(ca_file=ca_file or None, proxy=proxy or None)
    return Runtime(SystemClock(), SystemIds(), Standard(), transport)


def init(folder: Path, founding: Founding, *, root: Path, runtime: Runtime | None = None) -> Node:
    """Make a new node's folder and its alliance; `root` is the file for the root key.

    Raises:
        SetupError: a name is not usable, or something of it is there already.
    """
    world = runtime or node_runtime()
    _check(founding)
    if (folder / SETTINGS).exists():
        raise SetupError(f"{SETTINGS}: is there already; choose another folder")
    if root.resolve().is_relative_to(folder.resolve()):
        raise SetupError("keep the root key outside the node's folder, on a medium of its own")
    _demand_empty(founding.database)
    key = root_key(world.ids.random(32), at=world.clock.now(), suite=world.sealer)
    write_secret(root, json.dumps({"authority": founding.authority, "root": b64(key.seed)}))
    make_folders(folder)
    write_keys(folder / KEYS, make_keys(world))
    write_secret(folder / SETTINGS, write_settings(founding, root=key.public(world.sealer).x))
    node = open_node(folder, runtime=world)
    found(node, root=key, authority_name=founding.authority_name or founding.authority)
    return node


def open_node(
    folder: Path,
    *,
    runtime: Runtime | None = None,
    environment: Mapping[str, str] = os.environ,
    backed_up: bool = False,
    tell: Tell = silent,
) -> Node:
    """Open a node's folder; replays its journal.

    Raises:
        SetupError: not a node's folder, incomplete, or readable by others.
        StoreError: the database or the journal cannot be used.
    """
    settings = read_settings(folder / SETTINGS, environment=environment)
    world = runtime or node_runtime(settings)
    keys = read_keys(folder / KEYS, suite=world.sealer)
    url = settings.database or f"sqlite:///{folder / STATE}"
    reserve = Reserve(folder / RESERVE)
    reserve.cramped()  # on a full disk the store cannot even be opened without it
    store = SqlStore(url, more=RECORDS, backed_up=backed_up, tell=tell)
    journal = FileJournal(journal_of(folder, settings))
    others = Neighbours(store.turn, store.settle)
    node = Node(
        world,
        store,
        journal,
        settings,
        keys,
        neighbours=others,
        cramped=reserve.cramped,
        plugins=load_plugins(only=settings.plugins),
    )
    if not settings.database:
        _notice_copy(node, folder)
    return node


def _notice_copy(node: Node, folder: Path) -> None:
    """Distrust a folder that was brought back by copying: state and journal are of one moment."""
    mark = mark_of((folder / STATE).parent)
    with node.exchange.store.begin(write=False) as transaction:
        kept = transaction.get(Kept, PLACE)
    if kept is not None and kept.value == mark:
        return
    if kept is not None:
        node.distrust()
    with node.exchange.store.begin() as transaction:
        transaction.put(Kept(PLACE, mark))


def journal_of(folder: Path, settings: Settings) -> Path:
    """Return where the journal lies."""
    return Path(settings.journal) if settings.journal else folder / JOURNAL


def read_root(path: Path, *, at: int, suite: Suite) -> PrivateKey:
    """Read the root key's file.

    Raises:
        SetupError: missing, damaged, or readable by others.
    """
    try:
        told = json.loads(read_secret(path))
        return root_key(unb64(told["root"], size=32), at=at, suite=suite)
    except (ValueError, KeyError, TypeError, MalformedError) as error:
        raise SetupError(f"{path.name}: not a root key file") from error


def renew_root_statement(folder: Path, *, root: Path, authority_name: str = "") -> None:
    """Let the root sign the online key anew; about once a year.

    Raises:
        SetupError: the root key is not this alliance's.
    """
    node = open_node(folder)
    key = own_root(node, root)
    renew_authority(node, root=key, authority_name=authority_name or authority_name_of(node))


def own_root(node: Node, path: Path) -> PrivateKey:
    """Read the root key's file of this very alliance.

    Raises:
        SetupError: not a root key's file, or of another alliance, or a root key that was left.
    """
    exchange = node.exchange
    suite = exchange.runtime.sealer
    key = read_root(path, at=exchange.now(), suite=suite)
    public, known = key.public(suite).x, exchange.directory()
    if public in known.past_roots:
        raise SetupError(f"{path.name}: a root key that was replaced; take the newest one")
    if public != known.root:
        raise SetupError(f"{path.name}: the root key of another alliance")
    return key


def authority_name_of(node: Node) -> str:
    """Return what the root calls the authority."""
    authority = node.exchange.settings.authority
    stated = node.exchange.directory().organisation(authority)
    return stated.name if stated else authority


def make_folders(folder: Path) -> None:
    """Make the folder and those below it, for their owner only."""
    try:
        for path in (folder, (folder / STATE).parent, (folder / JOURNAL).parent):
            path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"{folder.name}: cannot be made; check path and rights") from error


def _check(founding: Founding) -> None:
    try:
        check_organisation_id(founding.id)
        check_organisation_id(founding.authority)
    except MalformedError as error:
        raise SetupError("id and authority are HTTPS names such as https://node.example") from error
    if not REGION.fullmatch(founding.region):
        raise SetupError("region: name a postcode region (plz:38), a district (ags:03153) or de")
    if founding.id == founding.authority:
        raise SetupError("the node and its authority need different ids")


def _demand_empty(database: str) -> None:
    """Refuse a database that holds another node's alliance."""
    if not database:
        return
    store = SqlStore(database, more=RECORDS)
    try:
        with store.begin(write=False) as transaction:
            taken = newest_number(transaction) > 0
    finally:
        store.close()
    if taken:
        raise SetupError("the database holds a node's records already; name an empty one")

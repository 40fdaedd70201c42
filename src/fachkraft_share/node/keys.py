"""The node's own secrets: its signing key, the authority's online key, cursors, the operator."""

import json
import os
import tempfile
from pathlib import Path

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.keys import PrivateKey, signing_key
from fachkraft_share.wire.suite import Suite

_OWNER_ONLY = 0o600


@attrs.frozen
class NodeKeys:
    """What only this node knows; the root key is not among it."""

    node: PrivateKey  # signs what the node says
    online: PrivateKey  # signs member statements and lists for the authority
    cursor: bytes = attrs.field(repr=False)  # encrypts cursors
    operator: str = attrs.field(repr=False)  # token for the operator's pages


@attrs.frozen
class _Stored:
    node: str
    online: str
    cursor: str
    operator: str
    since: int
    online_since: int | None = None  # when it was replaced by itself


def make_keys(runtime: Runtime) -> NodeKeys:
    """Return fresh keys."""
    random = runtime.ids.random
    node, online, cursor, operator = (b64(random(32)) for _ in range(4))
    stored = _Stored(node, online, cursor, operator, runtime.clock.now())
    return _keys(stored, suite=runtime.sealer)


def with_new_online(keys: NodeKeys, *, runtime: Runtime) -> NodeKeys:
    """Return the keys with another online key."""
    return attrs.evolve(keys, online=make_keys(runtime).online)


def with_new_node(keys: NodeKeys, *, runtime: Runtime) -> NodeKeys:
    """Return the keys with another key of the node's own."""
    return attrs.evolve(keys, node=make_keys(runtime).node)


def write_keys(path: Path, keys: NodeKeys) -> None:
    """Write the keys to a new file that only its owner can read.

    Raises:
        SetupError: the file is there already.
    """
    write_secret(path, _written(keys))


def replace_keys(path: Path, keys: NodeKeys) -> None:
    """Write other keys in the place of those in the file, whole or not at all.

    Raises:
        SetupError: the file cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(_written(keys))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise SetupError(f"{path.name}: cannot be written; check disk and rights") from error


def _written(keys: NodeKeys) -> str:
    stored = _Stored(
        b64(keys.node.seed),
        b64(keys.online.seed),
        b64(keys.cursor),
        keys.operator,
        keys.node.not_before + limits.DAY,
        keys.online.not_before + limits.DAY,
    )
    return json.dumps(attrs.asdict(stored), indent=1)


def write_secret(path: Path, text: str) -> None:
    """Write text to a new file that only its owner can read.

    Raises:
        SetupError: the file is there already, or cannot be made.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError as error:
        raise SetupError(f"{path.name}: is there already and is never overwritten") from error
    except OSError as error:
        raise SetupError(f"{path.name}: cannot be written; check folder and rights") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def read_secret(path: Path) -> bytes:
    """Read a file that only its owner may read.

    Raises:
        SetupError: missing, unreadable, or readable by others.
    """
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise SetupError(f"{path.name}: others can read it; run chmod 600 on it")
        return path.read_bytes()
    except OSError as error:
        raise SetupError(f"{path.name}: cannot be read; check path and rights") from error


def read_keys(path: Path, *, suite: Suite) -> NodeKeys:
    """Read the node's keys.

    Raises:
        SetupError: missing, damaged, or readable by others.
    """
    try:
        return _keys(structure(strict.read(read_secret(path)), _Stored), suite=suite)
    except MalformedError as error:
        raise SetupError(f"{path.name}: damaged; restore it from its backup") from error


def _keys(stored: _Stored, *, suite: Suite) -> NodeKeys:
    since = stored.since if stored.online_since is None else stored.online_since
    return NodeKeys(
        _signing(stored.node, since=stored.since, suite=suite),
        _signing(stored.online, since=since, suite=suite),
        unb64(stored.cursor, size=32),
        stored.operator,
    )


def _signing(seed: str, *, since: int, suite: Suite) -> PrivateKey:
    begin = since - limits.DAY  # members' clocks may be behind
    end = since + limits.NODE_KEY_DAYS * limits.DAY
    return signing_key(unb64(seed, size=32), not_before=begin, not_after=end, suite=suite)

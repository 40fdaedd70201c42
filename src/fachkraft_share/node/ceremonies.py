"""What an operator does with a node's folder and the root key's file when keys are replaced.

The node is stopped meanwhile: a process that runs knows the keys with which it was started.
"""

import json
from functools import partial
from pathlib import Path

from fachkraft_share.errors import SetupError
from fachkraft_share.node.alliance.replacing import (
    replace_node_key,
    replace_online_key,
    replace_root_key,
)
from fachkraft_share.node.folder import (
    KEYS,
    authority_name_of,
    own_root,
    read_root,
)
from fachkraft_share.node.keys import replace_keys, write_secret
from fachkraft_share.node.service import Node
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.keys import PrivateKey


def rotate_node_key(node: Node, folder: Path) -> int:
    """Give the node another key of its own; return the number of the list that states it."""
    return replace_node_key(node, save=partial(replace_keys, folder / KEYS))


def replace_online(
    node: Node, folder: Path, *, root: Path, stolen: bool = False, above: int = 0
) -> int:
    """Let the root state another online key; `stolen` replaces everything in the keys' file.

    The new list's number is higher than `above`, that of a thief's last list.

    Raises:
        SetupError: the file is not that of the alliance's root key of today.
    """
    return replace_online_key(
        node,
        root=own_root(node, root),
        authority_name=authority_name_of(node),
        save=partial(replace_keys, folder / KEYS),
        stolen=stolen,
        above=above,
    )


def replace_root(node: Node, folder: Path, *, root: Path, new: Path) -> tuple[int, str]:
    """Let the root key hand over to the one in the file `new`, which is made if there is none.

    Return the number of the first list under it, and its public half.

    Raises:
        SetupError: a file is not as it should be, or lies in the node's folder.
    """
    old = own_root(node, root)
    if new.resolve().is_relative_to(folder.resolve()):
        raise SetupError("keep the root key outside the node's folder, on a medium of its own")
    key = _root_of(new, node)
    number = replace_root_key(node, old=old, new=key, authority_name=authority_name_of(node))
    return number, key.public(node.exchange.runtime.sealer).x


def _root_of(path: Path, node: Node) -> PrivateKey:
    runtime = node.exchange.runtime
    if not path.exists():
        told = {"authority": node.exchange.settings.authority, "root": b64(runtime.ids.random(32))}
        write_secret(path, json.dumps(told))
    return read_root(path, at=runtime.clock.now(), suite=runtime.sealer)

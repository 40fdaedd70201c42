"""Other keys in the place of those of today: the node's own, the online key, the root key.

1. Whatever breaks off half-way is finished by doing it again, or by `renew_authority`.
2. A key that is replaced as planned goes on counting for what it signed before; the node's own
   stays good to its end. After a theft everything the file held ends at once.
"""

from collections.abc import Callable

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.organisation import Organisation
from fachkraft_share.node.alliance.agreed import root_changes
from fachkraft_share.node.alliance.founding import demand_current, renew_authority
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.keys import NodeKeys, make_keys, with_new_node, with_new_online
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.protocol.lists import sign_statement
from fachkraft_share.protocol.roots import sign_root_change
from fachkraft_share.wire.keys import PrivateKey

Save = Callable[[NodeKeys], None]


def replace_node_key(node: Node, *, save: Save) -> int:
    """Give the node another key of its own, countersigned by that of today; return the list.

    The old key is saved over last: until the list stands, it alone can sign the new one.
    """
    exchange = node.exchange
    keys = with_new_node(exchange.keys, runtime=exchange.runtime)
    at, suite = exchange.now(), exchange.runtime.sealer
    before = _stated(exchange)
    kept = tuple(key for key in before.keys if at < key.not_after)
    stated = attrs.evolve(before, keys=(*kept, keys.node.public(suite)))
    said = MemberStatement(node.id, at, at + limits.STATEMENT_DAYS * limits.DAY, stated)
    application = sign_statement(said, key=exchange.keys.node, suite=suite)
    number = node.authority.restate(stated, application=application)
    save(keys)
    exchange.keys = keys
    return number


def replace_online_key(
    node: Node,
    *,
    root: PrivateKey,
    authority_name: str,
    save: Save,
    stolen: bool = False,
    above: int = 0,
) -> int:
    """Let the root state another online key, everybody anew with it; return the list's number.

    `stolen`: somebody has the whole file, so that everything in it is replaced. `above` is the
    number of the highest list that a thief is known to have made.
    """
    exchange = node.exchange
    make = _all_new if stolen else with_new_online
    keys = make(exchange.keys, runtime=exchange.runtime)
    demand_current(exchange, keys)
    save(keys)
    exchange.keys = keys
    return renew_authority(node, root=root, authority_name=authority_name, above=above)


def _all_new(keys: NodeKeys, *, runtime: Runtime) -> NodeKeys:  # noqa: ARG001
    return make_keys(runtime)


def replace_root_key(node: Node, *, old: PrivateKey, new: PrivateKey, authority_name: str) -> int:
    """Let the root key hand over to another one; return the number of the first list under it.

    Raises:
        SetupError: it is the same key, or one that was left, or there were too many.
    """
    exchange = node.exchange
    authority, suite = exchange.settings.authority, exchange.runtime.sealer
    if new.public(suite).x in exchange.directory().roots:
        raise SetupError("the new root key is, or was, this alliance's root key already")
    with exchange.store.begin(write=False) as transaction:
        before = root_changes(authority, transaction=transaction)
    if len(before) >= limits.ROOT_CHANGES:
        raise SetupError(f"an alliance's root key changes {limits.ROOT_CHANGES} times; found anew")
    change = sign_root_change(authority, old=old, new=new, suite=suite, at=exchange.now())
    return renew_authority(node, root=new, authority_name=authority_name, roots=(*before, change))


def _stated(exchange: Exchange) -> Organisation:
    newest = exchange.directory().newest
    stated = newest.member(exchange.id) if newest is not None else None
    if stated is None:
        raise SetupError("the node stands on no list; run `fachkraft-share node init`")
    return stated

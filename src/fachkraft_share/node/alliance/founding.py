"""Founding an alliance: the root signs the online key, the first list names the node."""

from collections.abc import Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.organisation import KeyUse, Organisation, PublicKey, Role
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.keys import NodeKeys
from fachkraft_share.node.service import Node
from fachkraft_share.node.settings import Settings
from fachkraft_share.protocol.lists import sign_statement
from fachkraft_share.wire.keys import PrivateKey, signing_key
from fachkraft_share.wire.suite import Suite

ROOT_YEARS = 30


def root_key(seed: bytes, *, at: int, suite: Suite) -> PrivateKey:
    """Return the alliance's root key of a seed."""
    end = at + ROOT_YEARS * 365 * limits.DAY
    return signing_key(seed, not_before=0, not_after=end, suite=suite)


def state_authority(
    settings: Settings,
    keys: NodeKeys,
    *,
    root: PrivateKey,
    name: str,
    at: int,
    suite: Suite,
    former: Sequence[PublicKey] = (),
) -> str:
    """Return the statement by which the root signs the authority's online key.

    `former` are online keys that end now, or have ended.
    """
    stated = Organisation(
        settings.authority,
        name,
        (Role.AUTHORITY,),
        (keys.online.public(suite), *former[: limits.FORMER_ONLINE_KEYS]),
        location=settings.location,
    )
    end = at + limits.AUTHORITY_STATEMENT_DAYS * limits.DAY
    said = MemberStatement(settings.authority, at, end, stated)
    return sign_statement(said, key=root, suite=suite)


def found(node: Node, *, root: PrivateKey, authority_name: str) -> None:
    """Set up the first member list of a new alliance; does nothing where there is one."""
    exchange = node.exchange
    if exchange.directory().newest is not None:
        return
    at, suite, keys = exchange.now(), exchange.runtime.sealer, exchange.keys
    statement = state_authority(
        exchange.settings, keys, root=root, name=authority_name, at=at, suite=suite
    )
    stated = Organisation(
        node.id,
        exchange.settings.name,
        (Role.NODE,),
        (keys.node.public(suite),),
        location=exchange.settings.location,
    )
    said = MemberStatement(node.id, at, at + limits.STATEMENT_DAYS * limits.DAY, stated)
    application = sign_statement(said, key=keys.node, suite=suite)
    node.authority.begin(statement, stated, application=application)


def renew_authority(
    node: Node,
    *,
    root: PrivateKey,
    authority_name: str,
    roots: Sequence[str] = (),
    above: int = 0,
) -> int:
    """Let the root sign the online key anew, about once a year; return the new list's number.

    Is it another online key than before, the former one ends now; is the node's own key one that
    nobody stated, the root states it, and the former one ends, too. `roots` are the hand-overs of
    the root key, if it is another root than before; the list's number is higher than `above`.

    Raises:
        SetupError: a key in the node's file was replaced before; stolen keys must not come back.
    """
    exchange = node.exchange
    demand_current(exchange, exchange.keys)
    token = state_authority(
        exchange.settings,
        exchange.keys,
        root=root,
        name=authority_name,
        at=exchange.now(),
        suite=exchange.runtime.sealer,
        former=_former(exchange),
    )
    anew = _node_anew(exchange, root=root)
    return node.authority.take(token, node=anew, roots=roots, above=above)


def _node_anew(exchange: Exchange, *, root: PrivateKey) -> str:
    """Return the root's statement of this node if its key is unknown; "" if it is stated."""
    newest, fresh = exchange.directory().newest, exchange.keys.node
    before = newest.member(exchange.id) if newest is not None else None
    if before is None or before.key(fresh.kid, KeyUse.SIGN) is not None:
        return ""
    at, suite = exchange.now(), exchange.runtime.sealer
    ended = (attrs.evolve(key, not_after=min(key.not_after, at)) for key in before.keys)
    stated = attrs.evolve(before, keys=(fresh.public(suite), *ended))
    end = at + limits.STATEMENT_DAYS * limits.DAY
    said = MemberStatement(exchange.id, at, end, stated)
    application = sign_statement(said, key=fresh, suite=suite)
    anew = MemberStatement(exchange.settings.authority, at, end, stated, application)
    return sign_statement(anew, key=root, suite=suite)


def demand_current(exchange: Exchange, keys: NodeKeys) -> None:
    """Refuse keys that were replaced: this file is from a backup of before.

    Raises:
        SetupError: restore the newest file, or replace them all.
    """
    directory, at = exchange.directory(), exchange.now()
    for owner, key in ((exchange.settings.authority, keys.online), (exchange.id, keys.node)):
        stated = directory.keys.get((owner, key.kid))
        if stated is not None and stated.not_after <= at < key.not_after:
            raise SetupError(
                "keys.json holds keys that were replaced; restore the newest one, or run "
                "`fachkraft-share node replace-online --stolen`"
            )


def _former(exchange: Exchange) -> list[PublicKey]:
    """Return the online keys stated before the one of today, the youngest first, ended by now."""
    stated = exchange.directory().organisation(exchange.settings.authority)
    before = [key for key in stated.keys if key.kid != exchange.keys.online.kid] if stated else []
    at = exchange.now()
    ended = [attrs.evolve(key, not_after=min(key.not_after, at)) for key in before]
    return sorted(ended, key=lambda key: -key.not_after)

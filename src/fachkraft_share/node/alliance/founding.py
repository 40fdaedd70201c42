"""Founding an alliance: the root signs the online key, the first list names the node."""

from fachkraft_share import limits
from fachkraft_share.model.alliance import MemberStatement
from fachkraft_share.model.organisation import Organisation, Role
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
    settings: Settings, keys: NodeKeys, *, root: PrivateKey, name: str, at: int, suite: Suite
) -> str:
    """Return the statement by which the root signs the authority's online key."""
    stated = Organisation(
        settings.authority,
        name,
        (Role.AUTHORITY,),
        (keys.online.public(suite),),
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


def renew_authority(node: Node, *, root: PrivateKey, authority_name: str) -> None:
    """Let the root sign the online key anew, about once a year."""
    exchange = node.exchange
    token = state_authority(
        exchange.settings,
        exchange.keys,
        root=root,
        name=authority_name,
        at=exchange.now(),
        suite=exchange.runtime.sealer,
    )
    lines: list[dict[str, object]] = []
    with exchange.store.begin() as transaction:
        node.authority.adopt(token, transaction=transaction, lines=lines)
        exchange.journal.append(list(lines))
    node.authority.renew(force=True)

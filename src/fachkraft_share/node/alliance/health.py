"""What ends soon and does not renew itself: the root's statement, keys, agreements."""

from collections.abc import Iterator

from fachkraft_share import limits
from fachkraft_share.model.organisation import KeyUse, Organisation, Role, Status
from fachkraft_share.node.alliance.members import AUTHORITY, read_statement
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import JoinCode, Kept
from fachkraft_share.ports.health import Health, HealthCheck, Level

_OK = Health(Level.OK)
_NAMED = 5  # organisations or agreements named in one cause
_NODE = frozenset({Role.NODE, Role.AUTHORITY})


def ending_checks(exchange: Exchange) -> tuple[HealthCheck, ...]:
    """Return the checks of what people must renew in time."""
    return (
        HealthCheck("FKS-103", "the authority's statement is valid", lambda: _authority(exchange)),
        HealthCheck("FKS-108", "the node's keys are valid", lambda: _keys(exchange)),
        HealthCheck("FKS-112", "agreements go on", lambda: _agreements(exchange)),
        HealthCheck("FKS-117", "invitations are taken up", lambda: _invited(exchange)),
        HealthCheck("FKS-113", "the members' keys are valid", lambda: _members(exchange)),
    )


def _authority(exchange: Exchange) -> Health:
    with exchange.store.begin(write=False) as transaction:
        kept = transaction.get(Kept, AUTHORITY)
    if kept is None:
        return Health(Level.FAIL, "there is none", "run `fachkraft-share node init`")
    said, online = read_statement(kept.value), exchange.keys.online
    fix = "fachkraft-share node renew-root --root-key FILE"
    stated = said.organisation.key(online.kid, KeyUse.SIGN)
    if stated is None or stated.not_after <= said.iat:
        return Health(Level.FAIL, "it names another online key", f"restart the node, or {fix}")
    return _remaining(said.exp - exchange.now(), fix=fix)


def _remaining(left: int, *, fix: str) -> Health:
    if left <= 0:
        return Health(Level.FAIL, "it has expired", fix)
    if left < limits.ENDS_SOON:
        return Health(Level.WARN, f"it expires in {left // limits.DAY} days", fix)
    return _OK


def _keys(exchange: Exchange) -> Health:
    at, keys = exchange.now(), exchange.keys
    newest = exchange.directory().newest
    stated = newest.member(exchange.id) if newest is not None else None
    own = stated.key(keys.node.kid, KeyUse.SIGN) if stated is not None else None
    if own is None or own.not_after <= at < keys.node.not_after:
        cause = "the list states another key of the node"
        return Health(Level.FAIL, cause, "restart the node, or restore the newest keys.json")
    named = (
        ("the node's key", keys.node, "fachkraft-share node rotate-keys"),
        ("the online key", keys.online, "fachkraft-share node replace-online --root-key FILE"),
    )
    for name, key, fix in named:
        if at < key.not_before:
            return Health(Level.FAIL, f"{name} is of the future", "set the clock (NTP)")
        if key.not_after - at < limits.ENDS_SOON:
            level = Level.WARN if at < key.not_after else Level.FAIL
            days = max(0, key.not_after - at) // limits.DAY
            return Health(level, f"{name} ends in {days} days", fix)
    return _OK


def _agreements(exchange: Exchange) -> Health:
    """Name agreements in force that end soon: afterwards nothing crosses, or the name goes."""
    exchange.members.look()
    at, found = exchange.now(), list[str]()
    for one in exchange.members.agreed:
        left = one.newest.not_after - at
        if 0 < left < limits.ENDS_SOON:
            partner = one.newest.partner
            found.append(f"{partner.authority if partner else one.id} ({left // limits.DAY} days)")
    if not found:
        return _OK
    cause = f"end soon: {', '.join(sorted(found)[:_NAMED])}"
    return Health(Level.WARN, cause, "fachkraft-share node agree, with the same partner")


def _invited(exchange: Exchange) -> Health:
    """Name whose code runs out unused; the worker drops it soon after."""
    with exchange.store.begin(write=False) as transaction:
        found = transaction.every(
            JoinCode, until=("expires", exchange.now() + limits.INVITE_CODE_ENDS)
        )
    late = sorted({one.name for one in found if one.used_by is None})
    if not late:
        return _OK
    cause = f"run out unused: {', '.join(late[:_NAMED])}"
    return Health(Level.WARN, cause, "remind them, or invite them again: node invite")


def _members(exchange: Exchange) -> Health:
    newest = exchange.directory().newest
    found = sorted(_late(newest.members if newest is not None else (), at=exchange.now()))
    if not found:
        return _OK
    cause = f"end soon, or have ended: {', '.join(found[:_NAMED])}"
    return Health(Level.WARN, cause, "ask the member to run `fachkraft-share rotate-keys`")


def _late(members: tuple[Organisation, ...], *, at: int) -> Iterator[str]:
    """Name active members of which no key of one use lasts a while longer."""
    for one in members:
        if one.status is Status.ACTIVE and not _NODE & set(one.roles):
            ends = [
                max((key.not_after for key in one.keys if key.use is use), default=0)
                for use in KeyUse
            ]
            if min(ends) - at < limits.ENDS_SOON:
                yield one.id

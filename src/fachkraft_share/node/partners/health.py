"""What the node can say about its partners: whether they answer, and keep to what they signed."""

import attrs

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import (
    HeadDispute,
    Parked,
    PartnerCalls,
    PartnerCursor,
    PartnerHead,
)
from fachkraft_share.ports.health import Health, HealthCheck, Level
from fachkraft_share.protocol.membership import Partner

_OK = Health(Level.OK)


@attrs.frozen
class PartnerState:
    """How things stand with one partner node; nothing about persons."""

    node: str
    name: str
    answered_at: int = 0  # 0: never
    failing_since: int | None = None
    code: str = ""
    read: bool = False  # its feed was read at least once since this node's last restore
    parked: int = 0  # rows that cannot be judged yet
    head: int = 0  # number of its newest signed head
    dispute: str = ""  # rewritten | rolled-back
    disputed_at: int = 0


def partner_states(exchange: Exchange) -> tuple[PartnerState, ...]:
    """Return every partner's state, by node id."""
    partners = exchange.directory().partners
    return tuple(_state(partners[node], exchange) for node in sorted(partners))


def partner_checks(exchange: Exchange) -> tuple[HealthCheck, ...]:
    """Return the checks about partners."""

    def answering() -> Health:
        late = exchange.now() - limits.PARTNER_LATE
        silent = [
            one
            for one in partner_states(exchange)
            if one.failing_since is not None and one.failing_since <= late
        ]
        if not silent:
            return _OK
        names = ", ".join(f"{one.node} ({one.code})" for one in silent)
        return Health(Level.WARN, f"no answer: {names}", "call the partner's operator")

    def truthful() -> Health:
        since = exchange.now() - limits.DISPUTE_SHOWN
        found = [one for one in partner_states(exchange) if one.dispute and one.disputed_at > since]
        if not found:
            return _OK
        names = ", ".join(f"{one.node} ({one.dispute})" for one in found)
        return Health(Level.FAIL, f"signed otherwise before: {names}", "ask the partner why")

    return (
        HealthCheck("FKS-109", "partner nodes answer", answering),
        HealthCheck("FKS-110", "partner nodes keep to what they signed", truthful),
    )


def _state(partner: Partner, exchange: Exchange) -> PartnerState:
    node = partner.node
    with exchange.store.begin(write=False) as transaction:
        calls = transaction.get(PartnerCalls, node) or PartnerCalls(node)
        head = transaction.get(PartnerHead, node)
        disputes = transaction.every(HeadDispute, node=node)
        read = transaction.get(PartnerCursor, node) is not None
        parked = len(transaction.every(Parked, node=node))
    newest = max(disputes, key=lambda one: one.at, default=None)
    return PartnerState(
        node,
        partner.alliance.name,
        answered_at=calls.at,
        failing_since=calls.since,
        code=calls.code,
        read=read,
        parked=parked,
        head=head.number if head is not None else 0,
        dispute=newest.kind if newest is not None else "",
        disputed_at=newest.at if newest is not None else 0,
    )

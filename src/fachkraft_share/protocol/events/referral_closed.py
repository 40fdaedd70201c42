"""The end: a person's `fks-withdrawal`, or `referral.closed` by origin, home node or authority."""

from fachkraft_share.errors import RefusedError
from fachkraft_share.model.consent import Withdrawal
from fachkraft_share.protocol.closing import Closure, close, closing_needs
from fachkraft_share.protocol.decision import Decision, Here, Known, Need
from fachkraft_share.protocol.events.common import certify, demand, subject
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import WITHDRAWAL, Message
from fachkraft_share.protocol.payloads import ReferralClosed

BY_PERSON = frozenset({"withdrawn", "declined", "purpose_ended"})
BY_ORIGIN = frozenset({"withdrawn", "filled", "superseded", "origin_left", "recalled"})
BY_NODE = frozenset({"expired"})
BY_AUTHORITY = frozenset(
    {"recipient_left", "origin_left", "agreement_ended", "recalled", "erasure_order"}
)


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a closure is decided on."""
    return closing_needs(subject(message))


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Close for good within the scope, whoever is entitled to it."""
    return close(message, closure_of(message, here=here), known, here=here, at=at)


def closure_of(message: Message, *, here: Here) -> Closure:
    """Return what the message closes, if its referral id proves it and its signer may.

    Raises:
        RefusedError: `referral-id`, `not-entitled`, `scope`.
    """
    body: ReferralClosed | Withdrawal = message.body
    certify(message, origin=body.origin, key=body.key, nonce=body.nonce)
    demand(body.reason in _reasons(message, here=here), "not-entitled", "may not close for this")
    if body.reason == "declined":
        demand(body.scope == ALL, "scope", "a draft is declined as a whole")
    return Closure(subject(message), body.origin, body.scope, body.reason, body.not_after)


def _reasons(message: Message, *, here: Here) -> frozenset[str]:
    """Return for what the signer may close; nobody else makes a tombstone."""
    if message.type == WITHDRAWAL:
        return BY_PERSON
    body: ReferralClosed = message.body
    node, authority = _alliance(here.node_of(body.origin), here=here)
    closers = {body.origin: BY_ORIGIN, node: BY_NODE, authority: BY_AUTHORITY}
    if body.scope != ALL:  # on its own side of a border every authority may end what came across
        closers.setdefault(_alliance(here.node_of(body.scope), here=here)[1], BY_AUTHORITY)
    found = closers.get(message.iss)
    if found is None:
        raise RefusedError("not-entitled", "only the person, origin, home node or authority close")
    return found


def _alliance(node: str, *, here: Here) -> tuple[str, str]:
    """Return an alliance's node and authority."""
    partner = here.directory.partners.get(node)
    return node, here.directory.authority if partner is None else partner.alliance.authority

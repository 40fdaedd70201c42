"""`delivery.manifest`: a node's signed list of all it gave a referral; partner nodes add theirs."""

from fachkraft_share.errors import StateError
from fachkraft_share.protocol.closing import CLOSURES, token_of
from fachkraft_share.protocol.decision import (
    Append,
    Decision,
    Effect,
    Here,
    Known,
    Need,
    Put,
    one,
)
from fachkraft_share.protocol.events.common import demand, subject
from fachkraft_share.protocol.events.delivery_reported import noted, reporting_needs
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import DeliveryManifest
from fachkraft_share.protocol.records import Closing, Held, Manifest, Referral, Tombstone


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a manifest is decided on."""
    referral = subject(message)
    return (
        one(Tombstone, referral, message.body.scope),
        one(Closing, referral, message.body.scope, message.body.closure),
        one(Referral, referral),
        one(Held, referral, message.iss),
        *reporting_needs(message),
    )


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Keep the page as evidence; the candidate's bundle carries it."""
    body: DeliveryManifest = message.body
    about = subject(message)
    ours, given = message.iss == here.id, known.one(Held, about, message.iss) is not None
    entitled = ours or (given and message.iss in here.directory.partners)
    demand(here.is_node and entitled, "not-entitled", "a node writes it that served the referral")
    tombstone = known.one(Tombstone, about, body.scope)
    other = known.one(Closing, about, body.scope, body.closure)
    stands = tombstone is not None and tombstone.closure == body.closure
    if not stands and other is None:
        raise StateError("a manifest belongs to a closure")
    page = Manifest(about, body.scope, message.iss, body.page, message.sha256, at)
    kept = (Put(page), Put(token_of(message, at=at)))
    if ours:
        return Decision((*kept, *_pass_on(message, known)))
    return Decision((*kept, *noted(message, body.entries, known, here=here, at=at)))


def _pass_on(message: Message, known: Known) -> tuple[Effect, ...]:
    """Let the home node of a partner's referral have the page for the person's bundle."""
    referral = known.one(Referral, subject(message))
    if referral is None or referral.home is None:
        return ()
    return (Append(message.sha256, referral.home, CLOSURES, referral.id),)

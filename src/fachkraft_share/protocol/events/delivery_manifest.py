"""`delivery.manifest`: the node's signed list of all who were given a referral."""

from fachkraft_share.errors import StateError
from fachkraft_share.protocol.closing import token_of
from fachkraft_share.protocol.decision import Decision, Here, Known, Need, Put, one
from fachkraft_share.protocol.events.common import demand, subject
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import DeliveryManifest
from fachkraft_share.protocol.records import Manifest, Tombstone


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a manifest is decided on."""
    return (one(Tombstone, subject(message), message.body.scope),)


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Keep the page as evidence; the candidate's bundle carries it."""
    body: DeliveryManifest = message.body
    demand(here.is_node and message.iss == here.id, "not-entitled", "the home node writes it")
    tombstone = known.one(Tombstone, subject(message), body.scope)
    if tombstone is None or tombstone.closure != body.closure:
        raise StateError("a manifest belongs to a closure")
    page = Manifest(subject(message), body.scope, message.iss, body.page, message.sha256, at)
    return Decision((Put(page), Put(token_of(message, at=at))))

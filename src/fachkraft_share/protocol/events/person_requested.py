"""`person.requested`: the person uses a right; whoever holds data has a task (Art. 12(3))."""

from fachkraft_share.protocol.decision import NOTHING_NEW, Decision, Here, Known, Need, Put, one
from fachkraft_share.protocol.events.common import addressed, demand, subject
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import PersonRequested
from fachkraft_share.protocol.records import PersonRequest


def _key(message: Message) -> tuple[str, str, str]:
    return (subject(message), str(message.body.right), message.jti)


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a person's request is decided on."""
    return (one(PersonRequest, *_key(message)),)


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Put it before the member's people."""
    body: PersonRequested = message.body
    demand(message.iss == here.node, "not-entitled", "only the home node passes it on")
    addressed(message, here)
    if known.one(PersonRequest, *_key(message)) is not None:
        return NOTHING_NEW
    return Decision((Put(PersonRequest(subject(message), str(body.right), message.jti, at)),))

"""`membership.changed`: the node says that a newer member list can be fetched."""

from fachkraft_share.protocol.decision import NOTHING_NEW, Decision, Here, Known, Need, Put
from fachkraft_share.protocol.events.common import addressed, demand
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import MembershipChanged
from fachkraft_share.protocol.records import Task


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return nothing: the directory at hand decides."""
    return ()


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Fetch the list soon if it is newer than the one known."""
    body: MembershipChanged = message.body
    demand(message.iss == here.node, "not-entitled", "only the home node says so")
    addressed(message, here)
    newest = here.directory.newest
    if newest is not None and body.number <= newest.name.number:
        return NOTHING_NEW
    return Decision((Put(Task("refresh", "members", next_at=at)),))

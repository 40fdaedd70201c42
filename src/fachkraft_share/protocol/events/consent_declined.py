"""`consent.declined`: the origin learns that the person said no, or let the draft run out."""

from fachkraft_share.protocol.decision import NOTHING_NEW, Decision, Here, Known, Need
from fachkraft_share.protocol.events.common import addressed, demand, subject
from fachkraft_share.protocol.message import Message


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what the news is decided on: nothing, the closure that comes along does the work."""
    subject(message)
    return ()


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Take notice; the closure on the closures' stream ended the referral already."""
    demand(message.iss == here.node, "not-addressed", "only the home node says so")
    addressed(message, here)
    return NOTHING_NEW

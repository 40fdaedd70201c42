"""`feed.signed`: a partner node says where its feed ends; kept, so that no history is rewritten."""

from fachkraft_share.protocol.closing import token_of
from fachkraft_share.protocol.decision import Decision, Here, Known, Need, Put
from fachkraft_share.protocol.events.common import demand
from fachkraft_share.protocol.message import Message


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what keeping a signed head needs: nothing."""
    return ()


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Keep the statement as evidence."""
    entitled = here.is_node and message.iss in here.directory.partners
    demand(entitled, "not-entitled", "partner nodes keep each other's heads")
    demand(message.aud == here.id, "audience", "this was told to somebody else")
    return Decision((Put(token_of(message, at=at)),))

"""`person.requested`: the person uses a right; whoever holds data has a task (Art. 12(3))."""

from fachkraft_share.protocol.closing import EVENTS, token_of
from fachkraft_share.protocol.decision import (
    NOTHING_NEW,
    Append,
    Decision,
    Effect,
    Here,
    Known,
    Need,
    Put,
    every,
    one,
)
from fachkraft_share.protocol.events.common import addressed, demand, subject
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import PersonRequested
from fachkraft_share.protocol.records import Contact, PersonRequest, Referral


def _key(message: Message) -> tuple[str, str, str]:
    return (subject(message), str(message.body.right), message.jti)


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what a person's request is decided on."""
    referral = subject(message)
    return (
        one(PersonRequest, *_key(message)),
        one(Referral, referral),
        every(Contact, referral=referral),
    )


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Put it before the member's people; a partner node passes it on to whom has the dossier."""
    body: PersonRequested = message.body
    referral = known.one(Referral, subject(message))
    home = here.node if referral is None else referral.home or here.node
    demand(message.iss == home, "not-entitled", "only the home node passes it on")
    addressed(message, here)
    if known.one(PersonRequest, *_key(message)) is not None:
        return NOTHING_NEW
    wrong = " ".join(dict.fromkeys(body.categories))
    noted = Put(PersonRequest(*_key(message), at, categories=wrong))
    return Decision((noted, *(_told(message, known, at=at) if here.is_node else ())))


def _told(message: Message, known: Known, *, at: int) -> tuple[Effect, ...]:
    about = subject(message)
    given = {one.requester for one in known.every(Contact, referral=about) if one.disclosed}
    rows = (Append(message.sha256, one, EVENTS, about) for one in sorted(given))
    return (Put(token_of(message, at=at)), *rows)

"""`contact.presented`: the origin tells its node's desk what the person shall read of a request."""

from fachkraft_share import limits
from fachkraft_share.errors import StateError
from fachkraft_share.protocol.decision import (
    ENDED,
    Decision,
    Here,
    Known,
    Need,
    Put,
)
from fachkraft_share.protocol.events.common import contact_needs, demand, ended, live, subject
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import ContactPresented
from fachkraft_share.protocol.records import Contact
from fachkraft_share.protocol.states import join
from fachkraft_share.wire.ids import check_web_address


def check_shown(job: str, message: str, notice: str) -> None:
    """Refuse what a person should not have to read: long texts, and a link that is no web page.

    Raises:
        RefusedError: `too-long`.
        MalformedError: the notice is no https address.
    """
    demand(len(job) <= limits.SHORT_TEXT, "too-long", "shorten the job")
    demand(len(message) <= limits.LONG_TEXT, "too-long", "shorten the message")
    check_web_address(notice)


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what showing a request is decided on."""
    return contact_needs(message, message.body.requester)


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Show requester, job and notice at the desk."""
    body: ContactPresented = message.body
    demand(here.is_node and message.aud == here.id, "audience", "this is for the node's desk")
    if ended(message, known, actor=body.requester, here=here):
        return ENDED
    referral = live(known, subject(message))
    demand(message.iss == referral.origin, "not-entitled", "only the origin presents a request")
    check_shown(body.job, body.message, body.notice)
    before = known.one(Contact, referral.id, body.requester, body.request)
    if before is None:
        raise StateError("no such contact request is known here")
    shown = Contact(
        referral.id,
        body.requester,
        body.request,
        presented_seq=body.seq,
        job=body.job,
        message=body.message,
        notice=body.notice,
    )
    return Decision((Put(join(before, shown)),))

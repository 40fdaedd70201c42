"""Task `present`: the origin unseals a contact request and tells its node's desk what to show."""

import attrs

from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.member.contacts import Case, open_stored, read_case
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import owe_news
from fachkraft_share.member.voice import next_seq
from fachkraft_share.plugins.given import Occasion
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.events.contact_presented import check_shown
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import ContactDetails, ContactPresented, ContactRequested
from fachkraft_share.protocol.records import Contact, Task
from fachkraft_share.protocol.states import join
from fachkraft_share.wire import strict
from fachkraft_share.wire.blobs import contact_info
from fachkraft_share.wire.convert import structure
from fachkraft_share.wire.encoding import unb64


def run(engine: Engine, task: Task) -> None:
    """Unseal the request and emit `contact.presented`.

    Raises:
        RefusedError: `unreadable`; nobody can show it; `too-long`.
        MalformedError: the notice is no https address.
        StateError: what it rests on is not here yet.
    """
    reader = engine.reader()
    with engine.store.begin() as transaction:
        requester = task.note or ""
        case = read_case(transaction, task.about, requester=requester, reader=reader)
        if case is None or case.contact.presented_seq >= 0:
            return
        asked = open_stored(transaction, case.contact.requested, reader=reader)
        if asked is None:
            return
        details = _unseal(engine, case, asked)
        check_shown(details.job, details.message, details.notice)
        referral, at = case.referral.id, engine.now()
        shown = ContactPresented(
            case.contact.request,
            requester,
            next_seq(transaction, referral, at=at),
            job=details.job,
            message=details.message,
            notice=details.notice,
        )
        said = Emit("contact.presented", engine.settings.node, referral, shown, personal=True)
        engine.voice.say(said, transaction=transaction, at=at)
        transaction.put(join(case.contact, _presented(case.contact, shown)))
        owe_news(engine, task.about, Occasion.CONTACT_REQUESTED, transaction=transaction)


def _unseal(engine: Engine, case: Case, asked: Message) -> ContactDetails:
    body: ContactRequested = asked.body
    key = engine.identity.opening(body.key, at=engine.now())
    sealed = unb64(body.sealed)
    for consent in case.consent_hashes:  # the requester may know an older one
        info = contact_info(
            sender=asked.iss,
            recipient=engine.id,
            referral=case.referral.id,
            message=asked.jti,
            consent=consent,
        )
        try:
            plain = engine.runtime.sealer.open(key.seed, sealed, info=info)
            return structure(strict.read(plain), ContactDetails)
        except MalformedError:
            continue
    raise RefusedError("unreadable", "the contact request cannot be unsealed")


def _presented(contact: Contact, shown: ContactPresented) -> Contact:
    return attrs.evolve(
        contact,
        presented_seq=shown.seq,
        job=shown.job,
        message=shown.message,
        notice=shown.notice,
    )

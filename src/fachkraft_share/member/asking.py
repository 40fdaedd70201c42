"""Asking for contact, saying what came of it, closing what one published."""

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError, SetupError, StateError
from fachkraft_share.member.engine import Engine, consent_in_force
from fachkraft_share.member.records import Outgoing, Trouble
from fachkraft_share.member.voice import next_seq
from fachkraft_share.model.organisation import PublicKey
from fachkraft_share.ports.loop import apply
from fachkraft_share.ports.sanitising import plain_text
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import Message, open_message
from fachkraft_share.protocol.payloads import (
    ContactDetails,
    ContactRequested,
    OutcomeKind,
    OutcomeReported,
    ReferralClosed,
)
from fachkraft_share.protocol.records import Contact, Referral, ReferralState
from fachkraft_share.protocol.states import Level, join, level
from fachkraft_share.rules.consent import Action
from fachkraft_share.wire import strict
from fachkraft_share.wire.blobs import contact_info
from fachkraft_share.wire.convert import unstructure
from fachkraft_share.wire.encoding import b64, sha256, unb64
from fachkraft_share.wire.ids import check_web_address

ASKED = "contact.requested"
CLOSING = frozenset({"withdrawn", "filled", "superseded", "recalled"})


def request_contact(
    engine: Engine, referral: str, *, job: str, message: str = "", contact: str = ""
) -> str:
    """Ask to meet the person; only the origin can read why. Asking twice is asking once.

    Raises:
        SetupError: this member states no privacy notice of its own, or no web address of one
            (Art. 14, R9).
        ConsentError: the gate said no.
        StateError: the referral is not open here.
    """
    engine.demand_ready()
    details = _details(engine, job=job, message=message, contact=contact)
    reader = engine.reader()
    with engine.store.begin() as transaction:
        transaction.lock([referral])
        found = _open_referral(transaction, referral)
        consent = consent_in_force(transaction, found, reader=reader)
        engine.ask_gate(
            transaction, consent.body if consent else None, Action.REQUEST, actor=engine.id
        )
        before = _pending(engine, transaction, referral)
        if before is not None:
            return before.request
        return _ask(engine, transaction, found, details)


def _details(engine: Engine, *, job: str, message: str, contact: str) -> ContactDetails:
    settings = engine.settings
    if not settings.notice:
        raise SetupError("set `notice`, the address of your privacy notice, before first contact")
    try:
        check_web_address(settings.notice)
    except MalformedError as error:
        raise SetupError("`notice` must be an https address, plain ASCII") from error
    if not job or len(job) > limits.SHORT_TEXT:
        raise MalformedError(f"job: 1 to {limits.SHORT_TEXT} characters")
    return ContactDetails(
        plain_text(job, where="job"),
        plain_text(message, where="message"),
        plain_text(contact or settings.contact, where="contact"),
        settings.notice,
    )


def _open_referral(transaction: Transaction, referral: str) -> Referral:
    found = transaction.get(Referral, referral)
    if found is None or found.state is not ReferralState.PUBLISHED:
        raise StateError("no such referral is open here")
    return found


def _pending(engine: Engine, transaction: Transaction, referral: str) -> Contact | None:
    _forget_refused(engine, transaction, referral)
    mine = transaction.every(Contact, referral=referral, requester=engine.id)
    return next((one for one in mine if one.answer != "declined"), None)


def _forget_refused(engine: Engine, transaction: Transaction, referral: str) -> None:
    """Forget a request that the node refused: nobody heard of it, and it may be made anew."""
    if transaction.get(Trouble, ASKED, referral) is None:
        return
    for one in transaction.every(Contact, referral=referral, requester=engine.id):
        waits = one.requested and transaction.get(Outgoing, one.requested) is not None
        if level(one) is Level.REQUESTED and not waits:
            transaction.drop(Contact, *one.key)
    transaction.drop(Trouble, ASKED, referral)


def _ask(
    engine: Engine, transaction: Transaction, referral: Referral, details: ContactDetails
) -> str:
    at, request, jti = engine.now(), engine.voice.new_id(), engine.voice.new_id()
    key = _origin_key(engine, transaction, referral.origin)
    info = contact_info(
        sender=engine.id,
        recipient=referral.origin,
        referral=referral.id,
        message=jti,
        consent=referral.consent or "",
    )
    plain = strict.write(unstructure(details))
    sealed = engine.runtime.sealer.seal(unb64(key.x, size=32), plain, info=info)
    seq = next_seq(transaction, referral.id, at=at)
    payload = ContactRequested(request, seq, key.kid, b64(sealed))
    said = Emit(ASKED, referral.origin, referral.id, payload, jti=jti, personal=True)
    token = engine.voice.sign(said, at=at)
    engine.voice.enqueue(said, token, transaction=transaction, at=at)
    transaction.put(
        Contact(
            referral.id,
            engine.id,
            request,
            requested_at=at,
            requested_seq=seq,
            requested=sha256(token.encode()),
            job=details.job,
        )
    )
    return request


def _origin_key(engine: Engine, transaction: Transaction, origin: str) -> PublicKey:
    stated = engine.directories.within(transaction).organisation(origin)
    key = stated.sealing_key(at=engine.now()) if stated else None
    if key is None:
        raise StateError("the origin states no key to seal to")
    return key


def report(engine: Engine, referral: str, outcome: OutcomeKind) -> None:
    """Tell the origin what came of the contact.

    Raises:
        StateError: there is no answered request of this member for the referral.
    """
    at = engine.now()
    with engine.store.begin() as transaction:
        transaction.lock([referral])
        found = _open_referral(transaction, referral)
        mine = transaction.every(Contact, referral=referral, requester=engine.id)
        answered = [one for one in mine if level(one) >= Level.ANSWERED]
        if not answered:
            raise StateError("nobody answered a request of yours for this referral")
        contact = max(answered, key=lambda one: (one.requested_seq, one.request))
        seq = next_seq(transaction, referral, at=at)
        payload = OutcomeReported(contact.request, seq, outcome)
        said = Emit("outcome.reported", found.origin, referral, payload)
        engine.voice.say(said, transaction=transaction, at=at)
        fresh = Contact(referral, engine.id, contact.request, outcome_seq=seq, outcome=str(outcome))
        transaction.put(join(contact, fresh))


def close(engine: Engine, referral: str, *, reason: str = "withdrawn", scope: str = ALL) -> None:
    """End a referral this member published, for all or for one holder; it is final.

    Raises:
        RefusedError: `unknown-reason`, or another member published it.
        StateError: this member knows no such referral.
    """
    if reason not in CLOSING:
        raise RefusedError("unknown-reason", f"one of {', '.join(sorted(CLOSING))}")
    at = engine.now()
    with engine.store.begin() as transaction:
        found = transaction.get(Referral, referral)
        if found is None:
            raise StateError("this member knows no such referral")
        if found.origin != engine.id:
            raise RefusedError("not-entitled", "only the origin closes a referral")
        seq = next_seq(transaction, referral, at=at)
    said = _closing(engine, found, reason=reason, scope=scope, seq=seq)
    token = engine.voice.sign(said, at=at)
    _apply_own(engine, said, token)


def _closing(engine: Engine, found: Referral, *, reason: str, scope: str, seq: int) -> Emit:
    payload = ReferralClosed(
        found.origin, found.key_x, found.nonce, scope, reason, found.not_after, seq
    )
    return Emit("referral.closed", engine.here().holders, found.id, payload)


def _apply_own(engine: Engine, said: Emit, token: str) -> None:
    """Apply the own closure here and enqueue it, as one transaction."""
    message: Message = open_message(token, reader=engine.reader())
    at = engine.now()

    def also(transaction: Transaction, _: object) -> None:
        engine.voice.enqueue(said, token, transaction=transaction, at=at)

    [outcome] = apply(engine.party(), [message], at=at, also=also)
    if outcome.status == "refused":
        raise RefusedError(outcome.code, outcome.detail)

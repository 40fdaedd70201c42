"""Task `disclose`: the origin seals the dossier for the one member the person accepted."""

import attrs

from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.member.contacts import Case, read_case, split
from fachkraft_share.member.dossier import allowed_part, read_dossier, write_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import DossierRow
from fachkraft_share.member.scanning import Scanned, scan
from fachkraft_share.member.vault import unlock
from fachkraft_share.member.voice import next_seq
from fachkraft_share.model.consent import ContactAnswer
from fachkraft_share.model.organisation import PublicKey
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.payloads import ContactDisclosed
from fachkraft_share.protocol.records import Contact, Task
from fachkraft_share.protocol.states import join
from fachkraft_share.rules.consent import Action
from fachkraft_share.wire.blobs import Sealed, dossier_info, seal_dossier
from fachkraft_share.wire.encoding import sha256, unb64


@attrs.frozen
class Ready:
    """Sealed for one delivery: the event's id is part of what it was sealed under."""

    jti: str
    key: PublicKey
    sealed: Sealed
    scanned: Scanned


def run(engine: Engine, task: Task) -> None:
    """Ask the gate, seal, deposit the blob, then say so; a closure in between wins.

    Raises:
        ConsentError: the gate said no.
        StateError: what it rests on is not here yet.
        TemporaryError: node or scanner cannot be reached; doing it again is fine.
    """
    requester = task.note or ""
    ready = _prepare(engine, task, requester)
    if ready is None:
        return
    referral, _ = split(task.about)
    engine.client.put_blob(
        ready.sealed.sha256, ready.sealed.ciphertext, to=requester, referral=referral
    )
    reader = engine.reader()
    with engine.store.begin() as transaction:
        transaction.lock([referral])
        case = read_case(transaction, task.about, requester=requester, reader=reader)
        if case is None or case.contact.disclosed is not None:
            return
        _permitted(engine, transaction, case, requester)
        _say(engine, transaction, case, ready)
        ready.scanned.report(task.about, transaction=transaction, at=engine.now())


def _prepare(engine: Engine, task: Task, requester: str) -> Ready | None:
    reader = engine.reader()
    with engine.store.begin(write=False) as transaction:
        case = read_case(transaction, task.about, requester=requester, reader=reader)
        if case is None or case.contact.disclosed is not None:
            return None
        answer = _permitted(engine, transaction, case, requester)
        row = transaction.get(DossierRow, case.referral.id, "")
    if row is None:
        raise RefusedError("no-dossier", "this member holds no dossier for the referral")
    candidate = allowed_part(read_dossier(unlock(engine, row)), answer.categories)
    scanned = scan(engine, candidate, leaving=True)
    return _seal(engine, case, answer, requester, scanned)


def _permitted(
    engine: Engine, transaction: Transaction, case: Case, requester: str
) -> ContactAnswer:
    if case.answer is None:
        raise StateError("the person's answer is not here")
    said: ContactAnswer = case.answer.body
    engine.ask_gate(transaction, case.consent, Action.DISCLOSE, actor=requester, answer=said)
    return said


def _seal(
    engine: Engine, case: Case, answer: ContactAnswer, requester: str, scanned: Scanned
) -> Ready:
    stated = engine.directories.now().organisation(requester)
    key = stated.sealing_key(at=engine.now()) if stated else None
    if key is None:
        raise StateError("the requester states no key to seal to")
    jti = engine.voice.new_id()
    info = dossier_info(
        sender=engine.id,
        recipient=requester,
        referral=case.referral.id,
        message=jti,
        consent=answer.consent,
    )
    public, plaintext = unb64(key.x, size=32), write_dossier(scanned.candidate)
    sealed = seal_dossier(plaintext, public=public, info=info, suite=engine.runtime.sealer)
    return Ready(jti, key, sealed, scanned)


def _say(engine: Engine, transaction: Transaction, case: Case, ready: Ready) -> None:
    at, contact = engine.now(), case.contact
    seq = next_seq(transaction, case.referral.id, at=at)
    payload = ContactDisclosed(
        contact.request,
        seq,
        blob=ready.sealed.sha256,
        length=ready.sealed.length,
        key=ready.key.kid,
        answer=contact.answered or "",
    )
    along = (contact.answered or "", *case.consent_hashes)
    said = Emit(
        "contact.disclosed",
        contact.requester,
        case.referral.id,
        payload,
        attached=along,
        jti=ready.jti,
    )
    token = engine.voice.sign(said, at=at)
    engine.voice.enqueue(said, token, transaction=transaction, at=at)
    given = Contact(
        contact.referral,
        contact.requester,
        contact.request,
        disclosed_seq=seq,
        disclosed=sha256(token.encode()),
        blob=ready.sealed.sha256,
    )
    transaction.put(join(contact, given))

"""Task `fetch`: the requester gets the sealed dossier, opens it and stores it encrypted.

A withdrawal in flight wins: a dossier whose referral was closed meanwhile is never stored.
"""

import attrs

from fachkraft_share.errors import StateError
from fachkraft_share.member.contacts import open_stored, read_case, split
from fachkraft_share.member.dossier import read_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import DossierRow
from fachkraft_share.member.vault import lock_away
from fachkraft_share.model.consent import ContactAnswer
from fachkraft_share.ports.capabilities import Create
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.payloads import ContactDisclosed
from fachkraft_share.protocol.records import Task
from fachkraft_share.rules.consent import Action
from fachkraft_share.wire.blobs import Sealed, dossier_info, open_dossier


@attrs.frozen
class Expected:
    """What was disclosed to this member."""

    message: Message
    answer: ContactAnswer


def run(engine: Engine, task: Task) -> None:
    """Fetch, open and store.

    Raises:
        RefusedError: the node has no such blob for this member.
        MalformedError: not the blob that was named.
        TemporaryError: the node cannot be reached.
    """
    expected = _expected(engine, task)
    if expected is None:
        return
    body: ContactDisclosed = expected.message.body
    ciphertext = engine.client.get_blob(body.blob)
    plaintext = _open(engine, expected, ciphertext)
    read_dossier(plaintext)  # refuse here what could not be shown later
    _store(engine, task, plaintext)


def _expected(engine: Engine, task: Task) -> Expected | None:
    reader = engine.reader()
    with engine.store.begin(write=False) as transaction:
        case = read_case(transaction, task.about, requester=engine.id, reader=reader)
        if case is None or transaction.get(DossierRow, *split(task.about)) is not None:
            return None
        if case.answer is None:
            raise StateError("the person's answer is not here")
        message = open_stored(
            transaction, task.note, reader=reader, consents=case.consents, answer=case.answer
        )
    return Expected(message, case.answer.body) if message is not None else None


def _open(engine: Engine, expected: Expected, ciphertext: bytes) -> bytes:
    message, body = expected.message, expected.message.body
    key = engine.identity.opening(body.key, at=engine.now())
    info = dossier_info(
        sender=message.iss,
        recipient=engine.id,
        referral=message.referral or "",
        message=message.jti,
        consent=expected.answer.consent,
    )
    sealed = Sealed(body.blob, body.length, ciphertext)
    return open_dossier(sealed, private=key.seed, info=info, suite=engine.runtime.sealer)


def _store(engine: Engine, task: Task, plaintext: bytes) -> None:
    reader = engine.reader()
    with engine.store.begin() as transaction:
        referral, request = split(task.about)
        transaction.lock([referral])
        case = read_case(transaction, task.about, requester=engine.id, reader=reader)
        if case is None:
            return
        engine.ask_gate(transaction, case.consent, Action.HOLD, actor=engine.id)
        # What was closed by time only, and lives on under a newer consent, has lost its key.
        engine.keys.readmit(referral)
        transaction.put(lock_away(engine, plaintext, referral=referral, request=request))
        if any(one.capabilities.create is not Create.NONE for one in engine.adapters.values()):
            transaction.put(Task("file", task.about, next_at=engine.now()))

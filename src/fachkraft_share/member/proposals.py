"""Runner-ups read from a connected system: proposals for a person, never a decision (R12).

Content is encrypted under a key of its own; it goes when the person decided or the AGG hold ends.
"""

import datetime as dt
from collections.abc import Iterator

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, SetupError
from fachkraft_share.member import suppression
from fachkraft_share.member.breaker import asking
from fachkraft_share.member.dossier import read_dossier, write_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.participants import ADAPTER
from fachkraft_share.member.recommending import Recommendation, prepared, recommend
from fachkraft_share.member.records import ApplicationRow, ProposalRow, Reading
from fachkraft_share.member.vault import Encrypted, decrypt, encrypt
from fachkraft_share.model.candidate import Candidate, Document
from fachkraft_share.model.profile import Endorsement
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import DocumentAccess
from fachkraft_share.ports.progress import Progress, Tell, silent
from fachkraft_share.ports.reading import Change, Checkpoint, Ended, Problem
from fachkraft_share.rules.retention import agg_hold_until

VAULT = "proposal:"


@attrs.frozen
class Proposal:
    """A runner-up somebody may recommend; `adapter` and `application` name it."""

    adapter: str
    application: str = attrs.field(repr=False)
    candidate: Candidate = attrs.field(repr=False)
    rejected_on: dt.date | None = None
    ref: str = ""  # names it in addresses: random, and nothing personal


@attrs.frozen
class Pulled:
    """What a reading brought; problems name record and field, never content."""

    proposed: int = 0
    ended: int = 0
    problems: tuple[Problem, ...] = ()


def pull(engine: Engine, adapter: AtsAdapter, *, tell: Tell = silent) -> Pulled:
    """Read what is new; each item's cursor is stored with it, so that nothing comes twice.

    Raises:
        AdapterError: the whole reading fails; what was read before stays.
    """
    proposed = ended = 0
    problems: list[Problem] = []
    for number, item in enumerate(_read(engine, adapter), 1):
        tell(Progress(f"records of {adapter.name}", number))
        match item:
            case Change():
                problem = _propose(engine, adapter, item)
                proposed += problem is None
                problems += [] if problem is None else [problem]
            case Ended(application=application, cursor=cursor):
                _store(engine, adapter.name, cursor, dropped=application.id)
                ended += 1
            case Checkpoint(cursor=cursor):
                _store(engine, adapter.name, cursor)
            case Problem():
                problems.append(item)
    return Pulled(proposed, ended, tuple(problems))


def _read(engine: Engine, adapter: AtsAdapter) -> Iterator[Change | Ended | Problem | Checkpoint]:
    with engine.store.begin(write=False) as transaction:
        before = transaction.get(Reading, adapter.name)
    cursor = before.cursor if before else ""

    def handled(application: str) -> bool:
        return suppression.suppressed(engine, application) or _recommended(engine, application)

    with asking(engine, f"{ADAPTER}{adapter.name}"):
        yield from adapter.runner_ups(cursor, suppressed=handled, at=engine.now())


def _recommended(engine: Engine, application: str) -> bool:
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(ApplicationRow, application=application)
    return any(row.referral is not None for row in rows)


def _propose(engine: Engine, adapter: AtsAdapter, change: Change) -> Problem | None:
    application, at = change.application, engine.now()
    try:
        until = agg_hold_until(application.rejected_on) if application.rejected_on else None
        plaintext = write_dossier(prepared(change.candidate))
    except FachkraftShareError as error:
        return Problem(application.id, "", str(error), "correct the record")
    vault = f"{VAULT}{engine.voice.new_id()}"
    found = encrypt(engine, plaintext, vault=vault, about=application.id)
    row = ProposalRow(
        adapter.name,
        application.id,
        application.rejected_on,
        vault,
        found.nonce,
        found.ciphertext,
        at,
        until or at + limits.AGG_HOLD_DAYS * limits.DAY,
    )
    _store(engine, adapter.name, change.cursor, dropped=application.id, added=row)
    return None


def _store(
    engine: Engine,
    adapter: str,
    cursor: str,
    *,
    dropped: str | None = None,
    added: ProposalRow | None = None,
) -> None:
    with engine.store.begin() as transaction:
        old = transaction.get(ProposalRow, adapter, dropped) if dropped else None
        if old is not None:
            transaction.drop(ProposalRow, *old.key)
        if added is not None:
            transaction.put(added)
        transaction.put(Reading(adapter, cursor, engine.now()))
    if old is not None:
        engine.keys.destroy(old.vault)


def proposals(engine: Engine) -> tuple[Proposal, ...]:
    """Return what waits for a person's decision."""
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(ProposalRow)
    return tuple(_proposal(engine, row) for row in rows)


def _proposal(engine: Engine, row: ProposalRow) -> Proposal:
    encrypted = Encrypted(row.nonce, row.ciphertext)
    plain = decrypt(engine, encrypted, vault=row.vault, about=row.application)
    day = dt.date.fromisoformat(row.rejected_on) if row.rejected_on else None
    ref = row.vault.removeprefix(VAULT)
    return Proposal(row.adapter, row.application, read_dossier(plain), day, ref)


def recommend_proposal(
    engine: Engine,
    proposal: Proposal,
    endorsement: Endorsement | None,
    *,
    rejected_on: dt.date | None = None,
    mail: bool = False,
    language: str = "de",
    occupation: str = "",
    person_asks: bool = False,
) -> Recommendation:
    """Recommend what was proposed, with its documents read now; the proposal goes.

    Raises:
        SetupError: the system gave no date of the rejection; say it.
    """
    day = rejected_on or proposal.rejected_on
    if day is None:
        raise SetupError("when was the rejection received? pass `rejected_on`")
    candidate = _with_documents(engine, proposal)
    found = recommend(
        engine,
        candidate,
        endorsement,
        application=proposal.application,
        rejected_on=day,
        mail=mail,
        language=language,
        occupation=occupation,
        person_asks=person_asks,
    )
    dismiss(engine, proposal)
    return found


def _with_documents(engine: Engine, proposal: Proposal) -> Candidate:
    adapter = engine.adapters.get(proposal.adapter)
    if adapter is None or adapter.capabilities.documents is DocumentAccess.NONE:
        return proposal.candidate
    documents = list[Document]()
    for remote in adapter.documents(proposal.application)[: limits.DOCUMENTS]:
        documents.append(adapter.read_document(remote))
    if not documents:
        return proposal.candidate
    return attrs.evolve(proposal.candidate, documents=tuple(documents))


def dismiss(engine: Engine, proposal: Proposal) -> None:
    """Forget a proposal without recommending it."""
    with engine.store.begin() as transaction:
        row = transaction.get(ProposalRow, proposal.adapter, proposal.application)
        transaction.drop(ProposalRow, proposal.adapter, proposal.application)
    if row is not None:
        engine.keys.destroy(row.vault)
    engine.store.scrub()


def forget_old(engine: Engine) -> None:
    """Forget proposals whose AGG hold is over."""
    with engine.store.begin() as transaction:
        old = transaction.every(ProposalRow, until=("until", engine.now()))
        for row in old:
            transaction.drop(ProposalRow, *row.key)
    for row in old:
        engine.keys.destroy(row.vault)

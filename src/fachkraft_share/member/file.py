"""Task `file`: a received candidate goes into the member's own system, with a fresh permit.

1. Before the system is asked to create anything it is noted that it may have: so erasing finds it.
2. A closure that arrived meanwhile erases again what was just filed.
"""

import attrs

from fachkraft_share.errors import AdapterError, UnsupportedCapabilityError
from fachkraft_share.member.breaker import asking
from fachkraft_share.member.contacts import read_case, split
from fachkraft_share.member.dossier import read_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.erasing import erase_again
from fachkraft_share.member.participants import ADAPTER
from fachkraft_share.member.records import DossierRow, Filed, Trouble
from fachkraft_share.member.scanning import HOOK, scan
from fachkraft_share.member.vault import unlock
from fachkraft_share.model.candidate import Candidate, Document
from fachkraft_share.ports.adapter import Provenance
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import Create
from fachkraft_share.protocol.records import Task
from fachkraft_share.rules.consent import Action, Permit


@attrs.frozen
class Allowed:
    """What may be filed now, and by which leave."""

    permit: Permit
    candidate: Candidate = attrs.field(repr=False)
    provenance: Provenance


def run(engine: Engine, task: Task) -> None:
    """File the candidate into every connected system that takes persons.

    Raises:
        AdapterError: a system did not take it; the others were still asked.
        ConsentError: the gate said no.
        BusyError: a plugin could not scan a document; nothing was filed.
    """
    failed: list[AdapterError] = []
    taking = [one for one in engine.adapters.values() if one.capabilities.create is not Create.NONE]
    refused = _refused(engine, task) if taking else frozenset()
    for adapter in taking:
        try:
            _file(engine, task, adapter, refused=refused)
        except AdapterError as error:
            failed.append(error)
    if failed:
        raise failed[0]


def _refused(engine: Engine, task: Task) -> frozenset[Document]:
    """Return the documents a plugin objects to; looked at before the system is asked anything."""
    if not engine.plugins.objecting(HOOK):
        return frozenset()
    with engine.store.begin(write=False) as transaction:
        row = transaction.get(DossierRow, *split(task.about))
    if row is None:
        return frozenset()
    candidate = read_dossier(unlock(engine, row))
    scanned = scan(engine, candidate, leaving=False)
    with engine.store.begin() as transaction:
        scanned.report(task.about, transaction=transaction, at=engine.now())
    return frozenset(candidate.documents) - frozenset(scanned.candidate.documents)


def _file(engine: Engine, task: Task, adapter: AtsAdapter, *, refused: frozenset[Document]) -> None:
    allowed = _intend(engine, task, adapter)
    if allowed is None:
        return
    referral = allowed.permit.referral
    fitting, untaken = _fitting(adapter, allowed.candidate, refused=refused)
    with asking(engine, f"{ADAPTER}{adapter.name}"):
        ref = adapter.import_referral(referral, fitting, permit=allowed.permit, at=engine.now())
        _mark(adapter, ref, allowed.provenance)
    with engine.store.begin() as transaction:
        transaction.lock([referral])
        transaction.put(Filed(referral, adapter.name, ref, engine.now()))
        if untaken:
            transaction.put(Trouble("document", task.about, "not-taken", engine.now()))
        erase_again(engine, referral, transaction=transaction)


def _intend(engine: Engine, task: Task, adapter: AtsAdapter) -> Allowed | None:
    reader = engine.reader()
    referral, request = split(task.about)
    with engine.store.begin() as transaction:
        transaction.lock([referral])
        case = read_case(transaction, task.about, requester=engine.id, reader=reader)
        row = transaction.get(DossierRow, referral, request)
        before = transaction.get(Filed, referral, adapter.name)
        if case is None or row is None or (before is not None and before.ref is not None):
            return None
        said = case.answer.body if case.answer else None
        permit = engine.ask_gate(
            transaction, case.consent, Action.IMPORT, actor=engine.id, answer=said
        )
        transaction.put(Filed(referral, adapter.name, None, engine.now()))
    candidate = read_dossier(unlock(engine, row))
    source = Provenance(case.referral.origin, referral, case.consent.record_id)
    return Allowed(permit, candidate, source)


def _fitting(
    adapter: AtsAdapter, candidate: Candidate, *, refused: frozenset[Document]
) -> tuple[Candidate, int]:
    """Leave out what plugins refuse, and what the system does not take: that stays in the inbox."""
    clean = tuple(one for one in candidate.documents if one not in refused)
    taken = tuple(one for one in clean if not adapter.refusal(one))
    return attrs.evolve(candidate, documents=taken), len(clean) - len(taken)


def _mark(adapter: AtsAdapter, ref: str, provenance: Provenance) -> None:
    try:
        adapter.mark(ref, provenance)
    except UnsupportedCapabilityError:
        return

"""A runner-up whom a person typed in or read from a file: kept as a proposal until it is decided.

It lies encrypted under a key of its own, and goes when it was recommended or dismissed, at the
latest when an unanswered draft would (`limits.DRAFT_DAYS`).
"""

import datetime as dt

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, StateError
from fachkraft_share.member.dossier import write_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.proposals import VAULT, Proposal, dismiss, proposals
from fachkraft_share.member.recommending import prepared
from fachkraft_share.member.records import ProposalRow
from fachkraft_share.member.vault import encrypt
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.rules.retention import agg_hold_until

HAND = ""  # in place of an adapter's name: no system proposed it


def draft(
    engine: Engine, candidate: Candidate, *, application: str, rejected_on: dt.date, ref: str = ""
) -> str:
    """Keep a candidate for a look at the preview; return what names it. `ref` is changed anew.

    Raises:
        InvalidRecordError: a text is too long; the message names the field.
        MalformedError: too many documents.
        StateError: there is no such draft any more.
    """
    if engine.cramped():
        raise BusyError("no room on the disk", retry_after=limits.MINUTE)
    plaintext = write_dossier(prepared(candidate))
    before = proposal(engine, ref) if ref else None
    named = application or (before.application if before else engine.voice.new_id())
    _put(engine, plaintext, named, rejected_on, at=engine.now())
    found = next(
        one for one in proposals(engine) if (one.adapter, one.application) == (HAND, named)
    )
    if before is not None and before.application != named:
        dismiss(engine, before)
    return found.ref


def proposal(engine: Engine, ref: str) -> Proposal:
    """Return the proposal an address names.

    Raises:
        StateError: it was decided, or went after its time.
    """
    found = next((one for one in proposals(engine) if one.ref == ref), None)
    if found is None:
        raise StateError("this proposal is decided already, or its time is over")
    return found


def _put(
    engine: Engine, plaintext: bytes, application: str, rejected_on: dt.date, *, at: int
) -> None:
    day = rejected_on.isoformat()
    until = min(agg_hold_until(day), at + limits.DRAFT_DAYS * limits.DAY)
    vault = f"{VAULT}{engine.voice.new_id()}"
    found = encrypt(engine, plaintext, vault=vault, about=application)
    row = ProposalRow(HAND, application, day, vault, found.nonce, found.ciphertext, at, until)
    with engine.store.begin() as transaction:
        old = transaction.get(ProposalRow, HAND, application)
        transaction.put(row)
    if old is not None:
        engine.keys.destroy(old.vault)

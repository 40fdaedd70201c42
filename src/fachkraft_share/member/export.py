"""Everything held about one referral's person, for that person (Art. 15, 20 GDPR; R10)."""

from typing import Any

from fachkraft_share.errors import StateError
from fachkraft_share.member import matching
from fachkraft_share.member.dossier import read_dossier
from fachkraft_share.member.engine import Engine, bodies, chain
from fachkraft_share.member.records import ApplicationRow, Displayed, DossierRow, Filed, MatchRow
from fachkraft_share.member.vault import unlock
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import (
    Contact,
    PersonRequest,
    Referral,
    ReferralState,
    Tombstone,
)
from fachkraft_share.rules.formats.hr_open_export import write_hr_open
from fachkraft_share.rules.formats.json_resume import write_json_resume
from fachkraft_share.rules.matching import describe
from fachkraft_share.wire.convert import unstructure

FORMAT = "fks-person-export/1"


def export_for_person(engine: Engine, referral: str) -> dict[str, Any]:
    """Return all this member holds: JSON Resume and HR Open, profile, reasons, times, recipients.

    Raises:
        StateError: nothing is known of the referral.
    """
    with engine.store.begin(write=False) as transaction:
        found = transaction.get(Referral, referral)
        if found is None:
            raise StateError("this member knows no such referral")
        dossiers = transaction.every(DossierRow, referral=referral)
        rest = _rest(engine, transaction, found)
    closed = found.state is ReferralState.CLOSED
    candidates = () if closed else tuple(read_dossier(unlock(engine, row)) for row in dossiers)
    return {
        "format": FORMAT,
        "made_at": engine.now(),
        "holder": {"id": engine.id, "name": engine.settings.name},
        "role": "origin" if found.origin == engine.id else "recipient",
        "referral": {
            "id": found.id,
            "origin": found.origin,
            "state": str(found.state),
            "since": found.at,
            "not_after": found.not_after,
            "consent_until": found.consent_exp,
        },
        "candidate": [
            {"json_resume": write_json_resume(one), "hr_open": write_hr_open(one)}
            for one in candidates
        ],
        **rest,
    }


def _rest(engine: Engine, transaction: Transaction, referral: Referral) -> dict[str, Any]:
    profile = matching.profile_of(transaction, referral.id)
    return {
        "profile": unstructure(profile) if profile else None,
        "consents": list(bodies(chain(transaction, referral))),
        "contacts": [_contact(one) for one in transaction.every(Contact, referral=referral.id)],
        "matches": [
            _match(engine, one) for one in transaction.every(MatchRow, referral=referral.id)
        ],
        "filed_in": [
            {"system": one.adapter, "at": one.at}
            for one in transaction.every(Filed, referral=referral.id)
        ],
        "shown_on": [
            {"system": one.site, "at": one.at}
            for one in transaction.every(Displayed, referral=referral.id)
        ],
        "application": [
            {
                "rejected_on": one.rejected_on,
                "kept_until": one.hold_until,
                "occupation_chosen": one.occupation,
            }
            for one in transaction.every(ApplicationRow, referral=referral.id)
        ],
        "requests": [
            {"right": one.kind, "at": one.at, "answered_at": one.done_at}
            for one in transaction.every(PersonRequest, referral=referral.id)
        ],
        "closures": [
            {"scope": one.scope, "reason": one.reason, "at": one.closed_at}
            for one in transaction.every(Tombstone, referral=referral.id)
        ],
    }


def _contact(one: Contact) -> dict[str, Any]:
    return {
        "requester": one.requester,
        "request": one.request,
        "requested_at": one.requested_at,
        "job": one.job,
        "message": one.message,
        "answer": one.answer,
        "disclosed": one.disclosed is not None,
        "outcome": one.outcome,
    }


def _match(engine: Engine, row: MatchRow) -> dict[str, Any]:
    language = engine.settings.language
    return {
        "search": row.search,
        "at": row.at,
        "points": row.points,
        "reasons": [
            describe(one, vocabulary=engine.vocabulary, language=language)
            for one in matching.reasons_of(row)
        ],
    }

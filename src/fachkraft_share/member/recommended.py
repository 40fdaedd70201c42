"""What became of this member's own recommendations: states, requests, outcomes, ends."""

from enum import StrEnum

import attrs

from fachkraft_share.errors import MalformedError, StateError
from fachkraft_share.member.dossier import read_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.matching import profile_of
from fachkraft_share.member.records import Account, ApplicationRow, DossierRow
from fachkraft_share.member.timeline import Moment, Owed, happened, owed
from fachkraft_share.member.vault import unlock
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.profile import Profile
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.records import Contact, Referral, ReferralState, Tombstone
from fachkraft_share.rules.retention import days_left, draft_end


class Stage(StrEnum):
    """Where a recommendation stands, in the order things happen."""

    ASKED = "asked"  # the person has the link and has not decided
    OPEN = "open"  # others may see the profile
    REQUESTED = "requested"  # somebody asked to meet the person
    DISCLOSED = "disclosed"  # somebody has contact data and documents
    HIRED = "hired"
    ENDED = "ended"


@attrs.frozen
class Meeting:
    """One member that asked for contact."""

    requester: str
    asked_at: int
    job: str = attrs.field(repr=False)
    answer: str = ""
    disclosed: bool = False
    outcome: str = ""


@attrs.frozen
class Recommended:
    """One own recommendation; `candidate` is None once it has ended and the dossier is erased."""

    referral: str
    stage: Stage
    at: int
    days_left: int
    candidate: Candidate | None = attrs.field(repr=False)
    profile: Profile | None
    meetings: tuple[Meeting, ...]
    application: str = attrs.field(default="", repr=False)
    kept_until: int = 0  # the own application file, for disputes only (§ 15(4) AGG)
    application_erased: bool = False
    reason: str = ""  # why it ended
    ended_at: int = 0
    signed: bool = False  # this member's own receipt is signed
    moments: tuple[Moment, ...] = ()
    owed: tuple[Owed, ...] = ()


def recommended(engine: Engine) -> tuple[Recommended, ...]:
    """Return all own recommendations, the newest first."""
    with engine.store.begin(write=False) as transaction:
        mine = transaction.every(Referral, origin=engine.id)
        found = [_of(engine, transaction, one) for one in mine]
    return tuple(sorted(found, key=lambda one: (-one.at, one.referral)))


def _of(engine: Engine, transaction: Transaction, referral: Referral) -> Recommended:
    stones = transaction.every(Tombstone, referral=referral.id, scope=ALL)
    meetings = tuple(_meeting(one) for one in transaction.every(Contact, referral=referral.id))
    row = next(iter(transaction.every(ApplicationRow, referral=referral.id)), None)
    accounts = transaction.every(Account, referral=referral.id)
    end = referral.consent_exp or draft_end(referral.at, not_after=referral.not_after)
    return Recommended(
        referral.id,
        _stage(referral, meetings),
        referral.at,
        days_left(end, at=engine.now()),
        _candidate(engine, transaction, referral),
        profile_of(transaction, referral.id),
        meetings,
        application=row.application if row else "",
        kept_until=row.hold_until if row else 0,
        application_erased=bool(row and row.erased_at),
        reason=stones[0].reason if stones else "",
        ended_at=stones[0].closed_at if stones else 0,
        signed=any(one.said for one in accounts),
        moments=tuple(happened(transaction, referral.id)),
        owed=tuple(owed(transaction, referral.id)),
    )


def _stage(referral: Referral, meetings: tuple[Meeting, ...]) -> Stage:
    if any(one.outcome == "hired" for one in meetings):
        return Stage.HIRED
    if referral.state is ReferralState.CLOSED:
        return Stage.ENDED
    if referral.state is ReferralState.DRAFT:
        return Stage.ASKED
    if any(one.disclosed for one in meetings):
        return Stage.DISCLOSED
    return Stage.REQUESTED if any(not one.answer for one in meetings) else Stage.OPEN


def _meeting(one: Contact) -> Meeting:
    return Meeting(
        one.requester,
        one.requested_at,
        one.job or "",
        one.answer or "",
        one.disclosed is not None,
        one.outcome or "",
    )


def _candidate(engine: Engine, transaction: Transaction, referral: Referral) -> Candidate | None:
    row = transaction.get(DossierRow, referral.id, "")
    if row is None or referral.state is ReferralState.CLOSED:
        return None
    try:
        return read_dossier(unlock(engine, row))
    except (StateError, MalformedError):
        return None

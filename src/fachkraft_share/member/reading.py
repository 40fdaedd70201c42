"""What this member may see now: matches, received dossiers, requests of persons.

Each is asked of the gate again: nothing past its consent or closed is ever shown.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share.errors import ConsentError, MalformedError, StateError
from fachkraft_share.member import matching
from fachkraft_share.member.dossier import read_dossier
from fachkraft_share.member.engine import Engine, consent_in_force
from fachkraft_share.member.plugged import heard
from fachkraft_share.member.records import DossierRow, MatchRow, SearchRow
from fachkraft_share.member.vault import unlock
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.profile import Profile
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.message import Reader
from fachkraft_share.protocol.records import Contact, PersonRequest, Referral, ReferralState
from fachkraft_share.protocol.states import Level, level
from fachkraft_share.rules.consent import Action
from fachkraft_share.rules.matching import OPEN, Reason, describe
from fachkraft_share.rules.retention import days_left

STATUS = {
    Level.NONE: "new",
    Level.REQUESTED: "requested",
    Level.DISCLOSED: "disclosed",
    Level.OUTCOME: "outcome",
}


@attrs.frozen
class Match:
    """A referral this member may see, and why its searches apply."""

    referral: str
    origin: str
    profile: Profile
    reasons: tuple[str, ...]
    status: str  # new | requested | accepted | declined | disclosed | outcome
    days_left: int
    score: int = 0
    searches: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # what the search asks and the profile does not say
    remarks: tuple[str, ...] = ()  # what plugins add; they change neither order nor score


@attrs.frozen
class Received:
    """A dossier disclosed to this member."""

    referral: str
    request: str
    origin: str
    candidate: Candidate = attrs.field(repr=False)
    days_left: int = 0


def inbox(engine: Engine, *, language: str | None = None) -> tuple[Match, ...]:
    """Return referrals the searches apply to, best first; all of them while there is no search.

    Raises:
        QuarantineError: this state was restored, or was long away; synchronise first.
        StateError: the member list has expired; what is held may have ended.
    """
    found = held(engine, language=language)
    with engine.store.begin(write=False) as transaction:
        everything = not transaction.every(SearchRow, limit=1)
    return tuple(one for one in found if one.searches or everything)


def held(engine: Engine, *, language: str | None = None) -> tuple[Match, ...]:
    """Return every referral this member may see, whether a search applies or not, best first.

    Raises:
        QuarantineError: this state was restored, or was long away; synchronise first.
        StateError: the member list has expired; what is held may have ended.
    """
    engine.demand_current()
    reader = engine.reader()
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(Referral, state=str(ReferralState.PUBLISHED))
        found = [
            _match(engine, transaction, one, reader=reader, language=language)
            for one in rows
            if one.origin != engine.id
        ]
    shown = [one for one in found if one is not None]
    ranked = sorted(shown, key=lambda one: (-one.score, one.referral))
    return tuple(_remarked(engine, one, language=language) for one in ranked)


def _remarked(engine: Engine, match: Match, *, language: str | None) -> Match:
    if not engine.plugins.implementing("match_reasons"):
        return match
    chosen = language or engine.settings.language
    added = heard(engine, engine.plugins.match_reasons(match.profile, chosen))
    return attrs.evolve(match, remarks=tuple(sentence for _, sentence in added))


def _match(
    engine: Engine,
    transaction: Transaction,
    referral: Referral,
    *,
    reader: Reader,
    language: str | None,
) -> Match | None:
    if not may_hold(engine, transaction, referral, reader=reader):
        return None
    profile = matching.profile_of(transaction, referral.id)
    if profile is None:
        return None
    rows = transaction.every(MatchRow, referral=referral.id)
    best = max(rows, key=lambda row: (row.points, row.search), default=None)
    why = matching.reasons_of(best) if best else ()
    chosen = language or engine.settings.language

    def said(reasons: Iterable[Reason]) -> tuple[str, ...]:
        return tuple(
            describe(one, vocabulary=engine.vocabulary, language=chosen) for one in reasons
        )

    return Match(
        referral.id,
        referral.origin,
        profile,
        said(one for one in why if one.code not in OPEN),
        status_of(transaction.every(Contact, referral=referral.id, requester=engine.id)),
        days_left(referral.consent_exp or referral.not_after, at=engine.now()),
        best.points if best else 0,
        tuple(row.search for row in rows),
        said(one for one in why if one.code in OPEN),
    )


def may_hold(
    engine: Engine, transaction: Transaction, referral: Referral, *, reader: Reader
) -> bool:
    """Tell whether the gate lets this member hold and show the referral now.

    What came across a border is not shown while that alliance's list has expired: its node was not
    heard for long, and what is held may have ended.
    """
    partner = engine.here_within(transaction).directory.partner_of(referral.origin)
    if partner is not None and not partner.directory.fresh(at=engine.now()):
        return False
    try:
        consent = consent_in_force(transaction, referral, reader=reader)
        body = consent.body if consent else None
        engine.ask_gate(transaction, body, Action.HOLD, actor=engine.id)
    except ConsentError:
        return False
    return True


def status_of(contacts: tuple[Contact, ...]) -> str:
    """Return how far this member's newest request has come."""
    newest = max(contacts, key=lambda one: (one.requested_seq, one.request), default=None)
    reached = level(newest)
    if newest is not None and reached is Level.ANSWERED:
        return newest.answer or "answered"
    return STATUS.get(reached, "new")


def received(engine: Engine) -> tuple[Received, ...]:
    """Return the dossiers disclosed to this member and not erased since.

    Raises:
        QuarantineError: this state was restored, or was long away; synchronise first.
        StateError: the member list has expired; what is held may have ended.
    """
    engine.demand_current()
    reader = engine.reader()
    rows: list[tuple[DossierRow, Referral]] = []
    with engine.store.begin(write=False) as transaction:
        for row in transaction.every(DossierRow):
            referral = transaction.get(Referral, row.referral)
            if not row.request or referral is None or referral.state is ReferralState.CLOSED:
                continue
            if may_hold(engine, transaction, referral, reader=reader):
                rows.append((row, referral))
    found = [_received(engine, row, referral) for row, referral in rows]
    return tuple(one for one in found if one is not None)


def _received(engine: Engine, row: DossierRow, referral: Referral) -> Received | None:
    try:
        candidate = read_dossier(unlock(engine, row))
    except (StateError, MalformedError):
        return None  # its key was erased a moment ago
    left = days_left(referral.consent_exp or referral.not_after, at=engine.now())
    return Received(row.referral, row.request, referral.origin, candidate, left)


def person_requests(engine: Engine) -> tuple[PersonRequest, ...]:
    """Return rights persons exercised and nobody answered yet; one month each (Art. 12(3))."""
    with engine.store.begin(write=False) as transaction:
        found = transaction.every(PersonRequest)
    return tuple(one for one in found if one.done_at is None)


def answer_person(engine: Engine, request: PersonRequest) -> None:
    """Note that a person's request was answered."""
    with engine.store.begin() as transaction:
        stored = transaction.get(PersonRequest, *request.key)
        if stored is None:
            raise StateError("no such request of a person is known here")
        transaction.put(attrs.evolve(stored, done_at=engine.now()))

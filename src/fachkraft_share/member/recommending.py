"""Recommending a runner-up: only after the rejection, only as a profile, only when the person asks.

1. No invitation exists before the rejection was received, unless a member for education or
   advice lets somebody present themselves (R2).
2. An application that was erased is not recommended again unless the person asks (R8).
3. What leaves is the profile; the dossier stays here, encrypted, until the person says yes.
4. An occupation that a person chose for an application is kept with it; no later coding, and no
   record read anew, goes over it.
"""

import datetime as dt
from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import (
    BusyError,
    MalformedError,
    RefusedError,
    StateError,
    TemporaryError,
)
from fachkraft_share.member import official, outbox, suppression
from fachkraft_share.member.dossier import write_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import heard
from fachkraft_share.member.records import ApplicationRow
from fachkraft_share.member.vault import lock_away
from fachkraft_share.member.voice import next_seq
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.organisation import Organisation, Role, Status
from fachkraft_share.model.profile import Endorsement, Profile
from fachkraft_share.ports.documents import is_photo
from fachkraft_share.ports.sanitising import sanitised
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.parts import PROFILE_CATEGORIES, Parted, part_profile, read_part
from fachkraft_share.protocol.payloads import ReferralPublished
from fachkraft_share.protocol.records import Part, Referral, ReferralState
from fachkraft_share.rules.coding import Coding, Source, code_of
from fachkraft_share.rules.deidentification import Draft, Notice, describe, profile_of
from fachkraft_share.rules.kanonymity import Coarsened, HeldBack
from fachkraft_share.rules.retention import agg_hold_until
from fachkraft_share.wire.encoding import b64, sha256, unb64
from fachkraft_share.wire.ids import referral_id

PRESENTING = frozenset({Role.EDUCATION, Role.ADVICE})  # may let people present themselves


@attrs.frozen
class Recommendation:
    """What was prepared: the link for the letter, and exactly what others will see.

    `link` is None when the node mails it. It works for whoever holds it: never log it.
    """

    referral: str
    link: str | None = attrs.field(repr=False)
    profile: Profile
    dropped: tuple[Notice, ...] = ()
    coarsened: tuple[Coarsened, ...] = ()


def coded(
    engine: Engine, candidate: Candidate, *, application: str = "", occupation: str = ""
) -> Coding:
    """Return how the candidate's occupation is coded, and what else came into question.

    `occupation` is what a person chooses now; without it counts what was chosen for this
    application before.

    Raises:
        RefusedError: `occupation-unknown`: there is no such code.
    """
    official.reload(engine)
    words, language = engine.vocabulary, engine.settings.language
    if occupation and not words.lists(occupation):
        raise RefusedError("occupation-unknown", "KldB 2010 has no such code of 2 to 5 digits")
    chosen = occupation or _chosen_before(engine, application)
    found = code_of(
        chosen or candidate.occupation, candidate.title, vocabulary=words, language=language
    )
    return attrs.evolve(found, source=Source.CHOSEN) if chosen else found


def with_occupation(candidate: Candidate, found: Coding) -> Candidate:
    """Return the candidate with the code a person chose."""
    if found.source is not Source.CHOSEN or found.code is None:
        return candidate
    return attrs.evolve(candidate, occupation=found.code)


def _chosen_before(engine: Engine, application: str) -> str:
    with engine.store.begin(write=False) as transaction:
        rows = transaction.every(ApplicationRow, application=application)
    newest = sorted(rows, key=lambda row: row.at, reverse=True)
    return next((row.occupation for row in newest if row.occupation), "")


def preview(engine: Engine, candidate: Candidate, endorsement: Endorsement | None) -> Draft:
    """Return the profile others would see; nothing is stored or sent.

    Raises:
        RefusedError: `occupation-unknown` or `too-few`: there can be no profile.
    """
    official.reload(engine)
    found = profile_of(
        candidate,
        endorsement,
        vocabulary=engine.vocabulary,
        at=engine.now(),
        k=engine.settings.k,
        alliance_region=engine.settings.region,
    )
    if isinstance(found, HeldBack):
        raise RefusedError(found.code, describe(found, language=engine.settings.language))
    return found


def recommend(
    engine: Engine,
    candidate: Candidate,
    endorsement: Endorsement | None,
    *,
    application: str,
    rejected_on: dt.date | None,
    mail: bool = False,
    language: str = "de",
    person_asks: bool = False,
    occupation: str = "",
) -> Recommendation:
    """Prepare a referral and ask for the person's link; nothing is shown before they grant.

    Without the day of a rejection somebody presents themselves. `occupation` is a KldB 2010 code a
    person chose instead of the one that was coded.

    Raises:
        RefusedError: not rejected yet, suppressed, no profile is possible, or a plugin objects.
        StateError: recommended already, or the member list has expired.
        TemporaryError: the node cannot be reached; doing it again is fine.
    """
    engine.demand_ready()
    if engine.cramped():
        raise BusyError("no room on the disk", retry_after=limits.MINUTE)
    _check_may_ask(engine, rejected_on)
    found = coded(engine, candidate, application=application, occupation=occupation)
    chosen = found.code if found.source is Source.CHOSEN else None
    person = with_occupation(prepared(candidate), found)
    if mail and not person.email:
        raise RefusedError("no-address", "the candidate has no mail address")
    draft = preview(engine, person, endorsement)
    _demand_no_objection(engine, draft.profile)
    plaintext = write_dossier(person)
    ref = _begin(engine, application, rejected_on, person_asks=person_asks, chosen=chosen or "")
    to = person.email if mail else None
    invited = engine.client.invite(ref, language=language, mail_to=to)
    referral = _draft(engine, ref, draft, plaintext, key=invited.key)
    _send_now(engine)
    return Recommendation(referral, invited.link, draft.profile, draft.dropped, draft.coarsened)


def readers(engine: Engine) -> tuple[Organisation, ...]:
    """Return the other members of the alliance who may be allowed to see a profile."""
    newest, none = engine.directories.now().newest, {Role.NODE, Role.AUTHORITY}
    return tuple(
        one
        for one in (newest.members if newest else ())
        if one.id != engine.id and one.status is Status.ACTIVE and not none & set(one.roles)
    )


def _demand_no_objection(engine: Engine, profile: Profile) -> None:
    """Let the plugins look at what others would see; one that fails may have objected."""
    if not engine.plugins.objecting("review_profile"):
        return
    answers = engine.plugins.review_profile(profile)
    objections = heard(engine, answers)
    if objections:
        told = "; ".join(f"{why} (plugin {plugin})" for plugin, why in objections)
        raise RefusedError("objection", told)
    if answers.failures:
        named = ", ".join(sorted({one.plugin for one in answers.failures}))
        raise RefusedError("review-failed", f"plugin {named} could not review it; see doctor")


def prepared(candidate: Candidate) -> Candidate:
    """Return the candidate with plain text, no portrait and not too many documents.

    Raises:
        InvalidRecordError: a text is too long; the message names the field.
        MalformedError: too many documents.
    """
    documents = tuple(one for one in candidate.documents if not is_photo(one.media_type, one.kind))
    if len(documents) > limits.DOCUMENTS:
        raise MalformedError(f"documents: more than {limits.DOCUMENTS}")
    return sanitised(attrs.evolve(candidate, documents=documents))


def _check_may_ask(engine: Engine, rejected_on: dt.date | None) -> None:
    furthest = engine.now() + limits.ZONE_AHEAD  # where the date is furthest
    if rejected_on is None:
        _demand_presenting(engine)
    elif rejected_on > dt.datetime.fromtimestamp(furthest, tz=dt.UTC).date():
        raise RefusedError("not-rejected", "a person is asked only after the rejection (R2)")
    if not engine.directories.now().fresh(at=engine.now()):
        raise StateError("the member list has expired; synchronise first")


def may_present(engine: Engine) -> bool:
    """Tell whether this member may let people present themselves (R2)."""
    return bool(PRESENTING & roles_of(engine))


def roles_of(engine: Engine) -> frozenset[Role]:
    """Return what this member is in its alliance, as last stated."""
    stated = engine.directories.now().organisation(engine.id)
    return frozenset(stated.roles) if stated is not None else frozenset()


def _demand_presenting(engine: Engine) -> None:
    """An employer asks after the rejection; only who does not hire may invite at any time (R2)."""
    if not may_present(engine):
        raise RefusedError("not-rejected", "only members for education or advice invite so (R2)")


def _begin(
    engine: Engine, application: str, rejected_on: dt.date | None, *, person_asks: bool, chosen: str
) -> str:
    """Note the application under an id of our own, before the node hears of it."""
    day, at = rejected_on.isoformat() if rejected_on else "", engine.now()
    if not person_asks and suppression.suppressed(engine, application):
        raise RefusedError("suppressed", "this application was erased; ask only if they wish it")
    with engine.store.begin() as transaction:
        for row in transaction.every(ApplicationRow, application=application):
            if row.referral is None:
                transaction.put(attrs.evolve(row, occupation=chosen))
                return row.ref  # an earlier try broke off: the same id again
            _check_again(transaction, row.referral, person_asks=person_asks)
        suppression.lift(engine, application, transaction=transaction)
        ref = engine.voice.new_id()
        held = agg_hold_until(day) if day else at
        row = ApplicationRow(ref, application, day, held, at, occupation=chosen)
        transaction.put(row)
    return ref


def _check_again(transaction: Transaction, referral: str, *, person_asks: bool) -> None:
    before = transaction.get(Referral, referral)
    if before is not None and before.state is not ReferralState.CLOSED:
        raise StateError(f"this application was recommended already: {referral}")
    if not person_asks:
        raise RefusedError("suppressed", "its referral was closed; ask only if they wish it")


def _draft(engine: Engine, ref: str, draft: Draft, plaintext: bytes, *, key: str) -> str:
    ids, at = engine.runtime.ids, engine.now()
    nonce = ids.random(limits.ID_BYTES)
    referral = referral_id(engine.id, unb64(key, size=32), nonce)
    salts = (ids.random(limits.ID_BYTES) for _ in PROFILE_CATEGORIES)
    parted = part_profile(draft.profile, salts=salts)
    not_after = at + limits.REFERRAL_DAYS * limits.DAY
    with engine.store.begin() as transaction:
        seq = next_seq(transaction, referral, at=at)
        payload = ReferralPublished(seq, not_after, key, b64(nonce), dict(parted.hashes))
        envelope = _publish(engine, referral, payload, parted, transaction=transaction)
        transaction.put(
            Referral(
                referral,
                engine.id,
                key,
                b64(nonce),
                ReferralState.DRAFT,
                envelope,
                not_after,
                at,
            )
        )
        for record in _parts(referral, parted.texts):
            transaction.put(record)
        transaction.put(lock_away(engine, plaintext, referral=referral, request=""))
        row = transaction.get(ApplicationRow, ref)
        if row is not None:
            transaction.put(attrs.evolve(row, referral=referral))
    return referral


def _publish(
    engine: Engine,
    referral: str,
    payload: ReferralPublished,
    parted: Parted,
    *,
    transaction: Transaction,
) -> str:
    audience = f"{engine.settings.node}/members"
    said = Emit(
        "referral.published", audience, referral, payload, parts=parted.texts, personal=True
    )
    token = engine.voice.sign(said, at=engine.now())
    engine.voice.enqueue(said, token, transaction=transaction, at=engine.now())
    return sha256(token.encode())


def _parts(referral: str, texts: Iterable[str]) -> Iterable[Part]:
    return (Part(referral, read_part(text)[0], text) for text in texts)


def _send_now(engine: Engine) -> None:
    """Try to hand the draft over at once; if the node is away the outbox tries again."""
    try:
        outbox.send_due(engine)
    except TemporaryError:
        return

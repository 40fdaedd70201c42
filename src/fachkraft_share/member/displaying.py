"""What may stand on public pages now: teasers, each with a permit of its own.

1. A referral is shown only while the gate permits `display`: the person allowed public pages.
2. A teaser names neither origin nor person and quotes no endorsement, whatever was allowed.
3. What may have ended unheard is not shown: who is restored, has an expired list, or has heard
   nothing of the node for half an hour shows nothing. No error: pages empty themselves.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import ConsentError, QuarantineError, StateError
from fachkraft_share.member.engine import HEARD, Engine, consent_in_force
from fachkraft_share.member.matching import profile_from
from fachkraft_share.member.records import Standing
from fachkraft_share.model.consent import Category, Consent
from fachkraft_share.model.profile import Profile
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.message import Reader
from fachkraft_share.protocol.records import Part, Referral, ReferralState
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.rules.vocabulary import Kind, Vocabulary

_UNSAID = frozenset({Category.ENDORSEMENT, Category.RANK})  # the origin's word, not for everybody


@attrs.frozen
class Teaser:
    """A referral as everybody may see it, until `valid_until` at the latest.

    The permit is for now (`limits.PERMIT_SECONDS`). Whoever shows a teaser asks again at least
    every half hour (`limits.DISPLAY_HEARD`) and takes away what is no longer among the answers.
    """

    referral: str
    profile: Profile
    headline: tuple[str, ...]  # labels: occupation, level, experience, region
    details: tuple[str, ...]  # labels: skills, languages, availability, work model
    link: str  # the alliance's node, where a firm learns how to ask; nothing personal in it
    valid_until: int
    permit: Permit


def headline_of(profile: Profile) -> tuple[tuple[Kind, str], ...]:
    """Return what says most of a profile, as codes."""
    said = (
        (Kind.OCCUPATION, profile.occupation),
        (Kind.LEVEL, profile.level),
        (Kind.YEARS, profile.years),
        (Kind.REGION, profile.region),
    )
    return tuple((kind, code) for kind, code in said if code)


def teasers(engine: Engine, *, language: str | None = None) -> tuple[Teaser, ...]:
    """Return what public pages may show now, by referral; nothing while that is uncertain."""
    if not _heard_of_late(engine):
        return ()
    reader, chosen = engine.reader(), language or engine.settings.language
    with engine.store.begin(write=False) as transaction:
        held = transaction.every(Referral, state=str(ReferralState.PUBLISHED))
        found = [_teaser(engine, transaction, one, reader=reader, language=chosen) for one in held]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.referral))


def teaser_now(
    engine: Engine, transaction: Transaction, referral: str, *, reader: Reader
) -> Teaser | None:
    """Ask the gate again, within a transaction, whether one referral may be shown."""
    found = transaction.get(Referral, referral)
    if found is None or found.state is not ReferralState.PUBLISHED:
        return None
    language = engine.settings.language
    return _teaser(engine, transaction, found, reader=reader, language=language)


def heard_at(engine: Engine) -> int:
    """Return when all that waited at the node was heard the last time."""
    with engine.store.begin(write=False) as transaction:
        heard = transaction.get(Standing, HEARD)
    return heard.at if heard is not None else 0


def public_link(engine: Engine) -> str:
    """Return where the node is reached; one tried out on this machine is known by its id alone."""
    url = engine.settings.url
    return url if url.startswith("https://") else engine.settings.node


def _heard_of_late(engine: Engine) -> bool:
    try:
        engine.demand_current()
    except (QuarantineError, StateError):
        return False
    return 0 <= engine.now() - heard_at(engine) < limits.DISPLAY_HEARD


def _teaser(
    engine: Engine, transaction: Transaction, referral: Referral, *, reader: Reader, language: str
) -> Teaser | None:
    consent = consent_in_force(transaction, referral, reader=reader)
    if consent is None:
        return None
    try:
        permit = engine.ask_gate(transaction, consent.body, Action.DISPLAY, actor=engine.id)
    except ConsentError:
        return None
    profile = _profile(transaction.every(Part, referral=referral.id), consent.body)
    if profile is None:
        return None
    known = engine.vocabulary
    return Teaser(
        referral.id,
        profile,
        _labels(headline_of(profile), known, language),
        _details(profile, known, language),
        public_link(engine),
        consent.body.exp,
        permit,
    )


def _profile(parts: Iterable[Part], consent: Consent) -> Profile | None:
    """Return what the person allowed, without the endorsement; the origin holds more than that."""
    shown = frozenset(consent.categories) - _UNSAID
    return profile_from(tuple(part.text for part in parts if part.category in shown))


def _details(profile: Profile, known: Vocabulary, language: str) -> tuple[str, ...]:
    said = (
        *((Kind.SKILL, code) for code in profile.skills),
        *((Kind.LANGUAGE, one.language) for one in profile.languages),
        (Kind.AVAILABILITY, profile.availability),
        (Kind.WORK_MODEL, profile.work_model),
    )
    return _labels(said, known, language)


def _labels(
    said: Iterable[tuple[Kind, str | None]], known: Vocabulary, language: str
) -> tuple[str, ...]:
    return tuple(known.label(kind, code, language=language) for kind, code in said if code)

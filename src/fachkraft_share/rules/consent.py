"""The gate: `permits` is the only way by which personal data leave (R1, R3-R5, R16, R22, R26).

1. It is total and pure: every combination of arguments has an answer, and nothing else is asked.
2. The checks stand in one table, are tried in its order, and the first that fails names the code.
3. A `Permit` is made here only; who needs one cannot go round the gate.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol

import attrs

from fachkraft_share import limits
from fachkraft_share.model.consent import (
    Answer,
    Assurance,
    Category,
    Consent,
    ContactAnswer,
    Purpose,
)

EEA: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE "
    "IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
_ASSURANCE_ORDER: Final = (Assurance.ATTESTED, Assurance.CONFIRMED)


class Action(StrEnum):
    """What somebody is about to do with the person's data."""

    PUBLISH = "publish"  # the node releases the draft
    SERVE = "serve"  # the node hands the profile to a reader
    HOLD = "hold"  # a member keeps and shows the profile
    REQUEST = "request"  # a member asks for contact
    DISCLOSE = "disclose"  # the origin hands over contact data and documents
    IMPORT = "import"  # a member files the dossier into its own system
    RELAY = "relay"  # a partner node takes the referral over
    DISPLAY = "display"  # a member or node shows the profile on public pages


@attrs.frozen
class Policy:
    """What an alliance demands; `k` stands with the profile's rules."""

    least_assurance: Assurance = Assurance.ATTESTED
    consent_days: int = limits.CONSENT_DAYS  # proposed to the person; never endless (R7)
    k: int = limits.K_ANONYMITY
    erasure_deadline: int = limits.ERASURE_DEADLINE


@attrs.frozen
class Facts:
    """What is known about the actor and the referral when the gate is asked."""

    listed: bool = False  # named by the consent's audience: by id, or on the list it names (R5)
    active: bool = False  # active on the newest list
    fresh: bool = False  # the newest list has not expired
    excluded: bool = False  # matched by an exclusion of the person (R4)
    closed: bool = False  # a closure stands whose scope holds the actor
    settled: bool = True  # no erasure of the actor is overdue
    location: str = "DE"  # where the actor stores data (R26)
    foreign: bool = False  # the actor belongs to another alliance than the consent's node
    agreement: bool = False  # a valid agreement lets the data cross to the actor's alliance
    public: bool = False  # and names public pages among its purposes
    answer: ContactAnswer | None = None  # the person's answer to this actor
    policy: Policy = Policy()


@attrs.frozen
class Permit:
    """Leave to do one thing, for one actor, at one moment; made by `permits` only."""

    action: Action
    actor: str
    referral: str
    at: int


@attrs.frozen
class Deny:
    """Refusal; `code` is the row of the table that said no."""

    code: str


class Gate(Protocol):
    """What `permits` looks like; decisions take it as a value so that tests can go without it."""

    def __call__(
        self, consent: Consent | None, action: Action, *, actor: str, known: Facts, at: int
    ) -> Permit | Deny: ...  # pragma: no cover


@attrs.frozen
class Question:
    """Everything a check may look at."""

    consent: Consent
    action: Action
    actor: str
    known: Facts
    at: int


@attrs.frozen
class Check:
    """One row of the table: what must hold, for which actions, and what it means to people."""

    code: str
    holds: Callable[[Question], bool]
    actions: frozenset[Action]
    meaning: str


_ALL: Final = frozenset(Action)
_BY_ACTOR: Final = _ALL - {Action.PUBLISH}
_NEW: Final = _ALL - {Action.HOLD}
_DOSSIER: Final = frozenset({Action.DISCLOSE, Action.IMPORT})


def _crosses(asked: Question) -> bool:
    """Tell whether the data go to another alliance."""
    return asked.action is Action.RELAY or asked.known.foreign


def _purpose(asked: Question) -> bool:
    wanted = {Purpose.OTHER_REGIONS if _crosses(asked) else Purpose.REFERRAL}
    if asked.action is Action.DISPLAY:
        wanted.add(Purpose.PUBLIC)
    return wanted <= set(asked.consent.purposes)


def _assured(asked: Question) -> bool:
    order = _ASSURANCE_ORDER.index
    return order(asked.consent.assurance) >= order(asked.known.policy.least_assurance)


def _in_audience(asked: Question) -> bool:
    if asked.action is Action.RELAY:
        return asked.actor in asked.consent.audience.partners
    if asked.action is Action.DISPLAY and asked.actor in (asked.consent.origin, asked.consent.node):
        return True  # they hold it anyway, and the purpose names their pages
    return asked.known.listed


def _agreed(asked: Question) -> bool:
    if not _crosses(asked):
        return True
    return asked.known.agreement and (asked.known.public or asked.action is not Action.DISPLAY)


def _accepted(asked: Question) -> bool:
    answer = asked.known.answer
    return (
        answer is not None
        and answer.answer is Answer.ACCEPTED
        and answer.requester == asked.actor
        and answer.referral == asked.consent.referral
        and Category.CONTACT in answer.categories
    )


CHECKS: Final[tuple[Check, ...]] = (
    Check("closed", lambda q: not q.known.closed, _ALL, "a closure stands for this actor"),
    Check(
        "not-yet",
        lambda q: q.consent.iat <= q.at + limits.MESSAGE_SKEW,
        _ALL,
        "the consent is dated in the future",
    ),
    Check("expired", lambda q: q.at < q.consent.exp, _ALL, "the consent's time is over"),
    Check("purpose", _purpose, _ALL, "the person did not allow this purpose"),
    Check(
        "category",
        lambda q: Category.OCCUPATION in q.consent.categories,
        _ALL,
        "the person allowed no profile",
    ),
    Check(
        "assurance",
        _assured,
        _NEW,
        "the alliance asks for a better proof that the person got the link",
    ),
    Check("list-expired", lambda q: q.known.fresh, _NEW, "the newest member list has expired"),
    Check(
        "origin",
        lambda q: q.actor != q.consent.origin,
        _BY_ACTOR - {Action.DISPLAY},
        "the origin is no recipient of its own referral",
    ),
    Check("audience", _in_audience, _BY_ACTOR, "the consent does not name this actor"),
    Check(
        "agreement",
        _agreed,
        _BY_ACTOR,
        "no valid agreement lets the data go to this actor's alliance",
    ),
    Check(
        "inactive",
        lambda q: q.known.active,
        _ALL,
        "the actor is not active on the newest list",
    ),
    Check("excluded", lambda q: not q.known.excluded, _BY_ACTOR, "the person excluded this actor"),
    Check(
        "unsettled",
        lambda q: q.known.settled,
        _NEW - {Action.PUBLISH},
        "the actor owes an erasure receipt",
    ),
    Check(
        "third-country",
        lambda q: q.known.location in EEA,
        _BY_ACTOR,
        "the actor stores data outside the EEA",
    ),
    Check(
        "unanswered",
        _accepted,
        _DOSSIER,
        "the person did not accept this actor's contact request",
    ),
)


def permits(
    consent: Consent | None, action: Action, *, actor: str, known: Facts, at: int
) -> Permit | Deny:
    """Tell whether the consent allows this actor to do this now (Art. 6(1)(a), 7 GDPR)."""
    if consent is None:
        return Deny("no-consent")
    asked = Question(consent, action, actor, known, at)
    for check in CHECKS:
        if action in check.actions and not check.holds(asked):
            return Deny(check.code)
    return Permit(action, actor, consent.referral, at)

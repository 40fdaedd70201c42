"""Vectors of the gate: one question each, with the code of the refusal or null for a permit."""

from typing import Any

import attrs
from vector_parties import DAY, NODE, NOW, ORIGIN, seed

from fachkraft_share import limits
from fachkraft_share.model.consent import (
    Answer,
    Assurance,
    Audience,
    Category,
    Consent,
    ContactAnswer,
    Purpose,
)
from fachkraft_share.rules.consent import Action, Deny, Facts, Policy, permits
from fachkraft_share.wire.convert import structure, unstructure
from fachkraft_share.wire.encoding import b64

ACTOR = "https://beispiel.example"
REFERRAL, REQUEST = b64(seed("referral")[:16]), b64(seed("request")[:16])
CONSENT = Consent(
    REFERRAL,
    ORIGIN,
    NODE,
    b64(seed("consent key")),
    b64(seed("nonce")[:16]),
    b64(seed("manage key")),
    seed("draft").hex(),
    Audience(members=(ACTOR,), partners=(ACTOR,)),
    (Purpose.REFERRAL, Purpose.OTHER_REGIONS, Purpose.PUBLIC),
    (Category.OCCUPATION, Category.CONTACT),
    NOW,
    NOW + 183 * DAY,
    seed("notice").hex(),
    "de",
    Assurance.ATTESTED,
    "record",
)
ANSWER = ContactAnswer(
    REFERRAL,
    REQUEST,
    ACTOR,
    Answer.ACCEPTED,
    (Category.CONTACT,),
    seed("consent").hex(),
    1,
    NOW,
    b64(seed("jti")[:16]),
)
FACTS = Facts(listed=True, active=True, fresh=True, agreement=True, public=True, answer=ANSWER)
CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"known": {"closed": True}},
    {"consent": {"iat": NOW + limits.MESSAGE_SKEW}},
    {"consent": {"iat": NOW + limits.MESSAGE_SKEW + 1}},
    {"consent": {"exp": NOW + 1}},
    {"consent": {"exp": NOW}},
    {"consent": {"purposes": ["referral"]}},
    {"consent": {"purposes": ["other_regions"]}},
    {"consent": {"purposes": ["own_pool", "partner"]}},
    {"consent": {"categories": ["skills", "contact"]}},
    {"known": {"policy": {"least_assurance": "confirmed"}}},
    {"known": {"policy": {"least_assurance": "confirmed"}}, "consent": {"assurance": "confirmed"}},
    {"known": {"fresh": False}},
    {"actor": ORIGIN, "known": {"answer": {"requester": ORIGIN}}},
    {"known": {"listed": False}},
    {"consent": {"audience": {"members": [], "partners": []}}},
    {"known": {"agreement": False}},
    {"known": {"foreign": True}},
    {"known": {"foreign": True, "agreement": False}},
    {"known": {"foreign": True}, "consent": {"purposes": ["referral"]}},
    {"consent": {"purposes": ["public"]}},
    {"consent": {"purposes": ["referral", "public"]}},
    {"consent": {"purposes": ["referral", "other_regions"]}},
    {"consent": {"purposes": ["referral", "public", "from_tomorrow"]}},
    {"known": {"foreign": True, "public": False}},
    {"actor": ORIGIN, "known": {"listed": False}},
    {"actor": NODE, "known": {"listed": False}},
    {"known": {"active": False}},
    {"known": {"excluded": True}},
    {"known": {"settled": False}},
    {"known": {"location": "CH"}},
    {"known": {"location": "NO"}},
    {"known": {"answer": None}},
    {"known": {"answer": {"answer": "declined"}}},
    {"known": {"answer": {"categories": ["documents"]}}},
    {"known": {"answer": {"requester": ORIGIN}}},
    {"known": {"answer": {"referral": REQUEST}}},
    {"known": {"closed": True, "active": False}, "consent": {"exp": NOW}},
    {"known": {"excluded": True, "settled": False}},
)


def permits_of_all_kinds() -> dict[str, Any]:
    """Return the usual question, and what comes out for each change and action."""
    return {
        "about": "docs/permits.md: each case changes consent or facts; null is a permit",
        "consent": unstructure(CONSENT),
        "known": plain(FACTS),
        "actor": ACTOR,
        "at": NOW,
        "cases": [
            {"change": change, "answers": {str(one): answer(change, one) for one in Action}}
            for change in CHANGES
        ],
        "without_consent": {str(one): "no-consent" for one in Action},
    }


def plain(known: Facts) -> dict[str, Any]:
    """Return the facts as JSON; the policy's other fields do not matter to the gate."""
    found: dict[str, Any] = unstructure(known)
    found["policy"] = {"least_assurance": str(known.policy.least_assurance)}
    return found


def answer(change: dict[str, Any], action: Action) -> str | None:
    """Ask the gate one changed question."""
    consent = structure(merged(unstructure(CONSENT), change.get("consent", {})), Consent)
    known = facts_of(merged(plain(FACTS), change.get("known", {})))
    actor = change.get("actor", ACTOR)
    said = permits(consent, action, actor=actor, known=known, at=NOW)
    return said.code if isinstance(said, Deny) else None


def facts_of(value: dict[str, Any]) -> Facts:
    """Return the facts a JSON value tells."""
    told = dict(value)
    policy = Policy(least_assurance=Assurance(told.pop("policy")["least_assurance"]))
    answered = told.pop("answer", None)
    said = None if answered is None else structure(answered, ContactAnswer)
    return attrs.evolve(structure(told, Facts), policy=policy, answer=said)


def merged(usual: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """Return the value with the changes; objects are changed member by member."""
    found = dict(usual)
    for name, new in change.items():
        inner = isinstance(new, dict) and isinstance(found.get(name), dict)
        found[name] = merged(found[name], new) if inner else new
    return found

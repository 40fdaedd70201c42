"""Vectors of order: views of one contact request, and what every order of them joins to."""

from itertools import permutations
from typing import Any

import attrs
from vector_parties import seed

from fachkraft_share.protocol.records import Contact
from fachkraft_share.protocol.states import join, level
from fachkraft_share.wire.encoding import b64

KEY = (b64(seed("referral")[:16]), "https://beispiel.example", b64(seed("request")[:16]))


def digest(name: str) -> str:
    """Return the hash of the token with that name."""
    return seed(name).hex()


ASKED = {"requested_at": 100, "requested_seq": 0, "requested": digest("asked")}
ASKED_AGAIN = {"requested_at": 200, "requested_seq": 1, "requested": digest("asked again")}
SHOWN = {"presented_seq": 0, "job": "Backend", "message": "", "notice": "https://b.example/d"}
YES = {"answer_seq": 1, "answer": "accepted", "answered": digest("yes")}
NO = {"answer_seq": 1, "answer": "declined", "answered": digest("no")}
YES_LATER = {"answer_seq": 2, "answer": "accepted", "answered": digest("yes later")}
GIVEN = {"disclosed_seq": 0, "disclosed": digest("given"), "blob": digest("blob")}
GIVEN_TWICE = {"disclosed_seq": 0, "disclosed": digest("given twice"), "blob": digest("blob 2")}
HIRED = {"outcome_seq": 0, "outcome": "hired"}
NOT_HIRED = {"outcome_seq": 1, "outcome": "not_hired"}
SETS: dict[str, tuple[dict[str, Any], ...]] = {
    "nothing": ({},),
    "asked": (ASKED,),
    "asked twice": (ASKED, ASKED_AGAIN),
    "asked and shown": (ASKED, SHOWN),
    "yes": (ASKED, SHOWN, YES),
    "yes and no at once": (ASKED, YES, NO),
    "yes, no, and yes after all": (ASKED, YES, NO, YES_LATER),
    "disclosed": (ASKED, YES, GIVEN),
    "disclosed before a no": (YES, GIVEN, NO),
    "two disclosures of one number": (YES, GIVEN, GIVEN_TWICE),
    "an outcome": (ASKED, YES, GIVEN, HIRED),
    "an outcome that was corrected": (GIVEN, HIRED, NOT_HIRED),
    "an outcome without its story": (NOT_HIRED,),
}


def states() -> dict[str, Any]:
    """Return the sets and where they lead."""
    return {
        "about": "docs/protocol.md: state and order. Every order and repetition of `views` joins "
        "to `joined`; under a closure whose scope holds the requester the level is 5 (CLOSED)",
        "key": dict(zip(Contact.KEY, KEY, strict=True)),
        "sets": [case(name, views) for name, views in SETS.items()],
    }


def case(name: str, views: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Return one set, its join and its level; all orders must agree."""
    (joined,) = {in_order(order) for order in permutations(views)}
    told = {
        field: value
        for field, value in attrs.asdict(joined).items()
        if field not in Contact.KEY and value not in (None, -1)
    }
    return {"why": name, "views": list(views), "joined": told, "level": int(level(joined))}


def in_order(views: tuple[dict[str, Any], ...]) -> Contact:
    """Join the views one after the other, each of them twice."""
    found = Contact(*KEY)
    for view in (*views, *views):
        found = join(found, Contact(*KEY, **view))
    return found

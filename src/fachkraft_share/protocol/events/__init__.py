"""One file per event type, each with what it needs, what it decides and its effects."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import StateError
from fachkraft_share.protocol.decision import Decision, Here, Known, Need
from fachkraft_share.protocol.events import (
    consent_declined,
    consent_granted,
    consent_renewed,
    contact_answered,
    contact_disclosed,
    contact_presented,
    contact_requested,
    delivery_manifest,
    delivery_reported,
    erasure_receipt,
    feed_signed,
    membership_changed,
    outcome_reported,
    person_requested,
    referral_closed,
    referral_published,
)
from fachkraft_share.protocol.events.common import demand
from fachkraft_share.protocol.message import ANSWER, CONSENT, WITHDRAWAL, Message


@attrs.frozen
class Rule:
    """How one type of message is decided."""

    needs: Callable[[Message, Here], tuple[Need, ...]]
    decide: Callable[..., Decision]


def _rule(module: ModuleType) -> Rule:
    return Rule(module.needs, module.decide)


RULES: Final[Mapping[str, Rule]] = {
    "referral.published": _rule(referral_published),
    "referral.closed": _rule(referral_closed),
    WITHDRAWAL: _rule(referral_closed),
    CONSENT: _rule(consent_granted),
    "consent.granted": _rule(consent_granted),
    "consent.declined": _rule(consent_declined),
    "consent.renewed": _rule(consent_renewed),
    "contact.requested": _rule(contact_requested),
    "contact.presented": _rule(contact_presented),
    ANSWER: _rule(contact_answered),
    "contact.answered": _rule(contact_answered),
    "contact.disclosed": _rule(contact_disclosed),
    "outcome.reported": _rule(outcome_reported),
    "person.requested": _rule(person_requested),
    "erasure.receipt": _rule(erasure_receipt),
    "delivery.manifest": _rule(delivery_manifest),
    "delivery.reported": _rule(delivery_reported),
    "feed.signed": _rule(feed_signed),
    "membership.changed": _rule(membership_changed),
}


ACCEPTED: Final = Decision().status
_TIMELESS: Final = frozenset({"referral.closed", "erasure.receipt", CONSENT, ANSWER, WITHDRAWAL})


def _timeless(message: Message, *, here: Here) -> bool:
    """Tell whether the message counts however late the node hears it.

    Whoever gets hold of a key that has ended can still write dates of its time. Closures and
    receipts only ever end something, the person's key proves that what it signed is not new, and
    no finder of a key writes into the feed of the node it belonged to.
    """
    restored = any(one.body.draft == message.sha256 for one in message.consents)
    return restored or message.type in _TIMELESS or message.iss == here.reading


def needs(message: Message, here: Here) -> tuple[Need, ...]:
    """Return what deciding this message needs."""
    return RULES[message.type].needs(message, here)


def decide(message: Message, known: Known, *, here: Here, at: int) -> Decision:
    """Decide this message; pure and total over what `needs` declared.

    Raises:
        RefusedError: it must not happen; nothing changes.
        StateError: it cannot happen now; it may later.
    """
    try:
        decision = RULES[message.type].decide(message, known, here=here, at=at)
    except StateError:  # nor would it be taken later
        _demand_young(message, here=here, at=at)
        raise
    if decision.status == ACCEPTED:
        _demand_young(message, here=here, at=at)
    return decision


def _demand_young(message: Message, *, here: Here, at: int) -> None:
    """Refuse at the node what is dated too far back, unless it counts however late."""
    if here.is_node and not _timeless(message, here=here):
        age = at - message.iat
        demand(age <= limits.MESSAGE_AGE_DAYS * limits.DAY, "too-old", "sign it anew")

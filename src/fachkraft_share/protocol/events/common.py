"""What several event types demand in the same words."""

from fachkraft_share import limits
from fachkraft_share.errors import ConsentError, MalformedError, RefusedError, StateError
from fachkraft_share.model.consent import Consent, ContactAnswer
from fachkraft_share.protocol.decision import Here, Known, Need, every, one
from fachkraft_share.protocol.facts import closed_for, facts
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.records import (
    Contact,
    Due,
    Exclusion,
    Referral,
    ReferralState,
    Tombstone,
)
from fachkraft_share.rules.consent import Action, Deny
from fachkraft_share.wire.encoding import unb64
from fachkraft_share.wire.ids import check_id, check_referral_id


def demand(holds: bool, code: str, detail: str) -> None:  # noqa: FBT001
    """Raise RefusedError with the code unless it holds."""
    if not holds:
        raise RefusedError(code, detail)


def subject(message: Message) -> str:
    """Return the referral the message is about; raise MalformedError without one."""
    if message.referral is None:
        raise MalformedError("txn: this event needs the referral id")
    return check_id(message.referral)


def addressed(message: Message, here: Here) -> None:
    """Refuse what a node told somebody else: by name, or as one of its holders or members."""
    ours = (here.id, f"{message.iss}/holders", f"{message.iss}/members")
    demand(message.aud in ours, "audience", "this was told to somebody else")


def contact_needs(message: Message, requester: str) -> tuple[Need, ...]:
    """Return what every party needs to know of one contact of the message's referral."""
    referral = subject(message)
    return (
        one(Referral, referral),
        every(Tombstone, referral=referral),
        one(Contact, referral, requester, message.body.request),
    )


def ended(message: Message, known: Known, *, actor: str, here: Here) -> bool:
    """Tell whether the message's referral has ended for the actor."""
    tombstones = known.every(Tombstone, referral=subject(message))
    return closed_for(tombstones, actor, node=here.node_of(actor))


def certify(message: Message, *, origin: str, key: str, nonce: str) -> None:
    """Refuse a referral id that is not made of origin, consent key and nonce."""
    raw, random = unb64(key, size=32), unb64(nonce, size=limits.ID_BYTES)
    made = check_referral_id(subject(message), origin=origin, key=raw, nonce=random)
    demand(made, "referral-id", "the referral id is not made of this origin, key and nonce")


def gate(
    consent: Consent,
    action: Action,
    actor: str,
    *,
    here: Here,
    at: int,
    known: Known | None = None,
    answer: ContactAnswer | None = None,
) -> None:
    """Ask the one gate with everything this party knows; raise ConsentError if it says no.

    Raises:
        ConsentError: with the code of the first check that failed.
    """
    tombstones: tuple[Tombstone, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    overdue = False
    if known is not None:
        tombstones = known.every(Tombstone, referral=consent.referral)
        if here.is_node:
            exclusions = known.every(Exclusion, referral=consent.referral)
            overdue = any(due.due <= at for due in known.every(Due, holder=actor))
    gathered = facts(
        consent,
        actor,
        here=here,
        at=at,
        tombstones=tombstones,
        exclusions=exclusions,
        answer=answer,
        settled=not overdue,
    )
    said = here.gate(consent, action, actor=actor, known=gathered, at=at)
    if isinstance(said, Deny):
        raise ConsentError(said.code, f"{action} is not allowed")


def live(known: Known, referral: str) -> Referral:
    """Return the published referral.

    Raises:
        StateError: unknown here, still a draft, or closed.
    """
    found = known.one(Referral, referral)
    if found is None or found.state is not ReferralState.PUBLISHED:
        raise StateError("no such referral is open here")
    return found


def in_force(message: Message, referral: Referral) -> Consent:
    """Return the attached consent this party relies on, never an older, wider one.

    Raises:
        StateError: it does not travel along.
    """
    found = next((one.body for one in message.consents if one.sha256 == referral.consent), None)
    if not isinstance(found, Consent):
        raise StateError("the consent in force does not travel along")
    return found


def contact_of(known: Known, referral: str, *, requester: str, request: str) -> Contact:
    """Return what is known of a contact request, or an empty one to join with."""
    key = (referral, requester, request)
    return known.one(Contact, *key) or Contact(*key)

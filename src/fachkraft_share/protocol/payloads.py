"""What each event says: one frozen class per event name, the shapes of `docs/protocol.md`.

Unknown members are kept in the received bytes and ignored here. `seq` grows with each event its
signer makes for one referral. No field holds free text about a person that the node could read.
"""

from enum import StrEnum
from typing import Final

import attrs

from fachkraft_share.model.consent import Category

URN: Final = "urn:fks:event:"
VERSION: Final = ":1"


@attrs.frozen
class ReferralPublished:
    """Origin to `<node>/members`, first as a draft; `parts` maps category to its part's hash."""

    seq: int
    not_after: int
    key: str  # the consent key, base64url
    nonce: str
    parts: dict[str, str]


@attrs.frozen
class ReferralClosed:
    """The end within a scope; the proof travels attached unless the signer itself may close."""

    origin: str
    key: str
    nonce: str
    scope: str
    reason: str
    not_after: int
    seq: int = 0


@attrs.frozen
class ConsentGranted:
    """Node to origin: the person granted; the consent travels attached."""

    consent: str  # SHA-256


@attrs.frozen
class ConsentDeclined:
    """Node to origin: the person declined, or let the draft run out (`reason` `expired`)."""

    reason: str


@attrs.frozen
class ConsentRenewed:
    """Node to whoever holds the referral: a newer consent replaces the one before."""

    consent: str
    renews: str


@attrs.frozen
class ContactRequested:
    """Requester to origin; `sealed` holds `ContactDetails`, for the origin's key `key` only."""

    request: str
    seq: int
    key: str  # kid of the origin's sealing key
    sealed: str  # base64url


@attrs.frozen
class ContactDetails:
    """The sealed part of a contact request."""

    job: str
    message: str
    contact: str
    notice: str  # address of the requester's privacy notice (Art. 14)


@attrs.frozen
class ContactPresented:
    """Origin to its node's desk: what the person shall read about a request."""

    request: str
    requester: str
    seq: int
    job: str
    message: str
    notice: str


@attrs.frozen
class ContactAnswered:
    """Node to origin and requester; the person's own answer travels attached."""

    request: str
    requester: str
    answer: str  # SHA-256 of the answer token


@attrs.frozen
class ContactDisclosed:
    """Origin to requester: where the sealed dossier is and which key opens it."""

    request: str
    seq: int
    blob: str  # SHA-256 of the ciphertext
    length: int
    key: str  # kid of the requester's sealing key
    answer: str  # SHA-256 of the answer token it rests on


class OutcomeKind(StrEnum):
    """What came of a contact."""

    HIRED = "hired"
    NOT_HIRED = "not_hired"
    NO_CONTACT = "no_contact"


@attrs.frozen
class OutcomeReported:
    """Requester to origin."""

    request: str
    seq: int
    outcome: OutcomeKind


class Right(StrEnum):
    """A right the person uses (Art. 15, 16, 18, 21 GDPR)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


@attrs.frozen
class PersonRequested:
    """Node to a holder: the person uses a right; done within one month (Art. 12(3)).

    `categories` tell a rectification what is wrong; the person says how it should be to the origin.
    """

    right: Right
    categories: list[Category] = attrs.field(factory=list)


@attrs.frozen
class ErasureReceipt:
    """Holder to node: hashes of the salted items, one per referral and scope; items go as parts."""

    items: list[str]


class ErasureState(StrEnum):
    """What became of one category of data at a holder."""

    NEVER_HELD = "never_held"
    ERASED = "erased"
    ANONYMISED = "anonymised"
    RETAINED = "retained"
    REQUESTED = "requested"
    FAILED = "failed"


@attrs.frozen
class CategoryErased:
    """One category; `retained` names its legal basis and the second until which."""

    category: str  # profile and dossier always, record, and whatever else a holder tells of
    state: ErasureState
    basis: str | None = None
    until: int | None = None
    reason: str | None = None  # a code, e. g. participant_missing


@attrs.frozen
class ResidueLeft:
    """A place where something is left; never content. `goes` is when it goes by itself."""

    kind: str
    where: str
    goes: int | None = None


@attrs.frozen
class ReceiptItem:
    """What one holder says about one closure."""

    referral: str
    closure: str  # SHA-256 of the token that proves the closure, as the holder received it
    scope: str
    at: int
    categories: tuple[CategoryErased, ...]
    stores: tuple[str, ...]  # names of the erasure participants asked
    residues: tuple[ResidueLeft, ...] = ()
    second_look: bool = False  # a second look found nothing
    backups_unreadable_from: int = 0


@attrs.frozen
class Delivered:
    """One line of a manifest."""

    holder: str
    served_at: int
    custody_at: int | None = None


@attrs.frozen
class DeliveryManifest:
    """The node's signed list of all who were given the referral, in numbered pages."""

    closure: str
    scope: str
    page: int
    pages: int
    entries: list[Delivered]


@attrs.frozen
class DeliveryReported:
    """A partner node's account of whom it served, while the referral lives."""

    entries: list[Delivered]


@attrs.frozen
class FeedSigned:
    """Where a node's feed ended: two of these with one number and two heads prove a fork."""

    number: int
    head: str  # SHA-256, the running hash


@attrs.frozen
class MembershipChanged:
    """Authority's news, carried by the node: a newer list can be fetched."""

    number: int
    list: str  # the list's hash


PAYLOADS: Final[dict[str, type]] = {
    "referral.published": ReferralPublished,
    "referral.closed": ReferralClosed,
    "consent.granted": ConsentGranted,
    "consent.declined": ConsentDeclined,
    "consent.renewed": ConsentRenewed,
    "contact.requested": ContactRequested,
    "contact.presented": ContactPresented,
    "contact.answered": ContactAnswered,
    "contact.disclosed": ContactDisclosed,
    "outcome.reported": OutcomeReported,
    "person.requested": PersonRequested,
    "erasure.receipt": ErasureReceipt,
    "delivery.manifest": DeliveryManifest,
    "delivery.reported": DeliveryReported,
    "feed.signed": FeedSigned,
    "membership.changed": MembershipChanged,
}


def urn(event: str) -> str:
    """Return the URI of an event name."""
    return f"{URN}{event}{VERSION}"

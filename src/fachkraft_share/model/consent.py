"""What the person allowed: to whom, for what, until when (fields after ISO/IEC TS 27560)."""

from enum import StrEnum

import attrs

from fachkraft_share.model.alliance import ListName
from fachkraft_share.model.growing import Growing


class Purpose(Growing):
    """What the data may be used for (R3)."""

    OWN_POOL = "own_pool"
    REFERRAL = "referral"
    OTHER_REGIONS = "other_regions"
    PARTNER = "partner"
    PUBLIC = "public"  # shown to everybody on the web; never implied by another purpose


class Category(StrEnum):
    """Data categories that can be allowed one by one (R3)."""

    OCCUPATION = "occupation"  # always needed: a profile without it says nothing
    EXPERIENCE = "experience"
    SKILLS = "skills"
    LANGUAGES = "languages"
    REGION = "region"
    AVAILABILITY = "availability"
    ENDORSEMENT = "endorsement"
    RANK = "rank"
    CONTACT = "contact"  # asked per contact request
    DOCUMENTS = "documents"  # asked per contact request


class Assurance(StrEnum):
    """How the link reached the person."""

    ATTESTED = "attested"
    CONFIRMED = "confirmed"


@attrs.frozen
class Audience:
    """Who may see the profile: everybody on one numbered list, or up to 100 named members."""

    list: ListName | None = None
    members: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@attrs.frozen
class Consent:
    """The consent record, signed by the person's own key (`fks-consent+jwt`).

    `key` and `manage` are base64url Ed25519 public keys: the invitation's, which grants and is then
    forgotten, and the management link's, which answers, renews and withdraws. `draft` is the
    SHA-256 (hex) of the envelope shown. Exclusions are never part of it (R4).
    """

    referral: str
    origin: str
    node: str
    key: str
    nonce: str
    manage: str
    draft: str
    audience: Audience
    purposes: tuple[Purpose, ...]
    categories: tuple[Category, ...]
    iat: int
    exp: int
    notice: str
    language: str
    assurance: Assurance
    record_id: str
    renews: str | None = None  # SHA-256 (hex) of the consent this one renews


class Answer(StrEnum):
    """What the person says to a contact request."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


@attrs.frozen
class ContactAnswer:
    """`fks-answer+jwt`: the person's answer to one request of one member."""

    referral: str
    request: str
    requester: str
    answer: Answer
    categories: tuple[Category, ...]
    consent: str  # SHA-256 (hex) of the consent it rests on
    seq: int  # the higher one counts; on a tie `declined`
    iat: int
    jti: str


@attrs.frozen
class Withdrawal:
    """`fks-withdrawal+jwt`: the person takes consent back, for all or one holder (Art. 7(3))."""

    referral: str
    origin: str
    key: str
    nonce: str
    scope: str  # "all" or the id of one member or partner node
    reason: str
    not_after: int
    iat: int
    jti: str

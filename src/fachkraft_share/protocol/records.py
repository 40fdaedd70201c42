"""What a party remembers: flat frozen records, each with its key, for any store.

A record holds text, whole numbers, bytes and None only, so that every store can keep it in columns.
`KEY` names the fields that identify it, `INDEX` the fields it is searched by.
"""

from enum import StrEnum
from typing import Any, ClassVar

import attrs


class ReferralState(StrEnum):
    """Where a referral stands at this party; the way between them is in `states.py`."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class Record:
    """Base of everything a store keeps."""

    __slots__ = ()
    KEY: ClassVar[tuple[str, ...]]
    INDEX: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """The values of the fields named by `KEY`."""
        return tuple(getattr(self, name) for name in self.KEY)


@attrs.frozen
class Token(Record):
    """A signed document as received; `body` goes when the referral closes if it is `personal`."""

    KEY = ("sha256",)
    INDEX = (("referral",),)
    sha256: str
    type: str  # event name or document type
    iss: str
    referral: str | None
    personal: bool
    body: str | None = attrs.field(repr=False)
    at: int


@attrs.frozen
class Seen(Record):
    """A message id that was processed; `other` is the hash of different bytes under the same id."""

    KEY = ("iss", "jti")
    INDEX = (("at",),)
    iss: str
    jti: str
    sha256: str
    at: int
    other: str | None = None


@attrs.frozen
class Part(Record):
    """One salted part of a profile or receipt, as it travels beside its envelope."""

    KEY = ("referral", "category")
    referral: str
    category: str
    text: str = attrs.field(repr=False)


@attrs.frozen
class Referral(Record):
    """One referral as this party knows it."""

    KEY = ("id",)
    INDEX = (("state", "not_after"), ("origin",))
    id: str
    origin: str
    key_x: str  # the consent key, base64url
    nonce: str
    state: ReferralState
    envelope: str  # SHA-256 of the published envelope
    not_after: int
    at: int
    consent: str | None = None  # SHA-256 of the consent in force
    consent_exp: int | None = None
    home: str | None = None  # the partner node it came from; None: the own node's


@attrs.frozen
class Contact(Record):
    """One contact request and all that came of it; a join-semilattice, see `states.py`."""

    KEY = ("referral", "requester", "request")
    INDEX = (("requester", "requested_at"),)
    referral: str
    requester: str
    request: str
    requested_at: int = 0
    requested_seq: int = -1
    requested: str | None = None  # SHA-256 of the request's envelope
    presented_seq: int = -1
    job: str | None = attrs.field(default=None, repr=False)
    message: str | None = attrs.field(default=None, repr=False)
    notice: str | None = None  # address of the requester's privacy notice (Art. 14)
    answer_seq: int = -1
    answer: str | None = None  # accepted | declined
    answered: str | None = None  # SHA-256 of the answer token
    disclosed_seq: int = -1
    disclosed: str | None = None  # SHA-256 of the disclosure's envelope
    blob: str | None = None  # SHA-256 of the sealed dossier
    outcome_seq: int = -1
    outcome: str | None = None


@attrs.frozen
class Held(Record):
    """A ledger line: this party gave `holder` the referral; kept to know who must erase."""

    KEY = ("referral", "holder")
    INDEX = (("holder", "number"),)
    referral: str
    holder: str
    number: int  # the feed row it was served with
    served_at: int
    custody_at: int | None = None
    via: str | None = None  # the partner node that served it and told so; None: this party


@attrs.frozen
class Tombstone(Record):
    """The end of a referral within a scope; final, and kept so that it stays ended."""

    KEY = ("referral", "scope")
    INDEX = (("keep_until",), ("closed_at",))
    referral: str
    scope: str  # "all" or the id of one member or node
    reason: str
    closure: str  # SHA-256 of the token that proves it: a withdrawal or a `referral.closed`
    attached: str  # SHA-256 of the tokens that travel along with it, space-joined
    closed_at: int  # when this party applied it
    keep_until: int


@attrs.frozen
class Closing(Record):
    """Another token that closes what a tombstone closed already; receipts may answer it as well.

    Two nodes may hear of two withdrawals of one person; each holder signs for the one it heard of.
    """

    KEY = ("referral", "scope", "closure")
    referral: str
    scope: str
    closure: str
    attached: str  # as in `Tombstone`
    at: int


@attrs.frozen
class Receipt(Record):
    """A holder's signed account of what it erased."""

    KEY = ("referral", "holder", "scope")
    INDEX = (("settled", "at"), ("token",))
    referral: str
    holder: str
    scope: str
    token: str  # SHA-256 of the `erasure.receipt` event
    part: str = attrs.field(repr=False)  # the revealed item
    settled: bool
    alarm: str | None
    at: int


@attrs.frozen
class Due(Record):
    """A holder that owes a receipt for a closure."""

    KEY = ("referral", "holder", "scope")
    INDEX = (("holder", "due"), ("due",))
    referral: str
    holder: str
    scope: str
    closure: str
    since: int
    due: int


@attrs.frozen
class Exclusion(Record):
    """Whom the person shut out; stays at the node and is never on the wire (R4)."""

    KEY = ("referral", "kind", "value")
    referral: str
    kind: str  # id | name | domain | group | betriebsnummer
    value: str = attrs.field(repr=False)


@attrs.frozen
class Invitation(Record):
    """A link that was made for one candidate of one member; the secret itself is not kept."""

    KEY = ("key_x",)
    INDEX = (("manage_x",), ("at",), ("member", "ref"))
    key_x: str
    member: str
    ref: str  # the member's own id for it, so that a repeated call is recognised
    assurance: str
    language: str
    at: int
    referral: str | None = None
    manage_x: str | None = None
    used_at: int | None = None
    later: int | None = None  # the day the person wants to decide on: ConsentRequestDeferred


@attrs.frozen
class FeedRow(Record):
    """One row of the feed; `head` is the running hash up to and including this row."""

    KEY = ("number",)
    INDEX = (("to", "number"), ("referral",))
    number: int
    stream: str  # closures | events
    to: str  # "list" or the id of one member or node
    list_number: int | None
    referral: str | None
    token: str
    attached: str  # SHA-256 of the tokens that travel along, space-joined
    at: int
    head: str


@attrs.frozen
class Blob(Record):
    """A sealed dossier waiting for its addressee; the bytes stand beside it in the store."""

    KEY = ("sha256",)
    INDEX = (("sender",), ("at",), ("referral",))
    sha256: str
    sender: str
    addressee: str
    referral: str
    size: int
    at: int
    named: bool = False
    custody_at: int | None = None


@attrs.frozen
class BlobContent(Record):
    """The ciphertext of a blob."""

    KEY = ("sha256",)
    sha256: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class PersonRequest(Record):
    """A right the person exercised (Art. 15, 16, 18, 21): a task for the party that holds data."""

    KEY = ("referral", "kind", "jti")
    referral: str
    kind: str  # access | rectification | restriction | objection
    jti: str
    at: int
    done_at: int | None = None
    categories: str = ""  # of a rectification, separated by spaces


@attrs.frozen
class Manifest(Record):
    """A node's signed list of all it gave a referral, one page each."""

    KEY = ("referral", "scope", "node", "page")
    referral: str
    scope: str
    node: str  # who signed it: the home node, or a partner node
    page: int
    token: str
    at: int


@attrs.frozen
class Task(Record):
    """Work this party owes after a commit; done by its worker, tried again until it succeeds."""

    KEY = ("kind", "about")
    INDEX = (("next_at",),)
    kind: str  # erase | expire | match | refresh | present | disclose | fetch | file | read
    about: str  # referral id, or referral id + "/" + request id; for `read` the adapter's name
    next_at: int
    tries: int = 0
    note: str | None = None  # scope, token hash or last failure's code; never personal

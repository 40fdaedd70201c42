"""What only the node remembers, beside the records of the protocol."""

import attrs

from fachkraft_share.protocol.records import Record


@attrs.frozen
class Kept(Record):
    """One value by name: the newest list's number, heartbeat, epoch, quarantine."""

    KEY = ("name",)
    name: str
    value: str


@attrs.frozen
class Statement(Record):
    """A signed member statement (`fks-member+jwt`), also an earlier one that old lists name."""

    KEY = ("sha256",)
    INDEX = (("sub",),)
    sha256: str
    sub: str
    token: str
    iat: int
    exp: int


@attrs.frozen
class Listed(Record):
    """One signed page of a numbered member list (`fks-members+jwt`)."""

    KEY = ("number", "page")
    number: int
    page: int
    token: str
    exp: int


@attrs.frozen
class AgreementVersion(Record):
    """One signed version of an agreement of this alliance (`fks-agreement+jwt`)."""

    KEY = ("agreement", "version")
    agreement: str
    version: int
    token: str


@attrs.frozen
class OfficialList(Record):
    """An official list the operator added, as the newest member list names it by its hash."""

    KEY = ("name",)
    name: str
    sha256: str
    size: int
    file: str  # what the file was called
    stamp: str  # version or date, as it stands in the file
    rows: int
    repaired: int
    dropped: int
    at: int


@attrs.frozen
class ListContent(Record):
    """The bytes of an official list, exactly as its publisher made them."""

    KEY = ("sha256",)
    sha256: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class PartnerList(Record):
    """A partner alliance's member list that was verified and taken over."""

    KEY = ("authority", "number")
    authority: str
    number: int
    signed_by: str  # SHA-256 of the root's statement of the authority at that time
    at: int


@attrs.frozen
class PartnerPage(Record):
    """One signed page of it."""

    KEY = ("authority", "number", "page")
    authority: str
    number: int
    page: int
    token: str


@attrs.frozen
class PartnerStatement(Record):
    """A signed member statement of a partner alliance, apart from our own."""

    KEY = ("authority", "sha256")
    authority: str
    sha256: str
    token: str


@attrs.frozen
class JoinCode(Record):
    """A one-time code that lets one organisation join; only its hash is kept."""

    KEY = ("sha256",)
    INDEX = (("expires",),)
    sha256: str
    name: str
    roles: str  # space-joined
    expires: int
    details: str = ""  # JSON: what the authority states beside name and roles
    used_by: str | None = None  # SHA-256 of the application that used it


@attrs.frozen
class Letter(Record):
    """A mail waiting to be sent, or to be read by the operator; goes after 24 hours.

    `key_x` is the invitation's it belongs to, or random for one that signs staff in.
    """

    KEY = ("key_x",)
    INDEX = (("at",),)
    key_x: str
    to: str = attrs.field(repr=False)
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    at: int
    tries: int = 0
    next_at: int = 0
    signs_in: bool = False  # to staff: waits for no draft, and only the operator may read it


@attrs.frozen
class Spent(Record):
    """A request token that was used; kept as long as it could be used again."""

    KEY = ("iss", "jti")
    INDEX = (("at",),)
    iss: str
    jti: str
    at: int


@attrs.frozen
class ReaderState(Record):
    """How far custody of a reader was noted, and the epoch it last resynchronised in."""

    KEY = ("id",)
    id: str
    custody: int = 0
    epoch: str = ""


@attrs.frozen
class NoticeText(Record):
    """A notice as shown when somebody consented: proof of what was told (Art. 7(1) GDPR)."""

    KEY = ("sha256",)
    INDEX = (("at",),)
    sha256: str
    language: str
    text: str
    at: int


@attrs.frozen
class PartnerCursor(Record):
    """How far this node has read a partner's feed; opaque, as the partner gave it.

    `epoch` is this node's own when it last resynchronised there: another one means a restore.
    """

    KEY = ("node",)
    node: str
    epoch: str
    closures: str | None = None
    events: str | None = None


@attrs.frozen
class PartnerCalls(Record):
    """How calling a partner went: when it last answered, since when it fails and why."""

    KEY = ("node",)
    node: str
    at: int = 0
    since: int | None = None
    tries: int = 0
    next_at: int = 0  # it is not called before
    code: str = ""


@attrs.frozen
class PartnerPause(Record):
    """A partner that somebody in the office wants not to be called for a while."""

    KEY = ("node",)
    node: str
    until: int


@attrs.frozen
class PartnerHead(Record):
    """The newest signed head of a partner's feed: it can never again say otherwise."""

    KEY = ("node",)
    node: str
    number: int
    head: str
    token: str
    at: int  # when it was last asked


@attrs.frozen
class HeadDispute(Record):
    """A partner's feed no longer has a row it had signed: what it said then, and what it says now.

    kind: rewritten (another head under the same number) | rolled-back (no such row any more)
    """

    KEY = ("node", "number")
    node: str
    number: int
    kind: str
    before: str  # the signed head that was kept
    found: str  # the one it signs now; empty where it says there is none
    at: int


@attrs.frozen
class Parked(Record):
    """A partner's message that could not be judged yet; tried again, also after a newer list."""

    KEY = ("sha256",)
    INDEX = (("node", "next_at"), ("next_at",), ("referral",), ("at",))
    sha256: str
    node: str
    stream: str
    referral: str | None
    token: str = attrs.field(repr=False)
    attached: str = attrs.field(repr=False)  # space-joined tokens
    parts: str = attrs.field(repr=False)  # space-joined
    code: str
    at: int
    next_at: int
    tries: int = 0


@attrs.frozen
class Custody(Record):
    """A partner's referral that reached this node and was not kept: it was held for a moment."""

    KEY = ("referral",)
    INDEX = (("at",),)
    referral: str
    node: str  # the partner that gave it, and hears what became of it
    at: int


@attrs.frozen
class Unreported(Record):
    """A ledger line about a partner's referral which that partner has not been told of."""

    KEY = ("referral", "holder")
    INDEX = (("node",),)
    referral: str
    holder: str
    node: str


@attrs.frozen
class Sighting(Record):
    """When a member or a partner's node called last, as noted when its used tokens are dropped."""

    KEY = ("id",)
    id: str
    at: int


@attrs.frozen
class OfficeAct(Record):
    """What somebody did in the office: never changed, and no person in it but who acted.

    `head` is the running hash up to and including this one: none can be altered or left out.
    """

    KEY = ("number",)
    INDEX = (("at",), ("about",))
    number: int
    at: int
    account: str  # whoever was signed in, as the login numbers accounts
    action: str
    about: str  # id of what was acted on, or empty
    outcome: str  # begun | refused
    head: str


@attrs.frozen
class BreachCase(Record):
    """Something reached a wrong recipient; refers to the referral and names no person.

    Without a referral it is about all that the recipient holds; without a recipient it left the
    alliance.
    """

    KEY = ("id",)
    INDEX = (("opened_at",),)
    id: str
    opened_at: int
    known_at: int
    referral: str | None
    recipient: str | None
    scope: str  # of the recall: "all", or the recipient's id
    risk: str | None = None
    recalled_at: int | None = None
    authority_at: int | None = None
    person_at: int | None = None
    closed_at: int | None = None


@attrs.frozen
class BreachStep(Record):
    """Who did what about a breach; never changed (Art. 33(5) GDPR)."""

    KEY = ("case", "number")
    case: str
    number: int
    at: int
    by: str  # the account's id
    what: str  # opened | recalled | unlikely | risk | high | authority | person | closed

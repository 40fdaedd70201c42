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
    """A mail waiting to be sent, or to be read by the operator; goes after 24 hours."""

    KEY = ("key_x",)
    INDEX = (("at",),)
    key_x: str
    to: str = attrs.field(repr=False)
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    at: int
    tries: int = 0
    next_at: int = 0


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

"""What only a host remembers: its firms in its own store, the rest in a store beside each firm's.

Candidates lie in the firm's own engine; who presents themselves lies here until the end, encrypted.
"""

from enum import StrEnum
from typing import Final

import attrs

from fachkraft_share.ports.columns import records_of
from fachkraft_share.protocol.records import Record
from fachkraft_share.web.login import records as login_records


class FirmState(StrEnum):
    """How a firm stands at its host."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # no pages; withdrawals still reach it


@attrs.frozen
class FirmRow(Record):
    """A firm, or a member that invites people to present themselves, by its short name."""

    KEY = ("slug",)
    slug: str
    id: str
    name: str
    state: FirmState
    at: int


@attrs.frozen
class ContractRow(Record):
    """The processor contract as a firm accepted it: the text, who did, and when (Art. 28 GDPR)."""

    KEY = ("sha256",)
    INDEX = (("at",),)
    sha256: str  # of the German text, which binds
    text: str
    account: str
    name: str = attrs.field(repr=False)
    at: int


@attrs.frozen
class HostLetter(Record):
    """A mail that waits; with it goes the address."""

    KEY = ("id",)
    id: str
    to: str = attrs.field(repr=False)
    subject: str = attrs.field(repr=False)
    text: str = attrs.field(repr=False)
    at: int
    next_at: int
    tries: int = 0


@attrs.frozen
class Presentation(Record):
    """Somebody who was invited to present themselves; what they entered is ciphertext."""

    KEY = ("id",)
    INDEX = (("link",), ("parent",), ("referral",), ("ends",))
    id: str
    link: str  # SHA-256 of the secret of the person's link
    kind: str  # graduate | returnee | partner
    language: str
    group: str = attrs.field(repr=False)  # for whoever invites: a class, a day
    at: int
    ends: int  # goes then if it is not finished
    by: str  # the account that invited
    entered_at: int = 0
    minor: bool = False
    parent: str = ""  # SHA-256 of the secret of a parent's link
    parent_at: int = 0
    parent_by: str = ""  # `link`, or the account that holds the signed letter
    wish: bool = False  # the person asks for a confirmation
    confirmed: str = ""  # space-joined codes
    confirmed_at: int = 0
    confirmed_by: str = ""
    referral: str | None = None
    nonce: bytes = attrs.field(default=b"", repr=False)
    ciphertext: bytes = attrs.field(default=b"", repr=False)


HOST_RECORDS: Final[tuple[type[Record], ...]] = (FirmRow,)
BESIDE_RECORDS: Final[tuple[type[Record], ...]] = (
    ContractRow,
    HostLetter,
    Presentation,
    *records_of(login_records),
)

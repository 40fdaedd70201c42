"""What only a member's engine remembers, beside the protocol's records: flat, each with its key.

Data of candidates stand here only as ciphertext under a key that lies apart (design § 6.6).
"""

from typing import Final

import attrs

from fachkraft_share.ports.columns import records_of
from fachkraft_share.protocol.records import Record
from fachkraft_share.web.login import records as login


@attrs.frozen
class Outgoing(Record):
    """A signed event that must reach the node; written in the transaction that causes it."""

    KEY = ("token",)
    INDEX = (("next_at",), ("referral",))
    token: str  # SHA-256 of the token; its body stands in `Token`
    type: str
    referral: str | None
    attached: str  # SHA-256 of the tokens that travel along, space-joined
    parts: str = attrs.field(repr=False)  # space-joined
    at: int
    next_at: int
    tries: int = 0
    code: str | None = None  # why the node did not take it the last time


@attrs.frozen
class Parked(Record):
    """A message that could not be judged yet; tried again after the lists were refreshed."""

    KEY = ("sha256",)
    INDEX = (("next_at",), ("referral",), ("at",))
    sha256: str
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
class FeedCursor(Record):
    """How far this engine has read one stream; opaque, as the node gave it."""

    KEY = ("stream",)
    stream: str
    cursor: str | None


@attrs.frozen
class Lease(Record):
    """Who synchronises at the moment."""

    KEY = ("name",)
    name: str
    holder: str
    until: int


@attrs.frozen
class Standing(Record):
    """A single fact about this engine, by name: quarantine, breaker, journal head, ..."""

    KEY = ("name",)
    name: str
    value: str
    at: int


@attrs.frozen
class Counter(Record):
    """The last `seq` this member used in an event about a referral."""

    KEY = ("referral",)
    referral: str
    value: int


@attrs.frozen
class Members(Record):
    """The directory as JSON: all lists and keys that were ever verified."""

    KEY = ("authority",)
    authority: str
    number: int
    body: str = attrs.field(repr=False)


@attrs.frozen
class SearchRow(Record):
    """A saved search or open job, as JSON."""

    KEY = ("id",)
    id: str
    body: str
    at: int


@attrs.frozen
class MatchRow(Record):
    """Why a search applies to a referral; the reasons are kept (Art. 22 GDPR)."""

    KEY = ("referral", "search")
    INDEX = (("search",),)
    referral: str
    search: str
    reasons: str  # JSON
    points: int
    at: int


@attrs.frozen
class DossierRow(Record):
    """A dossier under the referral's key; `request` is empty for the origin's own."""

    KEY = ("referral", "request")
    referral: str
    request: str
    nonce: bytes = attrs.field(repr=False)
    ciphertext: bytes = attrs.field(repr=False)
    at: int


@attrs.frozen
class ApplicationRow(Record):
    """The origin's application behind a referral, and until when it may be kept (AGG)."""

    KEY = ("ref",)
    INDEX = (("referral",), ("application",))
    ref: str  # our id for the invitation
    application: str = attrs.field(repr=False)
    rejected_on: str  # empty: somebody presents themselves, nothing is held back
    hold_until: int
    at: int
    referral: str | None = None
    erased_at: int | None = None  # when a person confirmed that the application file is gone
    occupation: str = ""  # the code a person chose; it goes over whatever is coded later


@attrs.frozen
class ProposalRow(Record):
    """A runner-up read from a system, waiting for a person's decision; content is ciphertext."""

    KEY = ("adapter", "application")
    INDEX = (("until",),)
    adapter: str
    application: str = attrs.field(repr=False)
    rejected_on: str | None
    vault: str  # name of its key
    nonce: bytes = attrs.field(repr=False)
    ciphertext: bytes = attrs.field(repr=False)
    at: int
    until: int


@attrs.frozen
class Reading(Record):
    """How far an adapter was read."""

    KEY = ("adapter",)
    adapter: str
    cursor: str = attrs.field(repr=False)
    at: int


@attrs.frozen
class Filed(Record):
    """What an adapter filed under a referral; `ref` is None while its fate is unknown."""

    KEY = ("referral", "adapter")
    referral: str
    adapter: str
    ref: str | None
    at: int


@attrs.frozen
class Displayed(Record):
    """An item of ours on a website; without `ref` or `sent` its fate is unknown, or it is going."""

    KEY = ("site", "item")
    INDEX = (("referral",),)
    site: str  # the adapter's name
    item: str  # its key, as the site knows it
    referral: str  # whose teaser it is; empty for what is of nobody
    ref: str | None
    sent: str  # SHA-256 of what was sent last
    until: int  # when the site hides it by itself
    at: int
    again_at: int = 0  # something of it is left there: when to try again


@attrs.frozen
class Announcement(Record):
    """An activity or invitation that stands on every connected website; of no person."""

    KEY = ("item",)
    item: str  # its key, as the sites know it
    kind: str  # activity | invitation
    title: str
    body: str
    link: str
    language: str
    until: int
    at: int


@attrs.frozen
class Participant(Record):
    """Somebody who stores personal data and must be asked to erase, remembered by name."""

    KEY = ("name",)
    name: str
    at: int


@attrs.frozen
class Suppressed(Record):
    """Keyed hash of an erased application's id: it is not recommended again unasked (R8)."""

    KEY = ("hash",)
    INDEX = (("until",),)
    hash: str
    at: int
    until: int


@attrs.frozen
class Custody(Record):
    """A referral that reached this member and was not kept: it was held for a moment."""

    KEY = ("referral",)
    referral: str
    at: int


@attrs.frozen
class Account(Record):
    """What was held when a closure came and what became of it, so that a repetition agrees."""

    KEY = ("referral", "scope")
    referral: str
    scope: str
    profile_held: bool
    dossier_held: bool
    at: int
    said: str = ""  # the categories of the last receipt, as JSON


@attrs.frozen
class Trouble(Record):
    """Work that will not succeed by itself: for `doctor` and a person, never personal."""

    KEY = ("kind", "about")
    kind: str
    about: str
    code: str
    at: int


@attrs.frozen
class FactRow(Record):
    """Something committed that one plugin has not heard yet; names only, nothing personal."""

    KEY = ("plugin", "id")
    INDEX = (("next_at",),)
    plugin: str
    id: str  # SHA-256 of the event
    type: str
    referral: str | None
    said: bool
    at: int
    next_at: int
    tries: int = 0


RECORDS: Final[tuple[type[Record], ...]] = (
    *records_of(login),  # where a firm's staff signs in at a host
    Outgoing,
    Parked,
    FeedCursor,
    Lease,
    Standing,
    Counter,
    Members,
    SearchRow,
    MatchRow,
    DossierRow,
    ApplicationRow,
    ProposalRow,
    Reading,
    Filed,
    Displayed,
    Announcement,
    Participant,
    Suppressed,
    Custody,
    Account,
    Trouble,
    FactRow,
)

"""What a login remembers; a `realm` is the office or one firm, and nothing crosses between them.

Of every secret (session, link, state) only the SHA-256 is kept.
"""

import attrs

from fachkraft_share.protocol.records import Record


@attrs.frozen
class StaffAccount(Record):
    """Somebody who may sign in. Mail addresses are kept as typed, in lower case."""

    KEY = ("id",)
    INDEX = (("realm", "mail"), ("realm", "subject"))
    id: str  # random; also the user handle of passkeys, so it tells nothing about anybody
    realm: str
    name: str = attrs.field(repr=False)
    mail: str = attrs.field(repr=False)  # empty: known to a provider only
    roles: str  # space-joined
    language: str
    at: int
    locked: bool = False
    seen: int = 0  # the last sign-in
    subject: str = attrs.field(default="", repr=False)  # issuer and `sub` of a provider


@attrs.frozen
class StaffPasskey(Record):
    """A public key (WebAuthn) by which an account signs in."""

    KEY = ("id",)
    INDEX = (("account",),)
    id: str  # the credential's, base64url
    account: str
    name: str = attrs.field(repr=False)
    public: bytes = attrs.field(repr=False)
    count: int
    at: int
    used: int = 0


@attrs.frozen
class StaffSession(Record):
    """A browser that is signed in."""

    KEY = ("sha256",)
    INDEX = (("account",), ("ends",))
    sha256: str
    account: str
    realm: str
    way: str  # link | passkey | provider
    at: int
    seen: int
    ends: int


@attrs.frozen
class SignInLink(Record):
    """A one-time link. Without an account it is a decoy, or the console's and makes one."""

    KEY = ("sha256",)
    INDEX = (("account",), ("ends",))
    sha256: str
    realm: str
    account: str
    kind: str  # mail | invite | console | decoy
    role: str  # which the console's makes an account of; "" for all others
    back: str  # the page that was asked for
    ends: int


@attrs.frozen
class SignInCeremony(Record):
    """A question that waits for its answer: of a passkey, or of a provider."""

    KEY = ("sha256",)
    INDEX = (("ends",),)
    sha256: str
    realm: str
    kind: str  # passkey | new-passkey | provider
    account: str
    secret: str = attrs.field(repr=False)  # challenge, or nonce and verifier
    browser: str  # SHA-256 of the cookie of whoever asked; empty where the answer itself proves
    back: str
    ends: int


@attrs.frozen
class SignInTries(Record):
    """How often something was tried within a window that began with the first."""

    KEY = ("bucket",)
    INDEX = (("since",),)
    bucket: str  # a hash: names neither address nor person
    since: int
    count: int


@attrs.frozen
class LoginAct(Record):
    """Who did what about accounts; ids only, no names and no addresses."""

    KEY = ("id",)
    INDEX = (("realm", "at"), ("at",))
    id: str
    realm: str
    act: str
    by: str  # an account, or `console`
    about: str
    roles: str
    at: int

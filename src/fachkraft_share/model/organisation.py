"""Organisations and the keys their signed statements list."""

from enum import StrEnum

import attrs


class Role(StrEnum):
    """What an organisation is in its alliance."""

    EMPLOYER = "employer"
    EDUCATION = "education"
    ADVICE = "advice"
    COORDINATOR = "coordinator"
    NODE = "node"
    AUTHORITY = "authority"


class Status(StrEnum):
    """How an organisation stands; only `active` takes part."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"
    COMPROMISED = "compromised"


class KeyUse(StrEnum):
    """Signing (Ed25519) or sealing (X25519)."""

    SIGN = "sig"
    SEAL = "enc"


@attrs.frozen
class PublicKey:
    """A public key: `x` is base64url of 32 raw bytes, `kid` its RFC 7638 thumbprint."""

    kid: str
    x: str
    use: KeyUse
    not_before: int
    not_after: int

    def valid(self, *, at: int) -> bool:
        """Tell whether the key may be used at that moment."""
        return self.not_before <= at < self.not_after


@attrs.frozen
class Organisation:
    """What a member statement says of an organisation; `id` is an HTTPS URL used as a name."""

    id: str
    name: str
    roles: tuple[Role, ...]
    keys: tuple[PublicKey, ...]
    status: Status = Status.ACTIVE
    support: str = ""
    location: str = "DE"
    betriebsnummer: str | None = None
    domains: tuple[str, ...] = ()
    group: str | None = None

    @property
    def reads(self) -> bool:
        """Whether it can be a reader of referrals; node and authority only run the exchange."""
        return not set(self.roles) <= {Role.NODE, Role.AUTHORITY}

    def key(self, kid: str, use: KeyUse) -> PublicKey | None:
        """Return the key with that id and use, whatever its window, or None."""
        return next((key for key in self.keys if key.kid == kid and key.use is use), None)

    def sealing_key(self, *, at: int) -> PublicKey | None:
        """Return the newest key others should seal to at that moment, or None."""
        usable = [key for key in self.keys if key.use is KeyUse.SEAL and key.valid(at=at)]
        return max(usable, key=lambda key: (key.not_before, key.kid), default=None)

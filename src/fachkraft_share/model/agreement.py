"""What alliances agree on: their own cooperation, and which other alliance they recognise."""

from enum import StrEnum

import attrs

from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.organisation import Role


class AgreementKind(StrEnum):
    """What an agreement document is about."""

    COOPERATION = "cooperation"  # the members of this alliance among themselves
    RECOGNITION = "recognition"  # one other alliance, seen from this one


@attrs.frozen
class PartyTo:
    """One member under a cooperation agreement, with the roles it takes there."""

    id: str
    name: str
    roles: tuple[Role, ...]


@attrs.frozen
class PartnerAlliance:
    """Another alliance: who signs for it, with which root key, and where its node is reached."""

    authority: str
    root: str  # base64url Ed25519 public key, compared over another way before it was signed
    node: str
    url: str
    name: str


@attrs.frozen
class Agreement:
    """`fks-agreement+jwt`: one version of an agreement; the newest one counts alone.

    Version 0 is the agreement, the others are its supplements, each naming the SHA-256 of the one
    `before`. A supplement says everything anew but the parties: `joined` and `left` change them, so
    that a version stays small. A recognition is one-directional and never transitive: `gives` lets
    data of this alliance's people go to the partner, `takes` lets the partner's come here.
    """

    iss: str  # the authority
    id: str  # of the agreement, the same in all its versions: 16 random bytes, base64url
    version: int
    kind: AgreementKind
    name: str  # of this alliance from now on
    region: str
    legal: str  # the reference to what was signed on paper
    purposes: tuple[Purpose, ...]
    iat: int
    not_before: int
    not_after: int
    before: str | None = None
    joined: tuple[PartyTo, ...] = ()
    left: tuple[str, ...] = ()
    partner: PartnerAlliance | None = None
    gives: bool = False
    takes: bool = False

    def valid(self, *, at: int) -> bool:
        """Tell whether the version is in force at that moment, if it is the newest."""
        return self.not_before <= at < self.not_after


@attrs.frozen
class Cooperation:
    """What the alliance's own agreement says after all its supplements."""

    terms: Agreement  # the newest version: name, region, purposes, legal, until when
    members: tuple[PartyTo, ...]

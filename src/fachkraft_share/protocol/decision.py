"""What a decision may look at and what it may say: needs, known values, effects."""

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from fachkraft_share.protocol.membership import Directory
from fachkraft_share.protocol.records import Record
from fachkraft_share.rules.consent import Gate, Policy, permits

R = TypeVar("R", bound=Record)


@attrs.frozen
class One:
    """Need: the record with this key, or None."""

    kind: type[Record]
    key: tuple[Any, ...]


@attrs.frozen
class Every:
    """Need: all records of a kind whose fields have these values, in key order."""

    kind: type[Record]
    where: tuple[tuple[str, Any], ...]


Need = One | Every


def one(kind: type[Record], *key: Any) -> One:
    """Name one record by its key."""
    return One(kind, key)


def every(kind: type[Record], /, **where: Any) -> Every:
    """Name all records with these field values."""
    return Every(kind, tuple(sorted(where.items())))


@attrs.frozen
class Known:
    """What was loaded; asking for something that was not declared is a programming error."""

    values: Mapping[Need, Any]

    def one(self, kind: type[R], *key: Any) -> R | None:
        """Return the record that was loaded for this key."""
        found: R | None = self.values[One(kind, key)]
        return found

    def every(self, kind: type[R], /, **where: Any) -> tuple[R, ...]:
        """Return the records that were loaded for these values."""
        found: tuple[R, ...] = self.values[Every(kind, tuple(sorted(where.items())))]
        return found


@attrs.frozen
class Here:
    """Who is deciding: its id, whether it is a node, its home node, and the lists it relies on.

    `reading` is the partner node whose own feed a node reads at this moment, if it does.
    """

    id: str
    is_node: bool
    node: str
    directory: Directory
    policy: Policy = Policy()
    gate: Gate = permits
    reading: str | None = None

    @property
    def members(self) -> str:
        """The audience of what the node's feed carries to all members on a list."""
        return f"{self.node}/members"

    @property
    def holders(self) -> str:
        """The audience of closures: whoever the ledger names."""
        return f"{self.node}/holders"

    def node_of(self, id: str) -> str:
        """Return the node of the alliance that states the organisation; ours for unknown ones."""
        partner = self.directory.partner_of(id)
        return self.node if partner is None else partner.node

    def hop(self, id: str) -> str:
        """Return who reads for the organisation here: its node if that is a partner's."""
        partner = self.directory.partner_of(id)
        return id if partner is None else partner.node


@attrs.frozen
class Put:
    """Effect: store the record, replacing the one with its key."""

    record: Record


@attrs.frozen
class Drop:
    """Effect: delete the record with this key."""

    kind: type[Record]
    key: tuple[Any, ...]


@attrs.frozen
class DropEvery:
    """Effect: delete all records with these values."""

    kind: type[Record]
    where: tuple[tuple[str, Any], ...]


@attrs.frozen
class Emit:
    """Effect: sign this event and send it: a node to its feed rows `to`, a member to its node."""

    type: str
    audience: str
    referral: str | None
    payload: Any
    to: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()  # SHA-256 of tokens that travel along
    parts: tuple[str, ...] = ()
    jti: str | None = None  # given where something was sealed to it before
    personal: bool = False  # the body goes at closure


@attrs.frozen
class Append:
    """Effect (node): put a received token on the feed, for one reader or for all on a list."""

    token: str
    to: str
    stream: str
    referral: str | None
    list_number: int | None = None
    attached: tuple[str, ...] = ()


@attrs.frozen
class Blank:
    """Effect: erase the bodies of all personal tokens of the referral; hashes stay."""

    referral: str


@attrs.frozen
class Note:
    """Effect: write this line to the journal before the transaction commits."""

    line: Mapping[str, Any]


Effect = Put | Drop | DropEvery | Emit | Append | Blank | Note


@attrs.frozen
class Decision:
    """What shall happen; `status` is told to the sender after the commit."""

    effects: tuple[Effect, ...] = ()
    status: str = "accepted"  # accepted | known | ended | parked


NOTHING_NEW = Decision(status="known")
ENDED = Decision(status="ended")

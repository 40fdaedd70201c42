"""The feed's running hash and the place of a reader in it.

1. Every row's head covers all rows before it: two feeds with one head are the same feed.
2. A cursor names number and head: where they do not fit the feed, the node was restored.
3. Everything up to a cursor's number was read but what was held back, which begins at `held`.
"""

import hashlib
from typing import Self

import attrs

from fachkraft_share.errors import MalformedError
from fachkraft_share.protocol.records import FeedRow, Record
from fachkraft_share.wire.encoding import frame

FEED = "feed"
_TAG = b"fks/1 feed"
_NUMBER_BYTES = 8
_HEAD_BYTES = 32
_PLACE = 1 + _NUMBER_BYTES + _HEAD_BYTES
_STREAMS = ("closures", "events")  # a cursor stores the position in this tuple


@attrs.frozen
class FeedHead(Record):
    """Where a feed ends; outlives its rows, so that no number is ever given twice."""

    KEY = ("feed",)
    feed: str
    number: int
    head: str


def next_head(
    head: str,
    *,
    number: int,
    stream: str,
    to: str,
    referral: str | None,
    token: str,
    attached: str,
    at: int,
    list_number: int | None = None,
) -> str:
    """Return the running hash of the feed after this row: SHA-256 over length-prefixed fields."""
    fields: tuple[object, ...] = (number, stream, to, list_number, referral, token, attached, at)
    parts = (b"" if one is None else b"=" + str(one).encode() for one in fields)
    return hashlib.sha256(frame(_TAG, bytes.fromhex(head), *parts)).hexdigest()


def head_after(head: str, row: FeedRow) -> str:
    """Return what the row's head must be, given the head of the row before it."""
    return next_head(
        head,
        number=row.number,
        stream=row.stream,
        to=row.to,
        referral=row.referral,
        token=row.token,
        attached=row.attached,
        at=row.at,
        list_number=row.list_number,
    )


@attrs.frozen
class Cursor:
    """How far a reader has taken custody of one stream; ("", 0) heads stand for the beginning.

    `held` is the first row that was held back from it while it read on; 0 if none was.
    """

    stream: str
    number: int = 0
    head: str = ""
    held: int = 0

    @property
    def taken(self) -> int:
        """The last row up to which everything that was given has been taken."""
        return self.held - 1 if self.held else self.number

    def pack(self) -> bytes:
        """Return the cursor as 49 bytes; the node encrypts them before they leave."""
        stream = _STREAMS.index(self.stream).to_bytes(1, "big")
        head = bytes.fromhex(self.head).rjust(_HEAD_BYTES, b"\0")
        number, held = (one.to_bytes(_NUMBER_BYTES, "big") for one in (self.number, self.held))
        return stream + number + head + held

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read a packed cursor.

        Raises:
            MalformedError: these bytes are none.
        """
        if len(packed) != _PLACE + _NUMBER_BYTES or packed[0] >= len(_STREAMS):
            raise MalformedError("not a cursor")
        number = int.from_bytes(packed[1 : 1 + _NUMBER_BYTES], "big")
        head, held = packed[1 + _NUMBER_BYTES : _PLACE], int.from_bytes(packed[_PLACE:], "big")
        if (number == 0) is any(head):
            raise MalformedError("not a cursor: a head belongs to every place but the beginning")
        if held > number:
            raise MalformedError("not a cursor: nothing is held back that was not reached")
        return cls(_STREAMS[packed[0]], number, head.hex() if number else "", held)

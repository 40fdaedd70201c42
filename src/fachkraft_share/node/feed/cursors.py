"""Cursors as readers carry them: encrypted, bound to the reader, the stream and the node's epoch.

A new epoch begins when the node finds that it was restored: then no earlier cursor fits, and every
reader resynchronises.
"""

import attrs

from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import Kept
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.delivery import Cursor
from fachkraft_share.protocol.records import FeedRow
from fachkraft_share.wire.encoding import b64, frame, unb64

EPOCH = "epoch"  # name of the `Kept` value
_NONCE = 12


class RolledBackError(RefusedError):
    """This node itself wrote the cursor, in a history it has no more: it was restored unawares."""


def epoch_of(transaction: Transaction) -> str:
    """Return the node's epoch, "" before the first restore."""
    kept = transaction.get(Kept, EPOCH)
    return kept.value if kept is not None else ""


@attrs.frozen
class Cursors:
    """Writes and reads the cursors of one reader within one transaction."""

    exchange: Exchange
    reader: str
    transaction: Transaction
    epoch: str = attrs.field(init=False)

    @epoch.default
    def _read_epoch(self) -> str:
        return epoch_of(self.transaction)

    def write(self, cursor: Cursor) -> str:
        """Return the cursor as text that only this node can read."""
        nonce = self.exchange.runtime.ids.random(_NONCE)
        suite, key = self.exchange.runtime.sealer, self.exchange.keys.cursor
        aad = self._context(cursor.stream)
        return b64(nonce + suite.encrypt(key, cursor.pack(), nonce=nonce, aad=aad))

    def read(self, text: str | None, *, stream: str) -> Cursor:
        """Return the cursor if it is of this feed; None stands for the beginning.

        Raises:
            RefusedError: `history`: made for another reader, stream or epoch.
            RolledBackError: `history`: this node's feed ends before it, or has another row there.
        """
        if text is None:
            return Cursor(stream)
        cursor = self._decrypted(text, stream)
        if cursor.number and not self._fits(cursor):
            raise RolledBackError("history", "resynchronise: closures first")
        return cursor

    def _decrypted(self, text: str, stream: str) -> Cursor:
        suite, key = self.exchange.runtime.sealer, self.exchange.keys.cursor
        try:
            raw = unb64(text)
            packed = suite.decrypt(key, raw[_NONCE:], nonce=raw[:_NONCE], aad=self._context(stream))
            cursor = Cursor.unpack(packed)
        except MalformedError as error:
            raise RefusedError("history", "resynchronise: closures first") from error
        if cursor.stream != stream:
            raise RefusedError("history", "a cursor of another stream")
        return cursor

    def _fits(self, cursor: Cursor) -> bool:
        row = self.transaction.get(FeedRow, cursor.number)
        return row is not None and row.head == cursor.head

    def _context(self, stream: str) -> bytes:
        return frame(b"fks/1 cursor", self.epoch.encode(), self.reader.encode(), stream.encode())

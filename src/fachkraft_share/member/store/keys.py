"""The keys of dossiers in a file of their own, outside the state and its backup.

Destroying a key erases the dossier in every old backup of the state, too (design § 6.6). The id of
a destroyed key stays, so that no late message makes a new one: only whoever asked the gate may
readmit it, when time alone had closed the referral and a newer consent came.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from fachkraft_share import limits
from fachkraft_share.errors import StateError
from fachkraft_share.member.store.connections import Connections, transaction
from fachkraft_share.ports.turns import Turns

KEY_BYTES = 32
_TABLE = "CREATE TABLE IF NOT EXISTS key (referral TEXT NOT NULL PRIMARY KEY, secret BLOB)"
_GET = "SELECT secret FROM key WHERE referral = ?"
_PUT = "INSERT INTO key VALUES (?, ?) ON CONFLICT (referral) DO UPDATE SET secret=excluded.secret"

_READMIT = "DELETE FROM key WHERE referral = ? AND secret IS NULL"


class SqliteKeys:
    """A `ports.vault.Keys` in one SQLite file."""

    def __init__(
        self,
        path: Path | str,
        *,
        random: Callable[[int], bytes] = secrets.token_bytes,
        wait: float = limits.STORE_BUSY,
    ) -> None:
        """Open the file or make it.

        Raises:
            StoreError: it cannot be opened.
        """
        self._random = random
        self._turns = Turns(wait=wait)
        # The rollback journal goes with each commit, so no log keeps a destroyed key.
        self._connections = Connections(Path(path), journal_mode="DELETE", wait=wait)
        with self._connections.lend() as connection, transaction(connection, write=True):
            connection.execute(_TABLE)

    def get(self, referral: str) -> bytes | None:
        """Return the key of 32 bytes, or None when there is none (any more)."""
        with (
            self._turns.take(write=False),
            self._connections.lend() as connection,
            transaction(connection, write=False),
        ):
            row = connection.execute(_GET, (referral,)).fetchone()
        return row[0] if row else None

    def make(self, referral: str) -> bytes:
        """Return the key, made now if there is none.

        Raises:
            StateError: it was destroyed.
        """
        with (
            self._turns.take(write=True),
            self._connections.lend() as connection,
            transaction(connection, write=True),
        ):
            row = connection.execute(_GET, (referral,)).fetchone()
            if row is None:
                row = (self._random(KEY_BYTES),)
                connection.execute(_PUT, (referral, row[0]))
        if row[0] is None:
            raise StateError("keys: this referral's key was destroyed for good")
        secret: bytes = row[0]
        return secret

    def destroy(self, referral: str) -> bool:
        """Erase the key for good and tell whether there was one."""
        with (
            self._turns.take(write=True),
            self._connections.lend() as connection,
            transaction(connection, write=True),
        ):
            row = connection.execute(_GET, (referral,)).fetchone()
            connection.execute(_PUT, (referral, None))
        return bool(row and row[0])

    def readmit(self, referral: str) -> None:
        """Let a new key be made after one was destroyed: the person has consented anew."""
        with (
            self._turns.take(write=True),
            self._connections.lend() as connection,
            transaction(connection, write=True),
        ):
            connection.execute(_READMIT, (referral,))

    def close(self) -> None:
        """Close the connections nobody uses; the store opens new ones when asked again."""
        self._connections.close()

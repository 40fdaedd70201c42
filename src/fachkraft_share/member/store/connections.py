"""Connections to one SQLite file, lent to one thread at a time; none ever crosses a fork."""

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError, StoreError
from fachkraft_share.ports.sqlite_file import is_busy, make_private, prepare


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
            make_private(self.path)
            connection = sqlite3.connect(
                self.path,
                timeout=self._wait,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=limits.STATEMENTS,
            )
            prepare(connection, journal_mode=self._journal_mode, wait=self._wait)
        return connection

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
        if is_busy(error):
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

"""What every SQLite file of ours has in common: durable, owner-only, nothing erased left in it.

1. `synchronous=FULL`: with NORMAL, 571 of 678 crash images lost an acknowledged row.
2. `secure_delete` and `temp_store=MEMORY`: what was deleted is overwritten, nothing spills.
3. Nobody but SQLite opens the file in a process that has it open, not even to read it.
"""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from fachkraft_share.errors import BusyError, StoreError

_OWNER_ONLY = 0o600
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_PRIMARY = 0xFF  # an extended error code keeps the primary one in its low byte
_PAUSE = 0.01  # seconds between tries where SQLite itself does not wait


def make_private(path: Path) -> None:
    """Make the file if it is not there, for its owner only; its logs inherit that.

    A file that is there is not even opened: closing it would release the locks this process holds
    on it (sqlite.org, How To Corrupt An SQLite Database File, 2.2).

    Raises:
        StoreError: it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError("store: the file cannot be made; check folder and rights") from error


def prepare(connection: Any, *, journal_mode: str, wait: float) -> None:
    """Set a new connection up."""
    _set_journal_mode(connection, journal_mode, until=time.monotonic() + wait)
    for pragma in ("synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _set_journal_mode(connection: Any, mode: str, *, until: float) -> None:
    """Several processes may open a new file at once, and SQLite does not wait for this change."""
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode={mode}").fetchone()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > until:
                raise
        else:
            return
        time.sleep(_PAUSE)


def is_busy(error: BaseException) -> bool:
    """Tell whether somebody else holds the file."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in _BUSY


def empty_log(connection: Any) -> None:
    """Move the log into the file and empty it, so that no old page is left.

    Raises:
        BusyError: a reader still holds old pages; try again.
    """
    [busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise BusyError("store: a reader still holds old pages")


def copy_to(connection: Any, path: Path) -> None:
    """Write a consistent copy without the room deleted rows left; nothing may be at the path."""
    make_private(path)
    connection.execute("VACUUM INTO ?", (str(path),))

"""Bring a member's file to the schema of this version: numbered SQL, under a lock, after a copy.

1. `user_version` is the number of the last file of `schema/` that was run.
2. All steps and the new number are one transaction: it is the old schema or the new one.
3. The copy lies beside the file only until the migration has succeeded: a copy that stays would
   keep what is erased later.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from fachkraft_share.errors import StoreError
from fachkraft_share.member.store.connections import Connections, own_errors, transaction
from fachkraft_share.member.store.sql import create
from fachkraft_share.ports.columns import Table
from fachkraft_share.ports.sqlite_file import copy_to


def shipped() -> tuple[str, ...]:
    """Return the numbered scripts of this version, the first one first."""
    folder = files("fachkraft_share.member.store") / "schema"
    found = sorted(
        (one for one in folder.iterdir() if one.name.endswith(".sql")), key=lambda one: one.name
    )
    return tuple(one.read_text(encoding="utf-8") for one in found)


def migrate(
    connections: Connections, tables: Sequence[Table], *, scripts: Sequence[str] | None = None
) -> None:
    """Run the scripts the file has not seen and make the tables no script makes.

    Raises:
        StoreError: a newer version made the file, or a table does not fit its record class.
    """
    scripts = shipped() if scripts is None else scripts
    with connections.lend() as connection, own_errors():
        if _version(connection) == len(scripts) and not _missing(connection, tables):
            return
        with transaction(connection, write=True):
            copy = _run(connections, connection, scripts)
            _complete(connection, tables)
    if copy is not None:
        copy.unlink()


def _run(
    connections: Connections, connection: sqlite3.Connection, scripts: Sequence[str]
) -> Path | None:
    version = _version(connection)
    if version > len(scripts):
        raise StoreError("store: a newer version of fachkraft-share made this file; install it")
    copy = _copy(connections, version) if 0 < version < len(scripts) else None
    for script in scripts[version:]:
        for statement in statements(script):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={len(scripts)}")
    return copy


def _version(connection: sqlite3.Connection) -> int:
    [version] = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _copy(connections: Connections, version: int) -> Path:
    path = connections.path.with_name(f"{connections.path.name}.before-{version + 1}")
    path.unlink(missing_ok=True)
    other = connections.open()  # the lock's own connection cannot copy within its transaction
    try:
        copy_to(other, path)
    finally:
        other.close()
    return path


def _complete(connection: sqlite3.Connection, tables: Iterable[Table]) -> None:
    for table in _missing(connection, tables):
        for statement in create(table):
            connection.execute(statement)


def _missing(connection: sqlite3.Connection, tables: Iterable[Table]) -> list[Table]:
    """Return the tables that are not there; refuse those that do not fit."""
    missing = []
    for table in tables:
        rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table.name,))
        names = {row[0] for row in rows}
        if not names:
            missing.append(table)
        elif names != set(table.names):
            raise StoreError(f"store: table {table.name} does not fit; a migration is missing")
    return missing


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would commit in between."""
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered
            gathered = ""
    if gathered.strip():
        raise StoreError("store: a migration ends in the middle of a statement")

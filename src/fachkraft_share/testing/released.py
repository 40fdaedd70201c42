"""Filled stores of this version as SQL text, kept for good when the version is released.

`python -m fachkraft_share.testing.released FOLDER VERSION` writes one for the member and one for
the node. The tests upgrade whatever lies in the folder to the newest schema.
"""

import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fachkraft_share.member.store import SqliteStore
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports.columns import Column, ColumnType
from fachkraft_share.protocol.records import Record
from fachkraft_share.testing.first_schema import tables_for
from fachkraft_share.testing.store_harness import OpenStore

PARTIES = ("member", "node")
Row = dict[str, Any]


def sample_records(party: str) -> tuple[Record, ...]:
    """Return two records of every class: one full, one with all that may be empty left empty."""
    return tuple(
        table.record(_value(column, n=n, empty=n == 2) for column in table.columns)
        for table in tables_for(party)
        for n in (1, 2)
    )


def _value(column: Column, *, n: int, empty: bool) -> Any:
    if empty and column.optional:
        return None
    if column.type is ColumnType.INT:
        return n % 2 if column.convert is bool else n
    if column.type is ColumnType.BYTES:
        return b"\0\xff" * n
    words: Any = column.convert
    return next(iter(words)).value if words is not None else f"{column.name} {n} 'ä'"


def open_store(party: str, path: Path) -> OpenStore:
    """Open a party's SQLite file, which is upgraded by that."""
    kinds = [table.kind for table in tables_for(party)]
    if party == "member":
        return SqliteStore(path, more=kinds)
    return SqlStore(f"sqlite:///{path}", more=kinds)


def fill(store: OpenStore, records: Iterable[Record]) -> None:
    """Put the records into a store."""
    with store.begin() as transaction:
        for record in records:
            transaction.put(record)


def dump(party: str) -> str:
    """Return a filled store of this version as SQL text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        store = open_store(party, path)
        fill(store, sample_records(party))
        store.close()
        with closing(sqlite3.connect(path)) as connection:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            lines = [*connection.iterdump(), f"PRAGMA user_version={version};"]
    return "\n".join(lines) + "\n"


def load(text: str, path: Path) -> dict[str, list[Row]]:
    """Make a file of a dump and return the rows of each table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(text)
        return rows_of(connection)


def rows_of(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    """Return the rows of each table as they lie in a file."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
    names = [name for [name] in connection.execute(query)]
    return {name: _rows(connection, name) for name in names}


def _rows(connection: sqlite3.Connection, name: str) -> list[Row]:
    found = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608 - our name
    columns = [one[0] for one in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found]


if __name__ == "__main__":
    place, version = Path(sys.argv[1]), sys.argv[2]
    for one in PARTIES:
        (place / f"{version}-{one}.sql").write_text(dump(one), encoding="utf-8")

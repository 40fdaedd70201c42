"""Schemas: the numbered migrations make exactly the record classes' tables, old files upgrade."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa

from fachkraft_share.errors import SetupError, StoreError
from fachkraft_share.member.store import SqliteStore
from fachkraft_share.member.store.connections import Connections
from fachkraft_share.member.store.migrating import migrate, shipped, statements
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports.columns import table, tables_of
from fachkraft_share.protocol.records import Record
from fachkraft_share.testing import first_schema
from fachkraft_share.testing.store_harness import Sample

_HINT = "run `python -m fachkraft_share.testing.first_schema` until the first release"


def _shipped(path: Path) -> str:
    return files("fachkraft_share").joinpath(*path.parts).read_text(encoding="utf-8")


def test_the_members_first_script_makes_the_tables_of_the_classes() -> None:
    """A field that was added without a migration is found here, not at a customer's."""
    assert _shipped(first_schema.MEMBER) == first_schema.write_member(), _HINT


def test_the_nodes_first_migration_makes_the_tables_of_the_classes() -> None:
    """The same for the node."""
    assert _shipped(first_schema.NODE) == first_schema.write_node(), _HINT


def _schema(path: Path) -> dict[str, tuple[object, ...]]:
    """Return columns, keys and indexes of every table in a SQLite file."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
        names = [row[0] for row in connection.execute(query)]
        return {name: _described(connection, name) for name in names}


def _described(connection: sqlite3.Connection, name: str) -> tuple[object, ...]:
    columns = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (name,))
    indexes = connection.execute(
        "SELECT name FROM pragma_index_list(?) WHERE origin = 'c' ORDER BY name", (name,)
    )
    return tuple(columns.fetchall()), tuple(indexes.fetchall())


def test_member_and_node_lay_the_same_records_out_alike(tmp_path: Path) -> None:
    """Both writers of SQL read the same description."""
    SqliteStore(tmp_path / "member.db", more=(Sample,)).close()
    SqlStore(f"sqlite:///{tmp_path / 'node.db'}", more=(Sample,)).close()
    member, node = _schema(tmp_path / "member.db"), _schema(tmp_path / "node.db")
    for one in tables_of((Sample,)):
        assert member[one.name] == node[one.name]


@attrs.frozen
class Thing(Record):
    """A record that gained a field with the second migration."""

    KEY = ("id",)
    id: str
    note: str | None = None


_FIRST = 'CREATE TABLE "thing" ("id" TEXT NOT NULL PRIMARY KEY);\n'
_SECOND = (
    '-- a note; with a semicolon in a text\nALTER TABLE "thing" ADD COLUMN "note" TEXT;\n'
    'UPDATE "thing" SET "note" = \'old; kept\';\n'
)


def _migrate(path: Path, scripts: Sequence[str], *kinds: type[Record]) -> None:
    connections = Connections(path, journal_mode="WAL", wait=1)
    try:
        migrate(connections, [table(kind) for kind in kinds], scripts=scripts)
    finally:
        connections.close()


def _old(path: Path) -> None:
    _migrate(path, [_FIRST])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO thing VALUES ('a')")
        connection.commit()


def _rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM thing").fetchall()


def test_an_older_file_is_upgraded_and_keeps_its_rows(tmp_path: Path) -> None:
    """Only the scripts it has not seen run, once; the copy made before does not stay."""
    path = tmp_path / "state.db"
    _old(path)
    for _ in range(2):
        _migrate(path, [_FIRST, _SECOND], Thing)
        assert _rows(path) == [("a", "old; kept")]
    assert not [one.name for one in tmp_path.iterdir() if "before" in one.name]


def test_a_failing_upgrade_leaves_the_old_file_and_a_copy(tmp_path: Path) -> None:
    """All steps are undone; the copy is there to be looked at."""
    path = tmp_path / "state.db"
    _old(path)
    broken = f"{_SECOND}DROP TABLE nowhere;\n"
    with pytest.raises(StoreError):
        _migrate(path, [_FIRST, broken], Thing)
    assert _rows(path) == [("a",)]
    assert _rows(tmp_path / "state.db.before-2") == [("a",)]
    _migrate(path, [_FIRST, _SECOND], Thing)
    assert _rows(path) == [("a", "old; kept")]


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """It is not touched: an older program would not know what it overwrites."""
    path = tmp_path / "state.db"
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version={len(shipped()) + 1}")
    with pytest.raises(StoreError, match="newer"):
        SqliteStore(path)


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """The same at the node."""
    url = f"sqlite:///{tmp_path / 'node.db'}"
    SqlStore(url).close()
    with closing(sqlite3.connect(tmp_path / "node.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreError, match="newer"):
        SqlStore(url)
    assert not [one.name for one in tmp_path.iterdir() if "before" in one.name]


def test_a_table_without_its_migration_is_refused(tmp_path: Path) -> None:
    """A class that changed alone would lose a field silently."""
    for path, reopen in (
        (tmp_path / "state.db", lambda: SqliteStore(tmp_path / "state.db", more=(Thing,))),
        (
            tmp_path / "node.db",
            lambda: SqlStore(f"sqlite:///{tmp_path / 'node.db'}", more=(Thing,)),
        ),
    ):
        reopen().close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("ALTER TABLE thing DROP COLUMN note")
        with pytest.raises(StoreError, match="thing"):
            reopen()


def test_a_script_that_ends_within_a_statement_is_refused() -> None:
    """Half a migration is none."""
    with pytest.raises(StoreError):
        list(statements("CREATE TABLE a (b);\nCREATE TABLE"))


def test_the_nodes_tables_are_what_the_classes_say_on_postgres(empty_postgres: str) -> None:
    """Alembic finds no difference."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from fachkraft_share.node.store.schema import metadata

    SqlStore(empty_postgres).close()
    engine = sa.create_engine(empty_postgres)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        found = compare_metadata(context, metadata(first_schema.tables_for("node")))
    engine.dispose()
    assert found == []


@pytest.mark.parametrize(
    "url",
    ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "nonsense", "postgresql+asyncpg://a/b"],
)
def test_a_database_we_do_not_know_is_refused(url: str) -> None:
    """With what to do instead, before anything is opened."""
    with pytest.raises(SetupError):
        SqlStore(url)


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    """Not a database, or not a place for one."""
    (tmp_path / "text.db").write_text("not a database, but long enough to look at" * 10)
    for path in (tmp_path / "text.db", tmp_path / "missing" / "state.db"):
        with pytest.raises(StoreError):
            SqliteStore(path)
        with pytest.raises(StoreError):
            SqlStore(f"sqlite:///{path}")


def test_a_copy_is_a_store(tmp_path: Path) -> None:
    """Both stores on SQLite write a consistent copy that opens by itself."""
    member, node = SqliteStore(tmp_path / "a.db", more=(Sample,)), tmp_path / "c.db"
    sql = SqlStore(f"sqlite:///{node}", more=(Sample,))
    for store, name in ((member, "b.db"), (sql, "d.db")):
        with store.begin() as transaction:
            transaction.put(Sample("g", "a"))
        store.copy_to(tmp_path / name)
        store.close()
        copy = SqliteStore(tmp_path / name, more=(Sample,)) if name == "b.db" else None
        copy = copy or SqlStore(f"sqlite:///{tmp_path / name}", more=(Sample,))
        with copy.begin(write=False) as transaction:
            assert transaction.get(Sample, "g", "a") == Sample("g", "a")
        copy.close()

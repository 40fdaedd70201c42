"""Upgrading filled stores: every row stays, one process migrates, PostgreSQL only when copied."""

import multiprocessing
import shutil
import sqlite3
from contextlib import closing
from importlib.resources import as_file
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fachkraft_share.errors import SetupError
from fachkraft_share.node.store import SqlStore
from fachkraft_share.node.store.engine import engine_for
from fachkraft_share.node.store.migrating import migrate, shipped
from fachkraft_share.ports.columns import tables_of
from fachkraft_share.testing.first_schema import tables_for
from fachkraft_share.testing.released import (
    PARTIES,
    dump,
    fill,
    load,
    open_store,
    rows_of,
    sample_records,
)

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
_SPAWN = multiprocessing.get_context("spawn")
_STARTERS = 3
# A migration as a later version might bring it: a new column, filled, and a note that it ran.
_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade():
    op.add_column("kept", sa.Column("since", sa.Text()))
    op.execute("UPDATE kept SET since = 'before: ' || name")
    op.create_table("ran", sa.Column("number", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO ran VALUES (1)")
"""


@pytest.mark.parametrize("party", PARTIES)
def test_a_store_of_the_first_schema_keeps_every_row(party: str, tmp_path: Path) -> None:
    """Brought to the newest schema; what the columns held they hold still.

    It is written and read as one that is kept with a release, and so are those.
    """
    texts = [path.read_text("utf-8") for path in RELEASED if path.stem.endswith(f"-{party}")]
    for number, text in enumerate([dump(party), *texts]):
        _check_kept(party, text, tmp_path / f"store-{number}.db")


def _check_kept(party: str, text: str, path: Path) -> None:
    before = load(text, path)
    assert sum(map(len, before.values())) >= 2 * len(before)
    open_store(party, path).close()
    with closing(sqlite3.connect(path)) as connection:
        after = rows_of(connection)
    for table, rows in before.items():
        pairs = zip(rows, after[table], strict=True)
        assert [{name: new[name] for name in old} for old, new in pairs] == rows


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """Return the migrations of a made-up later version."""
    folder = tmp_path / "migrations"
    with as_file(shipped()) as there:
        shutil.copytree(there, folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = max(path.name[1:5] for path in (folder / "versions").glob("v*.py"))
    (folder / "versions" / "v9999_made_up.py").write_text(_NEXT.format(before=newest))
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a node's filled database of this version."""
    url = f"sqlite:///{tmp_path / 'node.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("empty_postgres")
    store = SqlStore(url, more=[table.kind for table in tables_for("node")])
    fill(store, sample_records("node"))
    store.close()
    return url


def upgrade(url: str, folder: Path, barrier: Barrier | None = None) -> None:
    """Start as the later version would; several processes run it at once."""
    engine = engine_for(url, wait=30)
    if barrier is not None:
        barrier.wait()
    try:
        migrate(engine, sa.MetaData(), tables_of(), backed_up=True, scripts=folder)
    finally:
        engine.dispose()


def _ask(url: str, question: str) -> list[Any]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(question)]


def test_of_processes_that_start_at_once_one_migrates(filled: str, later: Path) -> None:
    """The others wait and find the new schema; every row is there, once, and no copy stays."""
    barrier = _SPAWN.Barrier(_STARTERS)
    starters = [
        _SPAWN.Process(target=upgrade, args=(filled, later, barrier)) for _ in range(_STARTERS)
    ]
    for one in starters:
        one.start()
    for one in starters:
        one.join()
    assert [one.exitcode for one in starters] == [0] * _STARTERS
    assert _ask(filled, "SELECT number FROM ran") == [(1,)]
    assert _ask(filled, "SELECT version_num FROM alembic_version") == [("9999",)]
    names = [row[0] for row in _ask(filled, "SELECT name FROM kept ORDER BY name")]
    assert _ask(filled, "SELECT since FROM kept ORDER BY name") == [
        (f"before: {n}",) for n in names
    ]
    assert len(names) == 2
    assert not list(later.parent.glob("*.before-migration"))


def test_a_failing_migration_changes_nothing(filled: str, later: Path) -> None:
    """All of it is one transaction, in both databases."""
    path = later / "versions" / "v9999_made_up.py"
    path.write_text(path.read_text() + '    op.drop_table("nowhere")\n')
    with pytest.raises(Exception, match="nowhere"):
        upgrade(filled, later)
    store = SqlStore(filled, more=[table.kind for table in tables_for("node")])
    with store.begin(write=False) as transaction:
        for record in sample_records("node"):
            assert transaction.get(type(record), *record.key) == record
    store.close()


def test_a_postgres_database_is_migrated_only_when_copied(empty_postgres: str, later: Path) -> None:
    """This program cannot copy it; the operator says that there is a dump."""
    SqlStore(empty_postgres).close()
    engine = engine_for(empty_postgres, wait=10)
    with pytest.raises(SetupError, match="pg_dump"):
        migrate(engine, sa.MetaData(), (), backed_up=False, scripts=later)
    migrate(engine, sa.MetaData(), (), backed_up=True, scripts=later)
    engine.dispose()
    assert _ask(empty_postgres, "SELECT number FROM ran") == [(1,)]

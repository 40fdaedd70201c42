"""What erasing leaves in PostgreSQL: no content in tables and statistics; and who delays it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fachkraft_share import limits
from fachkraft_share.errors import BusyError
from fachkraft_share.node.store import SqlStore
from fachkraft_share.protocol.records import BlobContent, Exclusion, Part
from fachkraft_share.testing.postgres import PostgresHarness

MARKER = "qzxmarker"


@pytest.fixture
def store(database: str) -> Iterator[SqlStore]:
    """Return a store with content in rows small and large."""
    store = SqlStore(database, wait=0.2)
    with store.begin() as transaction:
        for number in range(100):
            transaction.put(Part(f"r{number}", "profile", f"{MARKER} {number}"))
            transaction.put(Exclusion(f"r{number}", "name", MARKER))
        noise = bytes(number * 7919 % 251 for number in range(20_000))
        transaction.put(BlobContent("b", MARKER.encode() + noise))  # beside the table (TOAST)
    yield store
    store.close()


@contextmanager
def session(database: str) -> Iterator[Any]:
    """Lend the connection of somebody else: a dump, a monitor, an administrator."""
    engine = sa.create_engine(database, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        yield connection


def erase(store: SqlStore) -> None:
    """Delete all content."""
    with store.begin() as transaction:
        for kind in (Part, Exclusion, BlobContent):
            transaction.drop_every(kind)


def found(database: str) -> list[Path]:
    """Return the files of the database that hold the marker."""
    files = PostgresHarness(database).files()
    return [path for path in files if MARKER.encode() in path.read_bytes()]


def test_erased_content_is_in_no_file_of_the_database(store: SqlStore, database: str) -> None:
    """A plain VACUUM leaves its bytes in the pages; after scrubbing they are gone."""
    with session(database) as other:
        other.exec_driver_sql("ANALYZE")
        erase(store)
        with store.begin() as transaction:
            transaction.put(Part("stays", "profile", "something else"))
        other.exec_driver_sql("VACUUM")
    assert found(database)
    store.scrub()
    assert not found(database)
    with store.begin(write=False) as transaction:
        assert transaction.get(Part, "stays", "profile") is not None


def test_statistics_hold_no_content(store: SqlStore, database: str) -> None:
    """ANALYZE would copy names of excluded employers into the catalogue and keep them there."""
    with session(database) as other:
        other.exec_driver_sql("ANALYZE")
        columns = {
            (row[0], row[1])
            for row in other.exec_driver_sql("SELECT tablename, attname FROM pg_stats")
        }
    assert ("part", "category") in columns
    assert not columns & {("part", "text"), ("exclusion", "value"), ("blob_content", "content")}


def _reading(other: Any) -> None:
    other.exec_driver_sql("BEGIN ISOLATION LEVEL REPEATABLE READ")
    other.exec_driver_sql("SELECT count(*) FROM task")


def _writing(other: Any) -> None:
    other.exec_driver_sql("BEGIN")
    other.exec_driver_sql("SELECT pg_current_xact_id()")


@pytest.mark.parametrize("begin", [_reading, _writing], ids=["a snapshot", "a transaction"])
def test_whoever_may_still_see_old_rows_delays_scrubbing(
    store: SqlStore, database: str, begin: Callable[[Any], None]
) -> None:
    """An older snapshot would keep erased rows alive; afterwards nothing is left."""
    with session(database) as other:
        begin(other)
        erase(store)
        with pytest.raises(BusyError):
            store.scrub()
        other.exec_driver_sql("COMMIT")
    store.scrub()
    assert not found(database)


def test_a_table_somebody_holds_delays_scrubbing(
    store: SqlStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits a moment only, because everybody waits behind it, and tries again later."""
    monkeypatch.setattr(limits, "SCRUB_LOCK", 0.1)
    erase(store)
    with session(database) as other:
        other.exec_driver_sql("BEGIN")
        other.exec_driver_sql("LOCK TABLE part IN ACCESS SHARE MODE")
        with pytest.raises(BusyError):
            store.scrub()
        other.exec_driver_sql("COMMIT")
    store.scrub()
    assert not found(database)


def test_scrubbing_rests(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are held alone meanwhile: it takes a small share of the time."""
    monkeypatch.setattr(limits, "SCRUB_REST", 1_000_000)
    store.scrub()
    with pytest.raises(BusyError, match="just now"):
        store.scrub()

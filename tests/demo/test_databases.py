"""Where the demo's second alliance keeps its state: chosen by what is named, seen by looking."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from fachkraft_share.cli.demo import databases
from fachkraft_share.errors import SetupError
from fachkraft_share.testing.databases import REQUIRED, URL, server_url


def test_without_a_server_it_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And nothing is said of a file that is none."""
    monkeypatch.delenv(URL, raising=False)
    monkeypatch.delenv(REQUIRED, raising=False)
    with ExitStack() as rest:
        assert databases.fresh(rest) == ""
    assert databases.kind_of(tmp_path, "") == "nothing"
    (tmp_path / "state").mkdir()
    with closing(sqlite3.connect(tmp_path / "state" / "node.db")) as database:
        database.execute("CREATE TABLE one (two TEXT)")
    assert databases.kind_of(tmp_path, "") == databases.SQLITE


def test_a_server_that_cannot_be_used_is_refused_before_the_story_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Falling back to SQLite in silence would claim what was not tried; no password is repeated."""
    monkeypatch.setenv(URL, "postgresql+psycopg://fks:geheim@127.0.0.1:1/postgres")
    with ExitStack() as rest, pytest.raises(SetupError, match=URL) as refused:
        databases.fresh(rest)
    assert "geheim" not in str(refused.value)


def test_what_stands_in_a_database_server_is_looked_through(tmp_path: Path) -> None:
    """Every value of every table; and the database is gone afterwards."""
    if server_url() is None:
        pytest.skip(f"{URL} names no PostgreSQL database to test with")
    with ExitStack() as rest:
        url = databases.fresh(rest)
        assert databases.kind_of(tmp_path, url) == "nothing"
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE one (text TEXT, raw BYTEA, number INT)")
            connection.exec_driver_sql("INSERT INTO one VALUES ('qzxmarker', 'qzxraw', 4711)")
        assert databases.kind_of(tmp_path, url) == databases.POSTGRES
        found = databases.values(url)
        assert all(word in found for word in (b"qzxmarker", b"qzxraw", b"4711"))
    with pytest.raises(sa.exc.OperationalError):
        engine.connect()

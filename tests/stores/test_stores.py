"""All stores pass the one suite: in memory, the member's, the node's on SQLite and PostgreSQL."""

from pathlib import Path

import pytest

from fachkraft_share.testing.postgres import PostgresHarness
from fachkraft_share.testing.store_durability import FileStoreSuite
from fachkraft_share.testing.store_harness import MemoryHarness, SqlHarness, SqliteHarness
from fachkraft_share.testing.store_suite import StoreSuite


class TestMemory(StoreSuite):
    """The store in memory."""

    @pytest.fixture
    def harness(self) -> MemoryHarness:
        """Give a new one to each test."""
        return MemoryHarness()


class TestSqlite(StoreSuite, FileStoreSuite):
    """The member's store."""

    @pytest.fixture
    def harness(self, tmp_path: Path) -> SqliteHarness:
        """Give an empty folder to each test."""
        return SqliteHarness(tmp_path)


class TestSqlOnSqlite(StoreSuite, FileStoreSuite):
    """The node's store on SQLite."""

    @pytest.fixture
    def harness(self, tmp_path: Path) -> SqlHarness:
        """Give an empty folder to each test."""
        return SqlHarness(f"sqlite:///{tmp_path / 'node.db'}", tmp_path)


class TestSqlOnPostgres(StoreSuite, FileStoreSuite):
    """The node's store on PostgreSQL."""

    @pytest.fixture
    def harness(self, empty_postgres: str) -> SqlHarness:
        """Give an empty database to each test."""
        return PostgresHarness(empty_postgres)

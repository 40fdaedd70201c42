"""The store harness of PostgreSQL, with the server's files where they can be read."""

import os
from collections.abc import Iterable
from pathlib import Path

import attrs
import pytest
import sqlalchemy as sa

from fachkraft_share.testing.store_harness import SqlHarness


@attrs.frozen
class PostgresHarness(SqlHarness):
    """The node's store in PostgreSQL, with the server's files where they can be read."""

    def files(self) -> Iterable[Path]:
        """Return the files of the database, or skip the test where the server keeps them hidden."""
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
            told = connection.exec_driver_sql(
                "SELECT current_setting('data_directory'), oid FROM pg_database"
                " WHERE datname = current_database()"
            )
            [(folder, oid)] = told.all()
        found = Path(folder) / "base" / str(oid)
        if not os.access(found, os.R_OK | os.X_OK):
            pytest.skip("the server's files cannot be read from here")
        return tuple(path for path in found.iterdir() if path.is_file())

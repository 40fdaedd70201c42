"""Bring a node's database to the schema of this version with Alembic, under a lock, after a copy.

1. Everything is one transaction, also on SQLite: it is the old schema or the new one.
2. SQLite's copy lies beside the file only until the migration has succeeded: a copy that stays
   would keep what is erased later. PostgreSQL's copy is the operator's, who must say so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

import sqlalchemy as sa

from fachkraft_share.errors import SetupError, StoreError
from fachkraft_share.node.store.engine import borrowed
from fachkraft_share.ports.sqlite_file import copy_to

VERSIONS = ("0001",)  # the migrations in `migrations/versions`, the newest last
_VERSIONS = "alembic_version"
_POSTGRES_LOCK = "SELECT pg_advisory_xact_lock(-2)"


def migrate(engine: sa.Engine, known: sa.MetaData, *, backed_up: bool) -> None:
    """Run the migrations the database has not seen and make the tables none makes.

    Raises:
        SetupError: a PostgreSQL database must be copied first.
        StoreError: a newer version made it, or a table does not fit its record class.
    """
    copy = None
    with _locked(engine) as connection:
        version = _version(connection)
        if version is not None and version not in VERSIONS:
            raise StoreError("store: a newer version of fachkraft-share made it; install that")
        if version != VERSIONS[-1]:
            copy = None if version is None else _copy(engine, backed_up=backed_up)
            _upgrade(connection)
        _complete(connection, known)
    if copy is not None:
        copy.unlink()


@contextmanager
def _locked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Hold the database alone; the driver is in autocommit mode, so we begin and end ourselves."""
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        connection.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else "BEGIN")
        try:
            if not sqlite:
                connection.exec_driver_sql(_POSTGRES_LOCK)
            yield connection
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.rollback()
            raise


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSIONS):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _copy(engine: sa.Engine, *, backed_up: bool) -> Path | None:
    if engine.dialect.name != "sqlite":
        if not backed_up:
            raise SetupError("store: copy the database with pg_dump, then say it is backed up")
        return None
    path = Path(f"{engine.url.database}.before-migration")
    path.unlink(missing_ok=True)
    with borrowed(engine) as connection:
        copy_to(connection, path)
    return path


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    with as_file(files("fachkraft_share.node.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, VERSIONS[-1])


def _complete(connection: sa.Connection, known: sa.MetaData) -> None:
    """Make the tables that are not there; refuse those that do not fit."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    for table in known.sorted_tables:
        if table.name not in there:
            table.create(connection)
        elif {column["name"] for column in inspector.get_columns(table.name)} != set(
            table.c.keys()
        ):
            raise StoreError(f"store: table {table.name} does not fit; a migration is missing")

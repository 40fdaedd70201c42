"""Bring a node's database to the schema of this version with Alembic, under a lock, after a copy.

1. Everything is one transaction, also on SQLite: it is the old schema or the new one.
2. Of several processes that start at once one migrates; the others wait, and no writer is at work.
3. SQLite's copy lies beside the file only until the migration has succeeded: a copy that stays
   would keep what is erased later. PostgreSQL's copy is the operator's, who must say so.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

import sqlalchemy as sa

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, StoreError
from fachkraft_share.node.store.engine import MIGRATION_LOCK, WRITERS_LOCK, borrowed
from fachkraft_share.node.store.vacuuming import sample_nothing
from fachkraft_share.ports.columns import Table
from fachkraft_share.ports.progress import Tell, silent, stages
from fachkraft_share.ports.sqlite_file import copy_to

_VERSIONS = "alembic_version"


def shipped() -> Traversable:
    """Return the folder of Alembic's migrations."""
    return files("fachkraft_share.node.store") / "migrations"


def migrate(
    engine: sa.Engine,
    known: sa.MetaData,
    tables: Iterable[Table],
    *,
    backed_up: bool,
    scripts: Traversable | None = None,
    tell: Tell = silent,
) -> None:
    """Run the migrations the database has not seen and make the tables none makes.

    The waiting for whoever is at work is told as well: nobody should take it for a failure.

    Raises:
        SetupError: a PostgreSQL database must be copied first.
        StoreError: a newer version made it, or a table does not fit its record class.
    """
    copy: Path | None = None
    stage = stages(tell, ("waiting", "copy", "schema", "tables"))
    next(stage)
    with as_file(scripts or shipped()) as folder, _locked(engine) as connection:
        versions, version = _versions(folder), _version(connection)
        if version is not None and version not in versions:
            raise StoreError("store: a newer version of fachkraft-share made it; install that")
        next(stage)
        if version not in (None, versions[-1]):
            copy = _copy(engine, backed_up=backed_up)
        next(stage)
        if version != versions[-1]:
            _upgrade(connection, folder)
        next(stage)
        _complete(connection, known)
        if engine.dialect.name == "postgresql":
            sample_nothing(connection, tables)
    next(stage)
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
                _lock_postgres(connection)
            yield connection
            connection.exec_driver_sql("COMMIT")
        except BaseException:
            connection.rollback()
            raise


def _lock_postgres(connection: sa.Connection) -> None:
    wait = limits.MIGRATION_WAIT * 1000
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


def _versions(folder: Path) -> tuple[str, ...]:
    """Return the numbers of the migrations there are, the newest last."""
    return tuple(sorted(path.name[1:5] for path in (folder / "versions").glob("v[0-9]*_*.py")))


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


def _upgrade(connection: sa.Connection, folder: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS_LOCK})")
    command.upgrade(config, "head")


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

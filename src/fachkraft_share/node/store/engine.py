"""The engine behind a node's store: durable connections, our errors, our own BEGIN and COMMIT.

1. SQLite: WAL with `synchronous=FULL`, `secure_delete`, owner-only file; a writer begins IMMEDIATE.
2. PostgreSQL: a writer reads what is committed when it holds its locks; a reader sees one moment.
3. The driver is in autocommit mode: a transaction is what this room begins and ends.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError, SetupError, StoreError

_OWNER_ONLY = 0o600
_PRIMARY = 0xFF  # an extended SQLite code keeps the primary one in its low byte
_BUSY_SQLITE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
# serialization failure, deadlock, lock not available (PostgreSQL, appendix A)
_BUSY_POSTGRES = ("40001", "40P01", "55P03")
_BEGIN = {
    ("sqlite", True): "BEGIN IMMEDIATE",
    ("sqlite", False): "BEGIN",
    ("postgresql", True): "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    ("postgresql", False): "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


def engine_for(url: str, *, wait: float) -> sa.Engine:
    """Return an engine for the URL, without connecting.

    Raises:
        SetupError: no such database is supported, or its driver is missing.
    """
    try:
        parsed = sa.make_url(url)
        options = _OPTIONS[parsed.get_backend_name()]
        engine = sa.create_engine(
            parsed,
            pool_reset_on_return=None,
            pool_timeout=wait,
            max_overflow=limits.STORE_CONNECTIONS,
            **options(parsed, wait),
        )
    except KeyError as error:
        raise SetupError(
            "store: the URL begins with sqlite:/// or postgresql+psycopg://"
        ) from error
    except (exc.ArgumentError, ImportError) as error:
        raise SetupError("store: the URL or its driver is not usable") from error
    event.listen(engine, "connect", _PREPARE[parsed.get_backend_name()](wait))
    return engine


def _sqlite_options(url: sa.URL, wait: float) -> dict[str, Any]:
    if not url.database or url.database == ":memory:":
        raise SetupError("store: SQLite needs a file")
    connect = {"timeout": wait, "check_same_thread": False, "cached_statements": limits.STATEMENTS}
    return {"connect_args": connect}


def _postgres_options(_: sa.URL, __: float) -> dict[str, Any]:
    return {"paramstyle": "format", "pool_pre_ping": True}


_OPTIONS: dict[str, Any] = {"sqlite": _sqlite_options, "postgresql": _postgres_options}


def _prepare_sqlite(_: float) -> Any:
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA temp_store=MEMORY")

    return prepare


def _prepare_postgres(wait: float) -> Any:
    def prepare(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.autocommit = True
        connection.prepared_max = limits.STATEMENTS
        connection.execute(f"SET lock_timeout = {int(wait * 1000)}")

    return prepare


_PREPARE: dict[str, Any] = {"sqlite": _prepare_sqlite, "postgresql": _prepare_postgres}


def make_file(engine: sa.Engine) -> None:
    """Make a SQLite file that only its owner can read; its log files inherit that."""
    if engine.dialect.name != "sqlite":
        return
    try:
        os.close(os.open(str(engine.url.database), os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
    except OSError as error:
        raise StoreError("store: the file cannot be opened; check rights") from error


@contextmanager
def transaction(engine: sa.Engine, *, write: bool) -> Iterator[Any]:
    """Lend the driver's connection within a transaction: commit at the end, undo at an exception.

    Raises:
        StoreError: it cannot be read or written.
        BusyError: another process or too many threads hold it.
    """
    with own_errors():
        pooled = engine.raw_connection()
        try:
            connection: Any = pooled.driver_connection
            connection.execute(_BEGIN[engine.dialect.name, write])
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _undo(pooled, connection)
                raise
        finally:
            pooled.close()


def _undo(pooled: sa.PoolProxiedConnection, connection: Any) -> None:
    try:
        connection.rollback()  # does nothing where the database ended the transaction itself
    except Exception:
        pooled.invalidate()


@contextmanager
def own_errors() -> Iterator[None]:
    """Translate the drivers' errors: taken by somebody else, or not usable."""
    try:
        yield
    except FachkraftShareError:
        raise
    except exc.TimeoutError as error:
        raise BusyError("store: all connections are in use") from error
    except exc.DBAPIError as error:
        raise _own(error.orig or error) from error
    except exc.SQLAlchemyError as error:
        raise StoreError(f"store: {type(error).__name__}") from error
    except Exception as error:
        if not _is_drivers(error):
            raise
        raise _own(error) from error


def _is_drivers(error: Exception) -> bool:
    """Tell whether a driver raised it: every driver has its own `Error` (PEP 249)."""
    return any(base.__name__ == "Error" for base in type(error).__mro__) and any(
        base.__module__.split(".")[0] in ("sqlite3", "psycopg") for base in type(error).__mro__
    )


def _own(error: BaseException) -> FachkraftShareError:
    code = getattr(error, "sqlite_errorcode", None)
    state = getattr(error, "sqlstate", None)
    if (code is not None and code & _PRIMARY in _BUSY_SQLITE) or state in _BUSY_POSTGRES:
        return BusyError("store: another process holds it")
    name = getattr(error, "sqlite_errorname", None) or state or type(error).__name__
    return StoreError(f"store: the database says {name}")


def backup_copy(engine: sa.Engine, *, suffix: str) -> Path | None:
    """Copy a SQLite file beside itself; None for PostgreSQL, which its operator backs up."""
    if engine.dialect.name != "sqlite":
        return None
    path = Path(f"{engine.url.database}.{suffix}")
    path.unlink(missing_ok=True)
    copy_sqlite(engine, path)
    return path


def copy_sqlite(engine: sa.Engine, path: Path) -> None:
    """Write a consistent copy of a SQLite file, without the room deleted rows left."""
    path.touch(mode=_OWNER_ONLY)
    with own_errors():
        pooled = engine.raw_connection()
        try:
            connection: Any = pooled.driver_connection
            connection.execute("VACUUM INTO ?", (str(path),))
        finally:
            pooled.close()

"""The engine behind a node's store: durable connections, our errors, our own BEGIN and COMMIT.

1. SQLite: see `ports/sqlite_file.py`; a writer begins IMMEDIATE.
2. PostgreSQL: a writer reads what is committed when it holds its locks; a reader sees one moment.
3. The driver is in autocommit mode: a transaction is what this room begins and ends.
4. PostgreSQL: every writer shares a lock from its first moment on, so that somebody who takes it
   alone knows that all writers before have ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError, SetupError, StoreError
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.ports.sqlite_file import is_busy, prepare

# serialization failure, deadlock, lock not available (PostgreSQL, appendix A)
_BUSY_POSTGRES = ("40001", "40P01", "55P03")
ENCRYPTED = ("require", "verify-ca", "verify-full")  # `sslmode` of libpq
# Advisory locks of a PostgreSQL database; buckets of names are numbered from 0 (`sql.py`).
FEED_LOCK, MIGRATION_LOCK, WRITERS_LOCK, TURN_LOCK = -1, -2, -3, -4
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock"
_BEGIN = {
    ("sqlite", True): "BEGIN IMMEDIATE",
    ("sqlite", False): "BEGIN",
    ("postgresql", True): f"{_WRITE}_shared({WRITERS_LOCK})",
    ("postgresql", False): "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}
_BEGIN_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": f"{_WRITE}({WRITERS_LOCK})"}


def engine_for(url: str, *, wait: float) -> sa.Engine:
    """Return an engine for the URL, without connecting.

    Raises:
        SetupError: no such database is supported, its driver is missing, or profiles would cross
            a line unencrypted.
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


def _postgres_options(url: sa.URL, _: float) -> dict[str, Any]:
    _demand_encrypted(url)
    return {"paramstyle": "format", "pool_pre_ping": True}


def _demand_encrypted(url: sa.URL) -> None:
    """Refuse a server elsewhere without TLS; a path is a socket of this machine."""
    hosts = [url.host, *_texts(url.query.get("host", ()))]
    away = [one for one in hosts if one and not one.startswith("/") and not is_loopback(one)]
    if away and url.query.get("sslmode") not in ENCRYPTED:
        raise SetupError(
            "store: the database is on another machine; add ?sslmode=verify-full to its URL"
            " (or require, if its certificate cannot be checked)"
        )


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else value
    return tuple(host for one in found for host in one.split(","))


_OPTIONS: dict[str, Any] = {"sqlite": _sqlite_options, "postgresql": _postgres_options}


def _prepare_sqlite(wait: float) -> Any:
    def prepare_one(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.isolation_level = None
        prepare(connection, journal_mode="WAL", wait=wait)

    return prepare_one


def _prepare_postgres(wait: float) -> Any:
    def prepare_one(connection: Any, record: object) -> None:  # noqa: ARG001
        connection.autocommit = True
        connection.prepared_max = limits.STATEMENTS
        connection.execute(f"SET lock_timeout = {int(wait * 1000)}")

    return prepare_one


_PREPARE: dict[str, Any] = {"sqlite": _prepare_sqlite, "postgresql": _prepare_postgres}


@contextmanager
def transaction(engine: sa.Engine, *, write: bool, alone: bool = False) -> Iterator[Any]:
    """Lend the driver's connection within a transaction: commit at the end, undo at an exception.

    `alone` waits until every other writer has ended and lets none begin meanwhile.

    Raises:
        StoreError: it cannot be read or written.
        BusyError: another process or too many threads hold it.
    """
    with own_errors():
        name = engine.dialect.name
        pooled = engine.raw_connection()
        try:
            connection: Any = pooled.driver_connection
            try:
                _begin(connection, _BEGIN_ALONE[name] if alone else _BEGIN[name, write], name)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _undo(pooled, connection)
                raise
        finally:
            pooled.close()


def _begin(connection: Any, statements: str, dialect: str) -> None:
    if dialect == "postgresql":
        connection.execute(statements, prepare=False)  # two at once cannot be prepared
    else:
        connection.execute(statements)


@contextmanager
def try_session_lock(engine: sa.Engine, number: int) -> Iterator[bool]:
    """Hold a PostgreSQL lock over many transactions; tell whether it was free.

    The server frees it when the connection ends, however the process does.
    """
    with own_errors():
        pooled = engine.raw_connection()
        try:
            connection: Any = pooled.driver_connection
            [taken] = connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
            try:
                yield taken
            finally:
                if taken:
                    _unlock(pooled, connection, number)
        finally:
            pooled.close()


def _unlock(pooled: sa.PoolProxiedConnection, connection: Any, number: int) -> None:
    try:
        connection.execute("SELECT pg_advisory_unlock(%s)", (number,))
    except Exception:
        pooled.invalidate()
        raise


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
    state = getattr(error, "sqlstate", None)
    if is_busy(error) or state in _BUSY_POSTGRES:
        return BusyError("store: another process holds it")
    name = getattr(error, "sqlite_errorname", None) or state or type(error).__name__
    return StoreError(f"store: the database says {name}")


@contextmanager
def borrowed(engine: sa.Engine) -> Iterator[Any]:
    """Lend the driver's connection outside of a transaction."""
    with own_errors():
        pooled = engine.raw_connection()
        try:
            yield pooled.driver_connection
        finally:
            pooled.close()

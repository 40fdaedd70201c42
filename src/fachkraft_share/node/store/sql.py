"""The node's store: SQLite or PostgreSQL, several processes, few and prepared statements."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, StateError, StoreError
from fachkraft_share.node.store.engine import (
    FEED_LOCK,
    TURN_LOCK,
    borrowed,
    engine_for,
    own_errors,
    transaction,
    try_session_lock,
)
from fachkraft_share.node.store.migrating import migrate
from fachkraft_share.node.store.schema import metadata
from fachkraft_share.node.store.statements import Statements
from fachkraft_share.node.store.vacuuming import Vacuum
from fachkraft_share.ports import file_lock
from fachkraft_share.ports.ahead import Ahead, by_key, by_values, columns, wanted
from fachkraft_share.ports.columns import tables_of
from fachkraft_share.ports.feed import FeedEnd
from fachkraft_share.ports.pending import UNKNOWN, Pending
from fachkraft_share.ports.progress import Tell, silent
from fachkraft_share.ports.searches import bounds_of, fields_of, values_of
from fachkraft_share.ports.sqlite_file import copy_to, empty_log, make_private
from fachkraft_share.ports.turns import Turns
from fachkraft_share.protocol.decision import Need
from fachkraft_share.protocol.records import Record

R = TypeVar("R", bound=Record)

_LOCK = "SELECT pg_advisory_xact_lock(bucket) FROM unnest(%s::bigint[]) AS bucket"


class SqlTransaction(FeedEnd):
    """One unit of work on a `SqlStore`; `connection` is the driver's."""

    def __init__(
        self,
        connection: Any,
        statements: Mapping[type[Record], Statements],
        *,
        write: bool,
        postgres: bool,
    ) -> None:
        # psycopg makes a cursor a statement otherwise; every answer is fetched at once.
        self._cursor = connection.cursor() if postgres else connection
        self._execute = self._cursor.execute
        self._pending = Pending(write=self._store, say=self._execute)
        self._ahead = Ahead()
        self._statements = statements
        self._write = write
        self._postgres = postgres

    def lock(self, names: Iterable[str]) -> None:
        """Wait for these names, in sorted order, and hold them until the end."""
        given = set(names)
        if not given:
            return
        self._writing()
        if self._postgres:  # a writer holds all of SQLite's file
            self._execute(_LOCK, (sorted(map(_bucket, given)),))

    def lock_feed(self) -> None:
        """Hold the feed's end until the transaction ends."""
        self._writing()
        if self._postgres:
            self._execute(_LOCK, ([FEED_LOCK],))

    def read_ahead(self, needs: Iterable[Need]) -> None:
        """Read what will be asked, all of a kind in one statement."""
        for (kind, names, keyed), values in wanted(needs).items():
            if len(values) < limits.READ_AHEAD:
                continue
            known = self._known(kind)
            self._pending.settle(kind)
            given = list(columns(values)) if self._postgres else (json.dumps(values),)
            rows = self._execute(known.among(names), given).fetchall()
            records = map(known.table.record, rows)
            if keyed:
                self._ahead.keep_one(kind, by_key(records, values, of=known.table.key_of))
            else:
                found = by_values(records, values, of=known.table.getter(names))
                self._ahead.keep_every(kind, names, found)

    def get(self, kind: type[R], *key: Any) -> R | None:
        """Return the record with this key, or None."""
        known = self._known(kind)
        found = self._pending.find(kind, key)
        if found is UNKNOWN:
            found = self._ahead.one(kind, key)
        if found is not UNKNOWN:
            return found  # type: ignore[no-any-return]
        row = self._execute(known.get, key).fetchone()
        record = None if row is None else known.table.record(row)
        if not self._write:  # a reader sees one moment of the database: asking again is pointless
            self._ahead.keep_one(kind, {key: record})
        return record  # type: ignore[return-value]

    def every(
        self,
        kind: type[R],
        /,
        *,
        after: tuple[str, Any] | None = None,
        until: tuple[str, Any] | None = None,
        limit: int | None = None,
        **equal: Any,
    ) -> tuple[R, ...]:
        """Return records whose fields equal these values, and lie within the bounds."""
        known = self._known(kind)
        if after is None and until is None and limit is None:
            found = self._ahead.every(kind, equal)
            if found is not UNKNOWN:
                return found  # type: ignore[no-any-return]
        known.table.check(equal, after, until)
        self._pending.settle(kind)
        shape = (fields_of(equal), after and after[0], until and until[0], limit is not None)
        values = [*self._values(equal), *bounds_of(after, until, limit=limit)]
        rows = self._execute(known.search(shape), values).fetchall()
        return tuple(map(known.table.record, rows))  # type: ignore[arg-type]

    def put(self, record: Record) -> None:
        """Store the record, replacing the one with its key."""
        kind = type(record)
        self._set(kind, self._known(kind).table.key_of(record), record)

    def drop(self, kind: type[Record], *key: Any) -> None:
        """Delete the record with this key, if there is one."""
        self._known(kind)
        self._set(kind, key, None)

    def drop_every(self, kind: type[Record], /, **equal: Any) -> int:
        """Delete all records with these values and tell how many."""
        self._writing()
        known = self._known(kind)
        known.table.check(equal)
        self._pending.begin_all()
        self._pending.settle(kind)
        self._ahead.forget(kind)
        dropped = self._execute(known.drop_where(fields_of(equal)), self._values(equal))
        return int(dropped.rowcount)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happened inside if it ends with an exception, and let that pass on."""
        self._pending.enter()
        try:
            yield
        except BaseException:
            self.forget_end()
            if self._pending.undo():
                self._ahead.forget_all()
            raise
        self._pending.keep()

    def settle(self) -> None:
        """Write everything that is pending."""
        self._pending.settle_all()

    def _set(self, kind: type[Record], key: tuple[Any, ...], record: Record | None) -> None:
        self._writing()
        self._pending.set(kind, key, record)
        self._ahead.changed(kind, key)

    def _store(self, kind: type[Record], changes: Mapping[tuple[Any, ...], Record | None]) -> None:
        known = self._statements[kind]
        rows = [known.table.values(record) for record in changes.values() if record is not None]
        dropped = [key for key, record in changes.items() if record is None]
        if rows:
            known.put_all(self._cursor, rows)
        known.drop_all(self._cursor, dropped)

    def _values(self, equal: Mapping[str, Any]) -> list[Any]:
        values = values_of(equal)
        if self._postgres:
            return values
        return [json.dumps(value) if isinstance(value, list) else value for value in values]

    def _known(self, kind: type[Record]) -> Statements:
        try:
            return self._statements[kind]
        except KeyError:
            raise StoreError(f"store: it was not opened with {kind.__name__}") from None

    def _writing(self) -> None:
        if not self._write:
            raise StateError("store: a reading transaction changes nothing")


class SqlStore:
    """A `ports.store.Store` by URL; `more` names record classes beyond the protocol's."""

    def __init__(
        self,
        url: str,
        *,
        more: Iterable[type[Record]] = (),
        wait: float = limits.STORE_BUSY,
        backed_up: bool = False,
        tell: Tell = silent,
    ) -> None:
        """Open the database, make or migrate its tables.

        `backed_up` says that the operator has a copy of a PostgreSQL database to be migrated.

        Raises:
            SetupError: no such database is supported, or a copy must be made first.
            StoreError: it cannot be used, or a newer version of this program made it.
            BusyError: another process holds it.
        """
        tables = tables_of(more)
        known = metadata(tables)
        self._engine = engine_for(url, wait=wait)
        self._postgres = self._engine.dialect.name == "postgresql"
        self._process = os.getpid()
        self._turns = Turns(wait=wait)
        if not self._postgres:
            make_private(Path(str(self._engine.url.database)))
        with own_errors():
            migrate(self._engine, known, tables, backed_up=backed_up, tell=tell)
        self._vacuum = Vacuum(self._engine, tables, wait=wait)
        dialect = self._engine.dialect
        self._statements: dict[type[Record], Statements] = {
            one.kind: Statements(one, known.tables[one.name], dialect=dialect) for one in tables
        }

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[SqlTransaction]:
        """Open a transaction; commit at the end, undo at an exception.

        Raises:
            StoreError: it cannot be read or written.
            BusyError: another process holds it; try again.
        """
        if self._process != os.getpid():
            self._process = os.getpid()
            self._engine.dispose(close=False)  # a connection never crosses a fork
        with (
            self._turns.take(write=write, alone=not self._postgres),
            transaction(self._engine, write=write) as connection,
        ):
            begun = SqlTransaction(
                connection, self._statements, write=write, postgres=self._postgres
            )
            yield begun
            begun.settle()

    def settle(self) -> None:
        """Return when every writing transaction that is open now has ended, in any process.

        Raises:
            BusyError: one of them took longer than we wait.
        """
        with (
            self._turns.take(write=True, alone=not self._postgres),
            transaction(self._engine, write=True, alone=True),
        ):
            pass

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Take the worker's turn for this block; tell whether no other process has it."""
        if self._postgres:
            with try_session_lock(self._engine, TURN_LOCK) as mine:
                yield mine
            return
        with file_lock.attempted(Path(f"{self._engine.url.database}.turn")) as mine:
            yield mine

    def scrub(self) -> None:
        """Leave no byte of erased content in SQLite's files or in PostgreSQL's tables.

        Raises:
            BusyError: a reader still holds old pages; try again.
        """
        if self._postgres:
            self._vacuum.run()
            return
        with self._turns.take(write=True), borrowed(self._engine) as connection:
            empty_log(connection)

    def copy_to(self, path: Path | str) -> None:
        """Write a consistent copy without the room deleted rows left.

        Raises:
            SetupError: PostgreSQL is copied by its own tools.
        """
        if self._postgres:
            raise SetupError("store: use pg_dump for a PostgreSQL database")
        with self._turns.take(write=False), borrowed(self._engine) as connection:
            copy_to(connection, Path(path))

    def close(self) -> None:
        """Close the connections; the store opens new ones when asked again."""
        self._engine.dispose()


def _bucket(name: str) -> int:
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "big") % limits.LOCK_BUCKETS

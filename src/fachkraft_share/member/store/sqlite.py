"""The member's store: one SQLite file, any number of threads and processes."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from fachkraft_share import limits
from fachkraft_share.errors import StateError, StoreError
from fachkraft_share.member.store.connections import Connections, own_errors, transaction
from fachkraft_share.member.store.migrating import migrate
from fachkraft_share.member.store.sql import Statements
from fachkraft_share.ports.ahead import Ahead, by_key, by_values, wanted
from fachkraft_share.ports.columns import Table, tables_of
from fachkraft_share.ports.feed import FeedEnd
from fachkraft_share.ports.pending import UNKNOWN, Pending
from fachkraft_share.ports.searches import Shape, bounds_of, fields_of, values_of
from fachkraft_share.ports.sqlite_file import copy_to, empty_log
from fachkraft_share.ports.turns import Turns
from fachkraft_share.protocol.decision import Need
from fachkraft_share.protocol.records import Record

R = TypeVar("R", bound=Record)


class SqliteTransaction(FeedEnd):
    """One unit of work on a `SqliteStore`."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        statements: Mapping[type[Record], Statements],
        *,
        write: bool,
    ) -> None:
        self._execute = connection.execute
        self._execute_many = connection.executemany
        self._pending = Pending(write=self._store, say=self._execute)
        self._ahead = Ahead()
        self._statements = statements
        self._write = write

    def lock(self, names: Iterable[str]) -> None:
        """Check the names; a writing transaction holds the whole file anyway."""
        for _ in names:
            self._writing()

    def read_ahead(self, needs: Iterable[Need]) -> None:
        """Read what will be asked, all of a kind in one statement."""
        for (kind, names, keyed), values in wanted(needs).items():
            if len(values) < limits.READ_AHEAD:
                continue
            known = self._known(kind)
            self._pending.settle(kind)
            records = map(known.table.record, self._execute(known.among(names), _listed(values)))
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
        return None if row is None else known.table.record(row)  # type: ignore[return-value]

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
        shape: Shape = (
            fields_of(equal),
            after and after[0],
            until and until[0],
            limit is not None,
        )
        values = [*_values(equal), *bounds_of(after, until, limit=limit)]
        rows = self._execute(known.search(shape), values)
        return tuple(map(known.table.record, rows))  # type: ignore[arg-type]

    def put(self, record: Record) -> None:
        """Store the record, replacing the one with its key."""
        self._set(type(record), record.key, record)

    def drop(self, kind: type[Record], *key: Any) -> None:
        """Delete the record with this key, if there is one."""
        self._set(kind, key, None)

    def drop_every(self, kind: type[Record], /, **equal: Any) -> int:
        """Delete all records with these values and tell how many."""
        self._writing()
        known = self._known(kind)
        known.table.check(equal)
        self._pending.begin_all()
        self._pending.settle(kind)
        self._ahead.forget(kind)
        return self._execute(known.drop_where(fields_of(equal)), _values(equal)).rowcount

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
        self._known(kind)
        self._pending.set(kind, key, record)
        self._ahead.changed(kind, key)

    def _store(self, kind: type[Record], changes: Mapping[tuple[Any, ...], Record | None]) -> None:
        known = self._statements[kind]
        rows = [known.table.values(record) for record in changes.values() if record is not None]
        dropped = [key for key, record in changes.items() if record is None]
        if rows:
            self._execute_many(known.put, rows)
        if dropped:
            self._execute_many(known.drop, dropped)

    def _known(self, kind: type[Record]) -> Statements:
        try:
            return self._statements[kind]
        except KeyError:
            raise StoreError(f"store: it was not opened with {kind.__name__}") from None

    def _writing(self) -> None:
        if not self._write:
            raise StateError("store: a reading transaction changes nothing")


class SqliteStore:
    """A `ports.store.Store` in one file; `more` names record classes beyond the protocol's."""

    def __init__(
        self,
        path: Path | str,
        *,
        more: Iterable[type[Record]] = (),
        wait: float = limits.STORE_BUSY,
    ) -> None:
        """Open the file, make or migrate its tables.

        Raises:
            StoreError: it cannot be opened, or a newer version of this program made it.
            BusyError: another process holds it.
        """
        tables: tuple[Table, ...] = tables_of(more)
        self._statements = {table.kind: Statements(table) for table in tables}
        self._turns = Turns(wait=wait)
        self._connections = Connections(Path(path), journal_mode="WAL", wait=wait)
        migrate(self._connections, tables)

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[SqliteTransaction]:
        """Open a transaction; commit at the end, undo at an exception.

        Raises:
            StoreError: it cannot be read or written.
            BusyError: another process holds it; try again.
        """
        with (
            self._turns.take(write=write),
            self._connections.lend() as connection,
            transaction(connection, write=write),
        ):
            begun = SqliteTransaction(connection, self._statements, write=write)
            yield begun
            begun.settle()

    def scrub(self) -> None:
        """Leave no byte of what was deleted in the files: move the log into the file, empty it.

        Raises:
            BusyError: a reader still holds old pages; try again.
        """
        with self._turns.take(write=True), self._connections.lend() as connection, own_errors():
            empty_log(connection)

    def copy_to(self, path: Path | str) -> None:
        """Write a consistent copy, without the room deleted rows left."""
        with self._turns.take(write=False), self._connections.lend() as connection, own_errors():
            copy_to(connection, Path(path))

    def close(self) -> None:
        """Close the connections nobody uses; the store opens new ones when asked again."""
        self._connections.close()


def _listed(values: Sequence[tuple[Any, ...]]) -> tuple[str]:
    return (json.dumps(values),)


def _values(equal: Mapping[str, Any]) -> list[Any]:
    values = values_of(equal)
    return [json.dumps(value) if isinstance(value, list) else value for value in values]

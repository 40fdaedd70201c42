"""Leave no erased content in the tables of a PostgreSQL database.

1. A deleted row lies in its page until VACUUM, and its bytes lie there until another row happens to
   take their place. VACUUM FULL writes the living rows into a new file and drops the old one.
2. It keeps what an older snapshot could still see; so we wait until there is none.
3. ANALYZE copies sample values into `pg_statistic`: of columns with content it takes none.
4. Tables with content are those whose record class hides a field (`repr=False`).
5. It holds a table alone while it writes: it rests ten times as long as it took.

What this cannot reach is the operator's: the write-ahead log until it is recycled or archived,
standbys, dumps, and free blocks of the disk (`docs/decisions`, several node processes).
"""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from fachkraft_share import limits
from fachkraft_share.errors import BusyError
from fachkraft_share.node.store.engine import borrowed
from fachkraft_share.ports.columns import Table

_PAUSE = 0.01  # seconds between two looks at the others' snapshots
_NOW = "SELECT pg_current_xact_id()::xid::text"
_OLDER = """
SELECT EXISTS (
  SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid()
    AND (datname = current_database() OR datname IS NULL)
    AND greatest(age(backend_xid), age(backend_xmin)) > age(%(now)s::xid)
  UNION ALL SELECT FROM pg_prepared_xacts
    WHERE database = current_database() AND age(transaction) > age(%(now)s::xid)
  UNION ALL SELECT FROM pg_replication_slots WHERE age(xmin) > age(%(now)s::xid)
)
"""
_SAMPLED = """
SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s)
  AND attname = ANY(%s) AND attstattarget IS DISTINCT FROM 0
"""


def hidden(table: Table) -> tuple[str, ...]:
    """Return the columns with content, of which nothing may be left."""
    kind: Any = table.kind
    return tuple(field.name for field in attrs.fields(kind) if field.repr is False)


def sample_nothing(connection: sa.Connection, tables: Iterable[Table]) -> None:
    """Let ANALYZE pass over the columns with content; part of the caller's transaction."""
    for table in tables:
        names = list(hidden(table))
        found = connection.exec_driver_sql(_SAMPLED, (f'"{table.name}"', names)) if names else ()
        for [name] in list(found):
            connection.exec_driver_sql(
                f'ALTER TABLE "{table.name}" ALTER COLUMN "{name}" SET STATISTICS 0'
            )


class Vacuum:
    """Writes tables anew, one after the other."""

    def __init__(self, engine: sa.Engine, tables: Iterable[Table], *, wait: float) -> None:
        self._engine = engine
        self._names: Sequence[str] = [one.name for one in tables if hidden(one)]
        self._wait = wait
        self._next = 0.0

    def run(self) -> None:
        """Leave nothing behind of what was erased before this call.

        Raises:
            BusyError: somebody still reads what was erased, or a table; or it ran just now.
        """
        begun = time.monotonic()
        if begun < self._next:
            raise BusyError("store: the tables were written anew just now")
        with borrowed(self._engine) as connection:
            self._outlive(connection, until=begun + self._wait)
            connection.execute(f"SET lock_timeout = {int(limits.SCRUB_LOCK * 1000)}")
            try:
                for name in self._names:
                    connection.execute(f'VACUUM (FULL) "{name}"')
            finally:
                connection.execute(f"SET lock_timeout = {int(self._wait * 1000)}")
        ended = time.monotonic()
        self._next = ended + limits.SCRUB_REST * (ended - begun)

    def _outlive(self, connection: Any, *, until: float) -> None:
        """Return when no snapshot is left that was there before."""
        [now] = connection.execute(_NOW).fetchone()
        while connection.execute(_OLDER, {"now": now}).fetchone()[0]:
            if time.monotonic() > until:
                raise BusyError("store: a reader still holds old rows")
            time.sleep(_PAUSE)

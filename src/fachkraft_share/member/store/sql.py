"""The SQL for a table, written once from its description."""
# ruff: noqa: S608 - names come from record classes, values travel as parameters

from functools import cached_property

import attrs

from fachkraft_share.ports.columns import Column, ColumnType, Table
from fachkraft_share.ports.searches import EQUAL, LISTED, NULL, Fields, Shape

_TYPES = {ColumnType.TEXT: "TEXT", ColumnType.INT: "INTEGER", ColumnType.BYTES: "BLOB"}


@attrs.define(slots=False)
class Statements:
    """The statements of one table."""

    table: Table
    _searches: dict[Shape, str] = attrs.field(factory=dict)
    _drops: dict[Fields, str] = attrs.field(factory=dict)
    _amongs: dict[tuple[str, ...], str] = attrs.field(factory=dict)

    @cached_property
    def get(self) -> str:
        """Select by key."""
        return f"{self._select} WHERE {_all_equal(self.table.key)}"

    @cached_property
    def put(self) -> str:
        """Insert, or replace the row with this key."""
        names = self.table.names
        rest = [name for name in names if name not in self.table.key]
        updates = ", ".join(f'"{name}"=excluded."{name}"' for name in rest)
        return (
            f'INSERT INTO "{self.table.name}" ({_list(names)})'
            f" VALUES ({', '.join('?' * len(names))})"
            f" ON CONFLICT ({_list(self.table.key)})"
            f" {f'DO UPDATE SET {updates}' if updates else 'DO NOTHING'}"
        )

    @cached_property
    def drop(self) -> str:
        """Delete by key."""
        return f'DELETE FROM "{self.table.name}" WHERE {_all_equal(self.table.key)}'

    def search(self, shape: Shape) -> str:
        """Select by values and bounds, sorted."""
        if shape not in self._searches:
            self._searches[shape] = self._search(shape)
        return self._searches[shape]

    def among(self, names: tuple[str, ...]) -> str:
        """Select by many values of some columns at once, given as one list, sorted by key."""
        if names not in self._amongs:
            places = ", ".join(f"json_extract(value, '$[{n}]')" for n in range(len(names)))
            self._amongs[names] = (
                f"{self._select} WHERE ({_list(names)}) IN (SELECT {places} FROM json_each(?))"
                f" ORDER BY {_list(self.table.key)}"
            )
        return self._amongs[names]

    def drop_where(self, equal: Fields) -> str:
        """Delete by values."""
        if equal not in self._drops:
            self._drops[equal] = f'DELETE FROM "{self.table.name}"{_where(_compared(equal))}'
        return self._drops[equal]

    @cached_property
    def _select(self) -> str:
        return f'SELECT {_list(self.table.names)} FROM "{self.table.name}"'

    def _search(self, shape: Shape) -> str:
        equal, after, until, limited = shape
        conditions = _compared(equal)
        conditions += [f'"{after}" > ?'] if after else []
        conditions += [f'"{until}" <= ?'] if until else []
        order = _list(self.table.order(after, until))
        text = f"{self._select}{_where(conditions)} ORDER BY {order}"
        return f"{text} LIMIT ?" if limited else text


def create(table: Table) -> tuple[str, ...]:
    """Return the statements that make a table with its indexes."""
    key = [column for column in table.columns if column.name in table.key]
    alone = [column.type for column in key] == [ColumnType.INT]  # then it is the row's own number
    constraint = () if alone else (f"PRIMARY KEY ({_list(table.key)})",)
    lines = (_line(column, key=alone and column in key) for column in table.columns)
    body = ",\n  ".join((*lines, *constraint))
    indexes = (
        f'CREATE INDEX "{table.index_name(fields)}" ON "{table.name}" ({_list(fields)})'
        for fields in table.indexes
    )
    return (f'CREATE TABLE "{table.name}" (\n  {body}\n)', *indexes)


def _line(column: Column, *, key: bool) -> str:
    line = f'"{column.name}" {_TYPES[column.type]}'
    if key:
        return f"{line} PRIMARY KEY"
    return line if column.optional else f"{line} NOT NULL"


def _compared(equal: Fields) -> list[str]:
    return [_compare(name, how) for name, how in equal]


def _compare(name: str, how: int) -> str:
    if how == NULL:
        return f'"{name}" IS NULL'
    if how == EQUAL:
        return f'"{name}" = ?'
    if how == LISTED:
        return f'"{name}" IN (SELECT value FROM json_each(?))'
    return f'"{name}" IN ({", ".join("?" * how)})'


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _all_equal(names: tuple[str, ...]) -> str:
    return " AND ".join(f'"{name}" = ?' for name in names)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)

"""How a record lies in columns, derived once from its fields, so that no store knows any class.

Columns hold text, whole numbers and bytes; yes and no are 1 and 0, an enumeration is its text.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from types import ModuleType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from fachkraft_share.protocol import delivery, records
from fachkraft_share.protocol.records import Record


class ColumnType(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INT = "int"
    BYTES = "bytes"


_PLAIN: Mapping[type, ColumnType] = {
    str: ColumnType.TEXT,
    int: ColumnType.INT,
    bool: ColumnType.INT,
    bytes: ColumnType.BYTES,
}
_DESCRIBED: dict[type[Record], "Table"] = {}  # a class is described once a process


@attrs.frozen
class Column:
    """One field of a record; `convert` makes its value from what the column holds."""

    name: str
    type: ColumnType
    optional: bool
    convert: Callable[[Any], Any] | None = None


@attrs.frozen
class Table:
    """A record class as a table."""

    kind: type[Record]
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...]
    _get: Callable[[Any], Any] = attrs.field(repr=False, eq=False)
    _convert: tuple[tuple[int, Callable[[Any], Any]], ...] = attrs.field(repr=False, eq=False)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names in the order of the record's fields."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def searchable(self) -> frozenset[str]:
        """The fields a bound may name."""
        return frozenset(self.key).union(*self.indexes)

    def values(self, record: Record) -> tuple[Any, ...]:
        """Return what the columns hold for this record."""
        found: tuple[Any, ...] = self._get(record)
        if not self._convert:
            return found
        changed = list(found)
        for place, _ in self._convert:
            changed[place] = _plain(changed[place])
        return tuple(changed)

    @cached_property
    def key_of(self) -> Callable[[Record], tuple[Any, ...]]:
        """What returns a record's key; its property does the same at three times the cost."""
        return _getter(self.key)

    def getter(self, names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
        """Return what takes these fields of a record, as its columns hold them."""
        take = _getter(names)
        if not any(column.convert for column in self.columns if column.name in names):
            return take
        return lambda record: tuple(map(_plain, take(record)))

    def record(self, row: Iterable[Any]) -> Record:
        """Return the record these columns make."""
        if not self._convert:
            return self.kind(*row)
        values = list(row)
        for place, convert in self._convert:
            if values[place] is not None:
                values[place] = convert(values[place])
        return self.kind(*values)

    def check(self, equal: Mapping[str, Any], *bounds: tuple[str, Any] | None) -> None:
        """Refuse a search by fields the record has not, or by bounds no index serves."""
        unknown = set(equal).difference(self.names)
        if unknown:
            raise ValueError(f"{self.name} has no field {sorted(unknown)}")
        unserved = {bound[0] for bound in bounds if bound is not None} - self.searchable
        if unserved:
            raise ValueError(f"{self.name}: no index serves a bound on {sorted(unserved)}")
        if any(isinstance(value, tuple) and None in value for value in equal.values()):
            raise ValueError(f"{self.name}: None is searched for alone, never as one of several")

    def order(self, *bounds: str | None) -> tuple[str, ...]:
        """Return the fields results are sorted by: the first bound's, then the key's."""
        bounded = [field for field in bounds if field is not None][:1]
        return (*bounded, *(name for name in self.key if name not in bounded))

    def index_name(self, fields: tuple[str, ...]) -> str:
        """Return the name of the index over these fields."""
        return "_".join(("ix", self.name, *fields))


def plain(value: Any) -> Any:
    """Return a value of a search as the columns hold it."""
    return _plain(value) if isinstance(value, bool | StrEnum) else value


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.value if isinstance(value, StrEnum) else value


def table(kind: type[Record]) -> Table:
    """Return the description of a record class.

    Raises:
        TypeError: a field is neither text, whole number, yes/no, bytes nor an enumeration of text.
    """
    if kind not in _DESCRIBED:
        _DESCRIBED[kind] = _describe(kind)
    return _DESCRIBED[kind]


def _describe(kind: Any) -> Table:
    hints = get_type_hints(kind)
    columns = tuple(_column(field.name, hints[field.name]) for field in attrs.fields(kind))
    names = tuple(column.name for column in columns)
    convert = tuple((n, one.convert) for n, one in enumerate(columns) if one.convert is not None)
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
    return Table(kind, name, columns, kind.KEY, kind.INDEX, _getter(names), convert)


def _getter(names: tuple[str, ...]) -> Callable[[Any], Any]:
    if len(names) > 1:
        return attrgetter(*names)
    [name] = names
    return lambda record: (getattr(record, name),)


def _column(name: str, hint: Any) -> Column:
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    [kind] = [one for one in options if one is not NoneType]
    optional = NoneType in options
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return Column(name, ColumnType.TEXT, optional, kind)
    if kind not in _PLAIN:
        raise TypeError(f"field {name}: a record holds only what a column can hold")
    return Column(name, _PLAIN[kind], optional, bool if kind is bool else None)


def records_of(module: ModuleType) -> tuple[type[Record], ...]:
    """Return the record classes a module defines, by name."""
    found = inspect.getmembers(module, inspect.isclass)
    return tuple(
        one
        for _, one in found
        if one.__module__ == module.__name__ and issubclass(one, Record) and one is not Record
    )


def tables_of(more: Iterable[type[Record]] = ()) -> tuple[Table, ...]:
    """Return the tables of the protocol's records and of these, sorted by name.

    Raises:
        TypeError: two classes would share a table.
    """
    kinds = {*records_of(records), *records_of(delivery), *more}
    found = sorted((table(kind) for kind in kinds), key=lambda one: one.name)
    if len({one.name for one in found}) != len(found):
        raise TypeError("two record classes have the same name")
    return tuple(found)

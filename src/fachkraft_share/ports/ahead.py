"""Records read at once before they are asked for one by one, as long as nothing changes them.

1. Only what the database said is kept here; what is pending comes first, see `pending.py`.
2. A change takes away whatever it might contradict; then the database is asked again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from fachkraft_share.ports.columns import plain
from fachkraft_share.ports.pending import UNKNOWN
from fachkraft_share.protocol.decision import Every, Need, One
from fachkraft_share.protocol.records import Record

Names = tuple[str, ...]
Values = tuple[Any, ...]
Wanted = Mapping[tuple[type[Record], Names, bool], list[Values]]  # True: names are the key


@attrs.define
class _Found:
    """What was found by some fields; `places`: where these stand in the key, if all do."""

    places: tuple[int, ...] | None
    records: dict[Values, tuple[Record, ...]] = attrs.field(factory=dict)


class Ahead:
    """What a transaction has read ahead."""

    def __init__(self) -> None:
        self._one: dict[type[Record], dict[Values, Record | None]] = {}
        self._every: dict[type[Record], dict[Names, _Found]] = {}

    def one(self, kind: type[Record], key: Values) -> Any:
        """Return the record with this key, None if there is none, or `UNKNOWN`."""
        found = self._one.get(kind)
        return UNKNOWN if found is None else found.get(key, UNKNOWN)

    def every(self, kind: type[Record], equal: Mapping[str, Any]) -> Any:
        """Return the records with these values in the order of their keys, or `UNKNOWN`."""
        shapes = self._every.get(kind)
        if shapes is None:
            return UNKNOWN
        names = tuple(sorted(equal))
        found = shapes.get(names)
        if found is None:
            return UNKNOWN
        return found.records.get(tuple([plain(equal[name]) for name in names]), UNKNOWN)

    def keep_one(self, kind: type[Record], records: Mapping[Values, Record | None]) -> None:
        """Keep what was found under these keys."""
        self._one.setdefault(kind, {}).update(records)

    def keep_every(
        self, kind: type[Record], names: Names, records: Mapping[Values, tuple[Record, ...]]
    ) -> None:
        """Keep all that has these values."""
        shapes = self._every.setdefault(kind, {})
        if names not in shapes:
            known = all(name in kind.KEY for name in names)
            shapes[names] = _Found(tuple(map(kind.KEY.index, names)) if known else None)
        shapes[names].records.update(records)

    def changed(self, kind: type[Record], key: Values) -> None:
        """Forget what a change of this record might contradict."""
        if kind in self._one:
            self._one[kind].pop(key, None)
        if kind in self._every:
            for found in self._every[kind].values():
                if found.places is None:  # it may have had the values before, or have them now
                    found.records.clear()
                else:
                    found.records.pop(tuple([key[place] for place in found.places]), None)

    def forget(self, kind: type[Record]) -> None:
        """Forget everything of a kind."""
        self._one.pop(kind, None)
        self._every.pop(kind, None)

    def forget_all(self) -> None:
        """Forget everything: the database went back to an earlier state."""
        self._one.clear()
        self._every.clear()


def wanted(needs: Iterable[Need]) -> Wanted:
    """Return the needs by kind and by the fields they are searched by, each once."""
    found: dict[tuple[type[Record], Names, bool], dict[Values, None]] = {}
    for need in needs:
        match need:
            case One(kind, key):
                found.setdefault((kind, kind.KEY, True), {})[key] = None
            case Every(kind, where) if _plain(where):
                names = tuple(name for name, _ in where)
                values = tuple(plain(value) for _, value in where)
                found.setdefault((kind, names, False), {})[values] = None
    return {shape: list(values) for shape, values in found.items()}


def _plain(where: tuple[tuple[str, Any], ...]) -> bool:
    """Tell whether fields are compared with one value each that is text or a whole number."""
    return bool(where) and all(isinstance(one, str | int) for _, one in where)


def by_key(
    records: Iterable[Record], keys: Iterable[Values], *, of: Callable[[Record], Values]
) -> dict[Values, Record | None]:
    """Return what was found under each key, None where nothing was."""
    found: dict[Values, Record | None] = dict.fromkeys(keys)
    found.update((of(one), one) for one in records)
    return found


def by_values(
    records: Iterable[Record], values: Iterable[Values], *, of: Callable[[Record], Values]
) -> dict[Values, tuple[Record, ...]]:
    """Return what was found for each of the values, none where nothing was."""
    found: dict[Values, list[Record]] = {one: [] for one in values}
    for record in records:
        found[of(record)].append(record)
    return {one: tuple(many) for one, many in found.items()}


def columns(rows: Iterable[Values]) -> Iterator[list[Any]]:
    """Yield rows as a list a column."""
    yield from (list(column) for column in zip(*rows, strict=True))

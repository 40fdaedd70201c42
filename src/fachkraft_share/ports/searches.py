"""The shape of a search, so that a store writes the SQL for each shape only once."""

from collections.abc import Mapping
from typing import Any

from fachkraft_share import limits
from fachkraft_share.ports.columns import plain

# How a field is compared: equal, with NULL, with a list as one value; from 0 on with so many places
EQUAL, NULL, LISTED = -1, -2, -3
Fields = tuple[tuple[str, int], ...]
Shape = tuple[Fields, str | None, str | None, bool]  # equal fields, after, until, limited


def fields_of(equal: Mapping[str, Any]) -> Fields:
    """Return which fields are compared, and how."""
    return tuple((name, _comparison(value)) for name, value in equal.items())


def _comparison(value: Any) -> int:
    if value is None:
        return NULL
    if not isinstance(value, tuple):
        return EQUAL
    return len(value) if len(value) <= limits.IN_PLACES else LISTED


def values_of(equal: Mapping[str, Any]) -> list[Any]:
    """Return the values in the order of their places; a long tuple is one list."""
    found: list[Any] = []
    for value in equal.values():
        if not isinstance(value, tuple):
            found += () if value is None else (plain(value),)
        elif len(value) <= limits.IN_PLACES:
            found += map(plain, value)
        else:
            found.append([plain(one) for one in value])
    return found


def bounds_of(*bounds: tuple[str, Any] | None, limit: int | None) -> list[Any]:
    """Return the values of the bounds and of the limit, as they follow the others."""
    found = [plain(bound[1]) for bound in bounds if bound is not None]
    return found if limit is None else [*found, limit]

"""Changes that wait in memory until the database must know of them: at the commit, or for a search.

A hundred messages become a handful of statements: one list of rows a table. The order of changes to
different keys does not matter, and of one key only the last one counts.

1. A savepoint is a layer; the database hears of it only when something of it must be written.
2. Before a savepoint is begun, all layers below are written: undoing it undoes nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from fachkraft_share.protocol.records import Record

_Changes = dict[tuple[Any, ...], Record | None]  # None: deleted

UNKNOWN = object()  # nothing is pending under this key


@attrs.define
class _Layer:
    changes: dict[type[Record], _Changes] = attrs.field(factory=dict)
    begun: bool = False


class Pending:
    """The changes of one transaction that are not written yet."""

    def __init__(
        self,
        *,
        write: Callable[[type[Record], Mapping[tuple[Any, ...], Record | None]], None],
        say: Callable[[str], object],
    ) -> None:
        self._write = write
        self._say = say
        self._layers = [_Layer(begun=True)]

    def find(self, kind: type[Record], key: tuple[Any, ...]) -> Any:
        """Return the pending record, None if it is to be deleted, or `UNKNOWN`."""
        for layer in reversed(self._layers):
            changes = layer.changes.get(kind)
            if changes is not None and key in changes:
                return changes[key]
        return UNKNOWN

    def set(self, kind: type[Record], key: tuple[Any, ...], record: Record | None) -> None:
        """Keep a change until it is written."""
        self._layers[-1].changes.setdefault(kind, {})[key] = record

    def settle(self, kind: type[Record]) -> None:
        """Write what is pending of a kind, so that a search finds it."""
        for height, layer in enumerate(self._layers):
            if kind in layer.changes:
                self._begin(height)
                self._write(kind, layer.changes.pop(kind))

    def settle_all(self) -> None:
        """Write everything, before the commit."""
        self._settle_below(len(self._layers))

    def begin_all(self) -> None:
        """Begin every savepoint, for a change that goes to the database at once."""
        self._begin(len(self._layers) - 1)

    def enter(self) -> None:
        """Begin a savepoint."""
        self._layers.append(_Layer())

    def keep(self) -> None:
        """End the latest savepoint and keep what happened in it."""
        layer = self._layers.pop()
        if layer.begun:
            self._say("RELEASE SAVEPOINT inside")
        for kind, changes in layer.changes.items():
            self._layers[-1].changes.setdefault(kind, {}).update(changes)

    def undo(self) -> bool:
        """End the latest savepoint, undo what happened in it, tell whether any was written."""
        begun = self._layers.pop().begun
        if begun:
            self._say("ROLLBACK TO SAVEPOINT inside")
            self._say("RELEASE SAVEPOINT inside")
        return begun

    def _begin(self, height: int) -> None:
        for number, layer in enumerate(self._layers[: height + 1]):
            if not layer.begun:
                self._settle_below(number)
                self._say("SAVEPOINT inside")
                layer.begun = True

    def _settle_below(self, height: int) -> None:
        for layer in self._layers[:height]:
            for kind in tuple(layer.changes):
                self._write(kind, layer.changes.pop(kind))

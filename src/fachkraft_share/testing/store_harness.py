"""What the store suite needs of a store: opening it again and again, its files, other processes."""

import os
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import attrs

from fachkraft_share import limits
from fachkraft_share.member.store import SqliteStore
from fachkraft_share.ports.store import Store
from fachkraft_share.protocol.records import Record
from fachkraft_share.testing.memory import MemoryStore


class Colour(StrEnum):
    """An enumeration a record may hold."""

    RED = "red"
    GREEN = "green"


@attrs.frozen
class Sample(Record):
    """A record with every kind of field."""

    KEY = ("group", "name")
    INDEX = (("number",), ("due",), ("group", "number"))
    group: str
    name: str
    number: int = 0
    flag: bool = False
    colour: Colour = Colour.RED
    content: bytes = attrs.field(default=b"", repr=False)
    due: int | None = None
    note: str | None = attrs.field(default=None, repr=False)
    maybe: bool | None = None


@attrs.frozen
class Tally(Record):
    """A record with a single field beside a whole number as key."""

    KEY = ("number",)
    number: int
    value: int = 0


@attrs.frozen
class Mark(Record):
    """A record that is all key."""

    KEY = ("kind", "value")
    kind: str
    value: str = attrs.field(repr=False)


SAMPLES: tuple[type[Record], ...] = (Sample, Tally, Mark)


class OpenStore(Store, Protocol):
    """A store that can be closed."""

    def close(self) -> None:
        """Close its files and connections."""
        ...


class StoreHarness(Protocol):
    """One state that can be opened any number of times, also by other processes."""

    def open(self, *, wait: float = limits.STORE_BUSY) -> OpenStore:
        """Open the state as a store that knows `SAMPLES`."""
        ...

    def files(self) -> Iterable[Path]:
        """Return the files it lies in, as far as they can be read."""
        ...


@attrs.define
class MemoryHarness:
    """The store in memory: opening it again gives the same one."""

    _store: MemoryStore = attrs.field(factory=MemoryStore)

    def open(self, *, wait: float = limits.STORE_BUSY) -> MemoryStore:  # noqa: ARG002
        """Return the store."""
        return self._store

    def files(self) -> Iterable[Path]:
        """Return nothing: it has no files."""
        return ()


@attrs.frozen
class SqliteHarness:
    """The member's store in a folder."""

    folder: Path

    def open(self, *, wait: float = limits.STORE_BUSY) -> SqliteStore:
        """Open the store."""
        return SqliteStore(self.folder / "state.db", more=SAMPLES, wait=wait)

    def files(self) -> Iterable[Path]:
        """Return the database and its logs."""
        return tuple(self.folder.glob("state.db*"))


@attrs.frozen
class SqlHarness:
    """The node's store under a URL; `folder` holds its files when it is SQLite."""

    url: str
    folder: Path | None = None

    def open(self, *, wait: float = limits.STORE_BUSY) -> OpenStore:
        """Open the store."""
        from fachkraft_share.node.store import SqlStore  # the base runs without SQLAlchemy

        return SqlStore(self.url, more=SAMPLES, wait=wait)

    def files(self) -> Iterable[Path]:
        """Return the database and its logs."""
        return tuple(self.folder.glob("node.db*")) if self.folder else ()


def count_up(harness: StoreHarness, times: int) -> None:
    """Add one to a counter under its lock, again and again; another process runs it."""
    store = harness.open()
    for _ in range(times):
        with store.begin() as transaction:
            transaction.lock(["counter"])
            before = transaction.get(Tally, 1) or Tally(1)
            transaction.put(attrs.evolve(before, value=before.value + 1))
    store.close()


def die_while_writing(harness: StoreHarness, *_: Any) -> None:
    """Commit one record and die within the next transaction; another process runs it."""
    store = harness.open()
    with store.begin() as transaction:
        transaction.put(Mark("crash", "committed"))
    with store.begin() as transaction:
        transaction.put(Mark("crash", "open"))
        transaction.every(Mark, kind="crash")
        os._exit(1)

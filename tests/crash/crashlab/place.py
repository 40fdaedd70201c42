"""A whole alliance below one folder: a node, two members, and what the test knows of them."""

import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.member import folder as member_folder
from fachkraft_share.member.records import RECORDS
from fachkraft_share.member.store import SqliteKeys, SqliteStore
from fachkraft_share.node import folder as node_folder
from fachkraft_share.node.store import SqlStore
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.ports.machine import SystemIds
from fachkraft_share.ports.runtime import Runtime, Transport
from fachkraft_share.wire.suite import Standard

NODE = "https://node.harz.example"
AUTHORITY = "https://harz.example"
MUSTER = "https://muster.example"  # recommends
BEISPIEL = "https://beispiel.example"  # receives
MEMBERS = ("muster", "beispiel")
FACTS = "facts.json"


@attrs.define
class ShiftedClock:
    """The machine's clock, set forward: so that nobody waits for a back-off or a lease."""

    shift: int = 0

    def now(self) -> int:
        """Return whole seconds since 1970-01-01 UTC."""
        return int(time.time()) + self.shift


def runtime(clock: ShiftedClock, transport: Transport) -> Runtime:
    """Return what a party may ask of the world."""
    return Runtime(clock, SystemIds(), Standard(), transport)


@attrs.frozen
class Place:
    """Where an alliance lies."""

    root: Path

    @property
    def node(self) -> Path:
        """The node's folder."""
        return self.root / "node"

    def member(self, name: str) -> Path:
        """Return a member's folder."""
        return self.root / name

    def copied(self, target: Path) -> "Place":
        """Copy everything; what lay there before goes."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.root, target)
        copy = Place(target)
        copy.same_disk()
        return copy

    def same_disk(self) -> None:
        """Forget which folder this is: for the parties a copy of a test is the same disk."""
        for path in self.databases():
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                rows = connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
                for table in {name for (name,) in rows} & {"kept", "standing"}:
                    connection.execute(f"DELETE FROM {table} WHERE name='place'")  # noqa: S608

    def facts(self) -> dict[str, Any]:
        """Return what the test knows: ids and links."""
        path = self.root / FACTS
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def note(self, **facts: Any) -> None:
        """Remember something for the test."""
        (self.root / FACTS).write_text(json.dumps({**self.facts(), **facts}))

    @contextmanager
    def node_store(self) -> Iterator[SqlStore]:
        """Open the node's store for a look."""
        url = f"sqlite:///{self.node / node_folder.STATE}"
        with closing(SqlStore(url, more=node_folder.RECORDS)) as store:
            yield store

    @contextmanager
    def member_store(self, name: str) -> Iterator[SqliteStore]:
        """Open a member's store for a look."""
        path = self.member(name) / member_folder.STATE
        with closing(SqliteStore(path, more=RECORDS)) as store:
            yield store

    @contextmanager
    def member_keys(self, name: str) -> Iterator[SqliteKeys]:
        """Open a member's keys for a look."""
        with closing(SqliteKeys(self.member(name) / member_folder.KEYS)) as keys:
            yield keys

    def journal(self, name: str) -> list[dict[str, Any]]:
        """Return a party's journal; raises if a line does not fit."""
        return list(FileJournal(self.root / name / node_folder.JOURNAL).lines())

    def databases(self) -> list[Path]:
        """Return every database."""
        return sorted(self.root.glob("*/*/*.db"))

    def check_files(self) -> None:
        """Demand that every database and journal is whole."""
        for path in self.databases():
            with closing(sqlite3.connect(path)) as connection:
                [said] = connection.execute("PRAGMA integrity_check").fetchone()
                assert said == "ok", (path.name, said)
        for name in ("node", *MEMBERS):
            self.journal(name)

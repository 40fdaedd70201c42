"""The simulated alliance: services on faulty memory, network and clocks, all from one seed."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from random import Random
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.member import resync
from fachkraft_share.model.candidate import Candidate, Document, DocumentKind
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.runtime import Clock, Transport
from fachkraft_share.ports.store import Store
from fachkraft_share.rules.vocabulary import shipped
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.simulator.crashing import (
    CrashingJournal,
    CrashingKeys,
    CrashingStore,
    Fuse,
)
from fachkraft_share.testing.simulator.faults import Faults
from fachkraft_share.testing.simulator.overlapping import OverlappingStore
from fachkraft_share.testing.simulator.safeguards import (
    ForgetfulJournal,
    Without,
    open_gate,
    timeless,
)
from fachkraft_share.testing.simulator.watch import Watch
from fachkraft_share.testing.simulator.wires import Delayed, FaultyTransport
from fachkraft_share.testing.stand_in import StandIn
from fachkraft_share.testing.world import MemberParty, SkewedClock, World, Wrappers
from fachkraft_share.wire.suite import Standard, Suite

NAMES = ("anton", "berta", "caesar", "dora")
CANDIDATE = Candidate(
    given="Aylin",
    family="Beispiel",
    email="aylin@mail.example",
    postcode="38640",
    occupation="43414",
    skills=("Python",),
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 cv %%EOF"),),
)


@attrs.frozen
class Founded:
    """An alliance that was founded and settled once, to begin every seed from."""

    world: World
    snapshots: Mapping[str, tuple[Any, Any, Any]]


@lru_cache(maxsize=2)
def founded(*, real: bool) -> Founded:
    """Found the alliance with real or stand-in cryptography and let everybody settle."""
    suite: Suite = Standard() if real else StandIn()
    world = World(seed=0, suite=suite)
    for name in NAMES:
        world.join(name)
    for _ in range(2):
        for party in world.members.values():
            party.member.sync()
        world.node.service.tick()
    parties: dict[str, Any] = {"node": world.node, **world.members}
    return Founded(
        world,
        {
            name: (
                party.memory.store.snapshot(),
                party.memory.journal.snapshot(),
                party.memory.keys.snapshot(),
            )
            for name, party in parties.items()
        },
    )


class Town(World):
    """A world with faults; `without` names the safeguard that is left out."""

    def __init__(self, seed: int, faults: Faults, *, without: str | None, real: bool) -> None:
        base = founded(real=real)
        self.random = Random(seed)
        self.suite = base.world.suite
        self.clock = attrs.evolve(base.world.clock)
        self.faults, self.without = faults, without
        self.fuses: dict[str, Fuse] = {}
        self.skews: dict[str, int] = {}
        self.systems: dict[str, MemorySystem] = {}
        self.away: set[str] = set()
        self.delayed: list[Delayed] = []
        self.copies: list[bytes] = []  # bodies of events that went over the wire, for replays
        self.backups: dict[str, Any] = {}
        self.people: dict[str, Person] = {}
        self.rolled = False  # the node came back from a backup in this seed
        self.liar: str | None = "dora" if faults.malice else None
        self.intruder: Callable[[], None] | None = None
        self.watch = Watch(self)
        self.vocabulary = shipped()
        self.members = {}
        self._move_in(base)

    def _move_in(self, base: Founded) -> None:
        before = base.world
        self.node = attrs.evolve(
            before.node,
            runtime=self.runtime("node"),
            options=self.node_options(),
            wrappers=self.wrappers("node"),
            memory=type(before.node.memory)(),
        )
        for name, party in before.members.items():
            self.members[name] = MemberParty(
                party.settings,
                party.identity,
                self.runtime(name),
                adapters=self.adapters(name),
                options=self.member_options(name),
                wrappers=self.wrappers(name),
            )
        for name, party in self.parties.items():
            store, journal, keys = base.snapshots[name]
            party.memory.store.restore(store)
            party.memory.journal.restore(journal)
            party.memory.keys.restore(keys)
            self.backups[name] = store
            party.open()

    @property
    def parties(self) -> dict[str, Any]:
        """The node and the members by name."""
        return {"node": self.node, **self.members}

    def chance(self, rate: float) -> bool:
        """Tell whether it happens now; a rate of 0 draws nothing."""
        return rate > 0 and self.random.random() < rate

    def corrupted(self, data: bytes) -> bytes:
        """Return the bytes with one of them changed."""
        if not data:
            return data
        place = self.random.randrange(len(data))
        return (
            data[:place]
            + bytes([data[place] ^ (1 << self.random.randrange(8))])
            + data[place + 1 :]
        )

    def clock_of(self, name: str) -> Clock:
        """Return a clock that may be wrong."""
        return SkewedClock(self.clock, lambda: self.skews.get(name, 0))

    def node_time(self) -> int:
        """Return what the node's clock shows."""
        return self.clock.at + self.skews.get("node", 0)

    def transport(self, name: str) -> Transport:
        """Return the faulty way to the node."""
        return FaultyTransport(self, name)

    def node_options(self) -> Mapping[str, Any]:
        """Leave a safeguard of the node out, if it is its turn."""
        return self._options()

    def member_options(self, name: str) -> Mapping[str, Any]:  # noqa: ARG002
        """Leave a safeguard of the engines out, if it is its turn."""
        return {**self._options(), "vocabulary": self.vocabulary}

    def _options(self) -> dict[str, Any]:
        if self.without == "gate":
            return {"gate": open_gate}
        return {"decide": timeless} if self.without == "not-after" else {}

    def adapters(self, name: str) -> Mapping[str, AtsAdapter]:
        """Give every member a system in memory, which survives its process."""
        system = self.systems.setdefault(name, MemorySystem())
        return {"memory": MemoryAdapter(system)}

    def wrappers(self, name: str) -> Wrappers:
        """Put crashes, overlaps and missing safeguards before a party's memory."""
        fuse = self.fuses.setdefault(name, Fuse())
        journal: Any = (
            (lambda _: ForgetfulJournal())
            if self.without == "journal"
            else (lambda inner: CrashingJournal(inner, fuse))
        )
        return Wrappers(
            store=lambda inner: self._store(name, inner, fuse),
            journal=journal,
            keys=lambda inner: CrashingKeys(inner, fuse),
        )

    def _store(self, name: str, inner: Store, fuse: Fuse) -> Store:
        store = inner
        if name == "node" and self.faults.overlap and isinstance(inner, MemoryStore):
            store = OverlappingStore(inner, locking=self.without != "locks")
        if self.without in ("tombstones", "dedupe-key") or (
            self.without == "ledger-first" and name == "node"
        ):
            store = Without(store, self.without)
        return CrashingStore(store, fuse, committing=self._overlap if name == "node" else nothing_)

    def _overlap(self) -> None:
        """Let another call in between a node's transaction and its commit."""
        intruder = self.intruder
        if intruder is None or not self.chance(self.faults.overlap):
            return
        self.intruder = None
        intruder()

    def back_up(self, name: str) -> None:
        """Take a backup of a party's state; keys and journal are not part of it."""
        self.backups[name] = self.parties[name].memory.store.snapshot()

    def bring_back(self, name: str) -> None:
        """Restore a party's state from its last backup, as an administrator does."""
        party = self.parties[name]
        self.intruder = None  # the old process is dead and its locks are gone with it
        party.memory.store.restore(self.backups[name])
        if name == "node":
            self.rolled = True
        party.open()
        if name == "node":
            party.service.restart.replay()
        else:
            resync.restored(party.member.engine)

    def today(self) -> dt.date:
        """Return the day."""
        return dt.datetime.fromtimestamp(self.clock.at, tz=dt.UTC).date()

    def pass_time(self, seconds: int) -> None:
        """Move the clock; what was delayed until then arrives."""
        self.clock.at += seconds
        due = [one for one in self.delayed if one.due <= self.clock.at]
        self.delayed = [one for one in self.delayed if one.due > self.clock.at]
        for one in due:
            FaultyTransport(self, "late").deliver(one.request)


def nothing_() -> None:
    """Be the hook of a store nobody interrupts."""


def hours(count: float) -> int:
    """Return hours as seconds."""
    return int(count * limits.HOUR)

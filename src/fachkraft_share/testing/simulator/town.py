"""One alliance of the simulated region: services on faulty memory, network and clocks."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import attrs

from fachkraft_share import limits
from fachkraft_share.model.candidate import Candidate, Document, DocumentKind
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.runtime import Clock, Transport
from fachkraft_share.ports.store import Store
from fachkraft_share.rules.vocabulary import shipped
from fachkraft_share.testing.memory import MemoryStore
from fachkraft_share.testing.memory_ats import MemoryAdapter, MemorySystem
from fachkraft_share.testing.simulator.crashing import (
    CrashingJournal,
    CrashingKeys,
    CrashingStore,
    Fuse,
)
from fachkraft_share.testing.simulator.overlapping import OverlappingStore
from fachkraft_share.testing.simulator.safeguards import (
    AT_MEMBERS,
    LEFT_OUT,
    ForgetfulJournal,
    Putting,
    Without,
    borderless_gate,
    open_gate,
    timeless,
)
from fachkraft_share.testing.simulator.wires import FaultyTransport
from fachkraft_share.testing.stand_in import StandIn
from fachkraft_share.testing.two_alliances import GOSLAR, ILSEDE, recognise
from fachkraft_share.testing.world import (
    HARZ,
    MemberParty,
    SkewedClock,
    VirtualClock,
    World,
    Wrappers,
)
from fachkraft_share.wire.suite import Standard, Suite

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.region import Region

PLACES = (HARZ, GOSLAR, ILSEDE)
NAMES = {  # who is a member of which alliance, by the number of alliances
    1: (("anton", "berta", "caesar", "dora"),),
    2: (("anton", "berta"), ("caesar", "dora")),
    3: (("anton", "berta"), ("caesar", "dora"), ("emil",)),
}
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


@lru_cache(maxsize=6)
def founded(*, real: bool, alliances: int) -> tuple[Founded, ...]:
    """Found alliances with real or stand-in cryptography, each recognising the next, and settle."""
    suite: Suite = Standard() if real else StandIn()
    clock = VirtualClock()
    worlds = [
        World(seed=number, suite=suite, place=PLACES[number], clock=clock)
        for number in range(alliances)
    ]
    for world, names in zip(worlds, NAMES[alliances], strict=True):
        for name in names:
            world.join(name)
    for one, other in pairwise(worlds):
        for here, there in ((one, other), (other, one)):
            here.reachable[there.place.node] = there.handle
            recognise(here, there)
    for _ in range(2):
        for world in worlds:
            for party in world.members.values():
                party.member.sync()
            world.node.service.tick()
        if alliances > 1:
            clock.pass_time(2 * limits.MINUTE)  # whoever called first was unknown to the other
    return tuple(Founded(world, _snapshots(world)) for world in worlds)


def _snapshots(world: World) -> Mapping[str, tuple[Any, Any, Any]]:
    parties: dict[str, Any] = {"node": world.node, **world.members}
    return {
        name: (
            party.memory.store.snapshot(),
            party.memory.journal.snapshot(),
            party.memory.keys.snapshot(),
        )
        for name, party in parties.items()
    }


class Town(World):
    """A world in a region with faults; begins as it was founded."""

    def __init__(self, region: "Region", base: Founded) -> None:
        self.region = region
        self.place = base.world.place
        self.node_name = f"node of {self.place.name}"
        self.random, self.suite, self.clock = region.random, region.suite, region.clock
        self.vocabulary = shipped()
        self.members = {}
        self._move_in(base)

    def _move_in(self, base: Founded) -> None:
        before, name = base.world, self.node_name
        self.node = attrs.evolve(
            before.node,
            runtime=self.runtime(name),
            options=self.node_options(),
            wrappers=self.wrappers(name),
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
        parties: dict[str, Any] = {"node": self.node, **self.members}
        for name, opened in parties.items():
            store, journal, keys = base.snapshots[name]
            opened.memory.store.restore(store)
            opened.memory.journal.restore(journal)
            opened.memory.keys.restore(keys)
            self.region.backups[self.node_name if name == "node" else name] = store
            opened.open()

    def clock_of(self, name: str) -> Clock:
        """Return a clock that may be wrong."""
        return SkewedClock(self.clock, lambda: self.region.skews.get(name, 0))

    def now(self) -> int:
        """Return what the node's clock shows."""
        return self.clock.at + self.region.skews.get(self.node_name, 0)

    def transport(self, name: str) -> Transport:
        """Return the faulty way to the nodes."""
        return FaultyTransport(self.region, name)

    def node_options(self) -> Mapping[str, Any]:
        """Leave a safeguard of the node out, if it is its turn."""
        return self._options()

    def member_options(self, name: str) -> Mapping[str, Any]:  # noqa: ARG002
        """Leave a safeguard of the engines out, if it is its turn."""
        late = {"decide": Putting()} if self.region.without == "closures-first" else {}
        return {**self._options(), **late, "vocabulary": self.vocabulary}

    def _options(self) -> dict[str, Any]:
        if self.region.without in ("gate", "agreement"):
            return {"gate": open_gate if self.region.without == "gate" else borderless_gate}
        return {"decide": timeless} if self.region.without == "not-after" else {}

    def adapters(self, name: str) -> Mapping[str, AtsAdapter]:
        """Give every member a system in memory, which survives its process."""
        system = self.region.systems.setdefault(name, MemorySystem())
        return {"memory": MemoryAdapter(system)}

    def wrappers(self, name: str) -> Wrappers:
        """Put crashes, overlaps and missing safeguards before a party's memory."""
        fuse = self.region.fuses.setdefault(name, Fuse())
        journal: Any = (
            (lambda _: ForgetfulJournal())
            if self.region.without == "journal"
            else (lambda inner: CrashingJournal(inner, fuse))
        )
        return Wrappers(
            store=lambda inner: self._store(name, inner, fuse),
            journal=journal,
            keys=lambda inner: CrashingKeys(inner, fuse),
        )

    def _store(self, name: str, inner: Store, fuse: Fuse) -> Store:
        store, region, node = inner, self.region, name == self.node_name
        if node and region.faults.overlap and isinstance(inner, MemoryStore):
            store = OverlappingStore(inner, locking=region.without != "locks")
        if region.without in LEFT_OUT and (node or region.without in AT_MEMBERS):
            store = Without(store, region.without)
        before = region.overlap if node else nothing_
        return CrashingStore(store, fuse, before, committed=partial(region.committed, name))

    def today(self) -> dt.date:
        """Return the day."""
        return dt.datetime.fromtimestamp(self.clock.at, tz=dt.UTC).date()


def nothing_() -> None:
    """Be the hook of a store nobody interrupts."""

"""The simulated region: one to three alliances under one clock, one network and one seed."""

from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.member import resync
from fachkraft_share.model.agreement import Agreement
from fachkraft_share.node.records import AgreementVersion
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.agreements import parse_agreement
from fachkraft_share.testing.memory_ats import MemorySystem
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.simulator.absence import Return
from fachkraft_share.testing.simulator.crashing import Fuse
from fachkraft_share.testing.simulator.faults import Faults
from fachkraft_share.testing.simulator.hostile import HostileNode
from fachkraft_share.testing.simulator.promptness import Promptness
from fachkraft_share.testing.simulator.testimony import Testimony
from fachkraft_share.testing.simulator.town import Town, founded
from fachkraft_share.testing.simulator.watch import Watch, rows
from fachkraft_share.testing.simulator.wires import Delayed, FaultyTransport
from fachkraft_share.testing.world import address

ALONE = "dora"  # who lies where there is one alliance


class Region:
    """Everybody there is, and the faults they share; `without` names what is left out."""

    def __init__(
        self,
        seed: int,
        faults: Faults,
        *,
        without: str | None = None,
        real: bool = False,
        alliances: int = 1,
    ) -> None:
        base = founded(real=real, alliances=alliances)
        self.random = Random(seed)
        self.suite = base[0].world.suite
        self.clock = attrs.evolve(base[0].world.clock)
        self.faults, self.without = faults, without
        self.fuses: dict[str, Fuse] = {}
        self.skews: dict[str, int] = {}
        self.systems: dict[str, MemorySystem] = {}
        self.away: set[str] = set()
        self.absent: set[str] = set()  # who is away for months
        self.struck: set[tuple[str, str]] = set()  # ways on which a fault struck: caller, node
        self.gone: set[str] = set()  # members that left their alliance
        self.delayed: list[Delayed] = []
        self.copies: list[bytes] = []  # bodies of events that went over the wire, for replays
        self.backups: dict[str, Any] = {}
        self.people: dict[str, Person] = {}
        self.rolled: set[str] = set()  # who came back from a backup in this seed
        self.moved: set[frozenset[str]] = set()  # pairs of alliances whose agreements changed
        self.intruder: Callable[[], None] | None = None
        self.watch = Watch(self)
        self.returning: Return | None = None  # who comes back after months
        self.lies = 0
        self.towns = tuple(Town(self, one) for one in base)
        self.members = {name: one for town in self.towns for name, one in town.members.items()}
        self.nodes = {town.node_name: town for town in self.towns}
        self.liar: str | None = self._liar() if faults.malice else None
        self.testimony = Testimony(self)
        self.promptness = Promptness()
        self.hostile = HostileNode(self, self.nodes.get(self.liar or "", self.towns[0]))

    @property
    def several(self) -> bool:
        """Tell whether there are borders."""
        return len(self.towns) > 1

    @property
    def parties(self) -> dict[str, Any]:
        """The nodes and the members by name."""
        return {**{name: town.node for name, town in self.nodes.items()}, **self.members}

    def town_of(self, name: str) -> Town:
        """Return the town of a member or a node by its short name."""
        return next(one for one in self.towns if name in one.members or name == one.node_name)

    def town_at(self, node: str) -> Town:
        """Return the town whose node has this id and address."""
        return next(one for one in self.towns if one.place.node == node)

    def id_of(self, name: str) -> str:
        """Return the id of a member or node by its short name."""
        return self.nodes[name].place.node if name in self.nodes else address(name)

    def name_of(self, id: str) -> str | None:
        """Return the short name of a member or node by its id; None for nobody."""
        return next((name for name in self.parties if self.id_of(name) == id), None)

    def committed(self, name: str) -> None:
        """Look at a party's state after a commit, while it catches up."""
        if self.returning is not None and self.returning.name == name:
            self.returning.look()

    def some_town(self) -> Town:
        """Draw a town where there are several."""
        return self.random.choice(self.towns) if self.several else self.towns[0]

    def recognition(self, one: Town, other: Town) -> Agreement | None:
        """Return what the first alliance says of the second now, by what is durable there."""
        found = [
            said
            for row in rows(one.node.memory.store, AgreementVersion)
            for said in [_said(row.token)]
            if said.partner is not None and said.partner.node == other.place.node
        ]
        return max(found, key=lambda said: said.version, default=None)

    def gives(self, one: Town, other: Town) -> bool:
        """Tell whether the first alliance lets its people's data go to the second now."""
        said = self.recognition(one, other)
        return said is not None and said.gives and said.valid(at=one.now())

    def takes(self, one: Town, other: Town) -> bool:
        """Tell whether the first alliance takes data of the second's people now."""
        said = self.recognition(one, other)
        return said is not None and said.takes and said.valid(at=one.now())

    def chance(self, rate: float) -> bool:
        """Tell whether it happens now; a rate of 0 draws nothing."""
        return rate > 0 and self.random.random() < rate

    def corrupted(self, data: bytes) -> bytes:
        """Return the bytes with one of them changed."""
        if not data:
            return data
        place = self.random.randrange(len(data))
        flipped = data[place] ^ (1 << self.random.randrange(8))
        return data[:place] + bytes([flipped]) + data[place + 1 :]

    def overlap(self) -> None:
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
        self.rolled.add(name)
        self.testimony.forget(name)
        party.open()
        if name in self.nodes:
            party.service.restart.replay()
        else:
            resync.restored(party.member.engine)

    def pass_time(self, seconds: int) -> None:
        """Move the clock; what was delayed until then arrives."""
        self.clock.at += seconds
        due = [one for one in self.delayed if one.due <= self.clock.at]
        self.delayed = [one for one in self.delayed if one.due > self.clock.at]
        for one in due:
            FaultyTransport(self, "late").deliver(self.town_at(one.node), one.request)

    def post(self, body: bytes, town: Town | None = None) -> None:
        """Hand a body of events to a node, directly and without faults."""
        (town or self.some_town()).node.service.handle(Request("POST /events", body=body))

    def _liar(self) -> str:
        if not self.several:
            return ALONE
        return self.random.choice((self.towns[1].node_name, *self.towns[1].members))


@lru_cache(maxsize=256)
def _said(token: str) -> Agreement:
    return parse_agreement(token)[1]


def hours(count: float) -> int:
    """Return hours as seconds."""
    return int(count * limits.HOUR)

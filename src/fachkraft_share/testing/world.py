"""A small alliance in one process: a node and its members on memory stores, one clock, one seed.

For tests of services: everything real but HTTP and the disk, and everybody says only what its own
service says. Where single messages are the matter, forged or out of order, use `scene`.
Each party's memory outlives the party: `open` builds the services anew from what is durable, as a
process does that is started again.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import attrs

from fachkraft_share.errors import UnreachableError
from fachkraft_share.member import official
from fachkraft_share.member.connecting import applicant_systems, websites
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.facade import Member
from fachkraft_share.member.folder import register
from fachkraft_share.member.identity import Identity, new_identity
from fachkraft_share.member.joining import Newcomer, application_of, join, read_code
from fachkraft_share.member.settings import Settings as MemberSettings
from fachkraft_share.member.shelf import MemoryShelf
from fachkraft_share.node.alliance.founding import found, root_key
from fachkraft_share.node.keys import NodeKeys, make_keys
from fachkraft_share.node.service import Node
from fachkraft_share.node.settings import Settings as NodeSettings
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.runtime import Clock, Request, Response, Runtime, Transport
from fachkraft_share.ports.store import Store
from fachkraft_share.ports.vault import Journal, Keys
from fachkraft_share.testing.memory import MemoryJournal, MemoryKeys, MemoryStore
from fachkraft_share.testing.person import Person
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Standard, Suite

BEGIN = 1_795_305_600  # 2026-11-22T00:00:00Z
Answering = Callable[[Request], Response]
NODE = "https://node.harz.example"
AUTHORITY = "https://harz.example"


@attrs.frozen
class Place:
    """What an alliance is called."""

    node: str
    authority: str
    name: str


HARZ = Place(NODE, AUTHORITY, "Fachkräfteallianz Harz")


@attrs.define
class VirtualClock:
    """Time that only moves when told to; `skew` is how wrong a party's clock is, in seconds."""

    at: int = BEGIN

    def now(self) -> int:
        """Return the virtual second."""
        return self.at

    def pass_time(self, seconds: int) -> None:
        """Move on."""
        self.at += seconds


@attrs.frozen
class SkewedClock:
    """The same time, read from a clock that is wrong."""

    true: VirtualClock
    skew: Callable[[], int]

    def now(self) -> int:
        """Return what this clock shows."""
        return self.true.at + self.skew()


@attrs.frozen
class SeededIds:
    """Random bytes that follow from the seed."""

    source: Random

    def random(self, size: int) -> bytes:
        """Return the next bytes."""
        return self.source.randbytes(size)


@attrs.define
class Memory:
    """What of a party survives its process."""

    store: MemoryStore = attrs.field(factory=MemoryStore)
    journal: MemoryJournal = attrs.field(factory=MemoryJournal)
    keys: MemoryKeys = attrs.field(factory=MemoryKeys)
    shelf: MemoryShelf = attrs.field(factory=MemoryShelf)


@attrs.define
class Wrappers:
    """What stands between services and memory; the simulator puts its faults here."""

    store: Callable[[Store], Store] = lambda store: store
    journal: Callable[[Journal], Journal] = lambda journal: journal
    keys: Callable[[Keys], Keys] = lambda keys: keys


@attrs.define(eq=False)
class NodeParty:
    """The node: memory, secrets, and the service that runs at the moment."""

    settings: NodeSettings
    secrets: NodeKeys
    root: PrivateKey
    runtime: Runtime
    options: Mapping[str, Any] = attrs.field(factory=dict)
    wrappers: Wrappers = attrs.field(factory=Wrappers)
    memory: Memory = attrs.field(factory=Memory)
    service: Node = attrs.field(init=False)

    def open(self) -> None:
        """Start the node anew from its memory."""
        wrap = self.wrappers
        self.service = Node(
            self.runtime,
            wrap.store(self.memory.store),
            wrap.journal(self.memory.journal),
            self.settings,
            self.secrets,
            **self.options,
        )


@attrs.define(eq=False)
class MemberParty:
    """A member: memory, identity, outside system, and the façade that runs at the moment."""

    settings: MemberSettings
    identity: Identity
    runtime: Runtime
    adapters: Mapping[str, Adapter] = attrs.field(factory=dict)
    options: Mapping[str, Any] = attrs.field(factory=dict)
    wrappers: Wrappers = attrs.field(factory=Wrappers)
    memory: Memory = attrs.field(factory=Memory)
    member: Member = attrs.field(init=False)

    def open(self) -> None:
        """Start the engine anew from its memory."""
        wrap = self.wrappers
        engine = Engine(
            runtime=self.runtime,
            settings=self.settings,
            identity=self.identity,
            store=wrap.store(self.memory.store),
            journal=wrap.journal(self.memory.journal),
            keys=wrap.keys(self.memory.keys),
            shelf=self.memory.shelf,
            read_words=official.words,
            adapters=applicant_systems(self.adapters),
            sites=websites(self.adapters),
            **self.options,
        )
        register(engine)
        official.reload(engine)
        self.member = Member(engine)


@attrs.frozen
class DirectTransport:
    """Calls the node in this process, or a neighbour's."""

    world: "World"

    def call(self, node: str, request: Request) -> Response:
        """Answer the request; raise UnreachableError for another node."""
        reached = self.world.reachable.get(node)
        if reached is None:
            raise UnreachableError("no such node in this world")
        return reached(request)


def address(name: str) -> str:
    """Return the id of the organisation with this short name."""
    return f"https://{name}.example"


class World:
    """One node and its members by short name; a subclass may put faults between them."""

    def __init__(
        self,
        *,
        seed: int = 1,
        suite: Suite | None = None,
        begin: int = BEGIN,
        place: Place = HARZ,
        clock: VirtualClock | None = None,
    ) -> None:
        self.place = place
        self.random = Random(seed)
        self.suite: Suite = suite or Standard()
        self.clock = clock or VirtualClock(begin)
        self.members: dict[str, MemberParty] = {}
        self.reachable: dict[str, Answering] = {place.node: self.handle}  # which nodes are called
        self.node = self._make_node()
        self.node.open()
        found(self.node.service, root=self.node.root, authority_name=place.name)

    def handle(self, request: Request) -> Response:
        """Answer as the node that runs at the moment."""
        return self.node.service.handle(request)

    def runtime(self, name: str) -> Runtime:
        """Return what a party of this name may ask of the world."""
        return Runtime(
            self.clock_of(name), SeededIds(self.random), self.suite, self.transport(name)
        )

    def clock_of(self, name: str) -> Clock:  # noqa: ARG002
        """Return the clock a party reads."""
        return self.clock

    def transport(self, name: str) -> Transport:  # noqa: ARG002
        """Return how a party reaches the node."""
        return DirectTransport(self)

    def node_options(self) -> Mapping[str, Any]:
        """Return further arguments of the node."""
        return {}

    def member_options(self, name: str) -> Mapping[str, Any]:  # noqa: ARG002
        """Return further arguments of an engine."""
        return {}

    def wrappers(self, name: str) -> Wrappers:  # noqa: ARG002
        """Return what stands between a party and its memory."""
        return Wrappers()

    def adapters(self, name: str) -> Mapping[str, Adapter]:  # noqa: ARG002
        """Return the outside systems of a member."""
        return {}

    def join(self, name: str, *, called: str = "") -> MemberParty:
        """Let a new member in by a one-time code; `called` is its name, if no usual one."""
        id, runtime = address(name), self.runtime(name)
        identity = new_identity(id, runtime=runtime)
        settings = MemberSettings(
            id=id,
            name=called or f"{name.title()} GmbH",
            node=self.place.node,
            url=self.place.node,
            authority=self.place.authority,
            root=self.node.service.exchange.root,
            notice=f"{id}/datenschutz",
            region="plz:38",
        )
        code = read_code(self.node.service.enrolment.invite(settings.name, ["employer"]))
        newcomer = Newcomer(id, settings.name)
        application = application_of(newcomer, identity=identity, runtime=runtime)
        join(application, code, identity=identity, runtime=runtime, settings=settings)
        party = MemberParty(
            settings,
            identity,
            runtime,
            adapters=self.adapters(name),
            options=self.member_options(name),
            wrappers=self.wrappers(name),
        )
        self.members[name] = party
        party.open()
        return party

    def person(self, link: str) -> Person:
        """Return the person who holds this link."""
        return Person(
            desk=lambda: self.node.service.desk,
            suite=self.suite,
            root=self.node.settings.root,
            now=self.clock.now,
            secret=link.rpartition("/")[2],
        )

    def _make_node(self) -> NodeParty:
        runtime = self.runtime("node")
        root = root_key(runtime.ids.random(32), at=self.clock.at, suite=self.suite)
        place, public = self.place, b64(self.suite.public(root.seed))
        settings = NodeSettings(place.node, place.authority, public)
        return NodeParty(
            settings,
            make_keys(runtime),
            root,
            runtime,
            options=self.node_options(),
            wrappers=self.wrappers("node"),
        )

"""A small alliance in one process: a real node, real members, a clock that only tests move."""

import random
from collections.abc import Callable
from datetime import date

import attrs
import pytest

from fachkraft_share import Candidate, Document, DocumentKind, Experience
from fachkraft_share.errors import UnreachableError
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.facade import Member
from fachkraft_share.member.folder import register
from fachkraft_share.member.identity import Identity, new_identity
from fachkraft_share.member.joining import Newcomer, application_of, join, read_code
from fachkraft_share.member.settings import Settings
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.node.founding import found, root_key
from fachkraft_share.node.keys import make_keys
from fachkraft_share.node.service import Node
from fachkraft_share.node.settings import Settings as NodeSettings
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.ports.store import Store
from fachkraft_share.ports.vault import Journal, Keys
from fachkraft_share.testing.memory import MemoryJournal, MemoryKeys, MemoryStore
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.suite import Standard

NODE = "https://node.harz.example"
AUTHORITY = "https://harz.example"
START = 1_795_305_600  # 2026-11-22
MARKER = "Xylophonia"
REJECTED = date(2026, 11, 19)
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)


@attrs.define
class ManualClock:
    """Stands still until a test moves it."""

    at: int = START

    def now(self) -> int:
        """Return the moment."""
        return self.at

    def pass_time(self, seconds: int) -> None:
        """Move on."""
        self.at += seconds


class SeededIds:
    """Random bytes that are the same in every run."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311

    def random(self, size: int) -> bytes:
        """Return the next bytes."""
        return self._random.randbytes(size)


@attrs.define
class Wire:
    """Carries calls to the node; a test may cut it, or lose answers."""

    node: Node | None = None
    cut: bool = False
    lose_answers: int = 0
    calls: list[str] = attrs.field(factory=list)
    before: Callable[[Request], None] | None = None
    after: Callable[[Request, Response], Response] | None = None

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Hand the request to the node."""
        if self.cut or self.node is None:
            raise UnreachableError("cut")
        self.calls.append(request.operation)
        if self.before is not None:
            self.before(request)
        answer = self.node.handle(request)
        if self.after is not None:
            answer = self.after(request, answer)
        if self.lose_answers:
            self.lose_answers -= 1
            raise UnreachableError("the answer was lost")
        return answer


@attrs.define
class Stores:
    """What one member keeps, to be opened again."""

    store: Store = attrs.field(factory=MemoryStore)
    journal: Journal = attrs.field(factory=MemoryJournal)
    keys: Keys = attrs.field(factory=MemoryKeys)


class Person:
    """The candidate with a link, at the node's desk."""

    def __init__(self, node: Node, link: str) -> None:
        self._desk = node.desk
        self.secret = link.rpartition("/")[2]

    def grant(self, **changed: object) -> None:
        """Allow all that is asked, changed as given; keep the management link."""
        choice = attrs.evolve(everything(self._desk.open(self.secret)), **changed)
        self.secret = self._desk.grant(self.secret, choice)

    def answer(self, *, accept: bool) -> None:
        """Answer the only open request."""
        [request] = [one for one in self._desk.open(self.secret).contacts if one.answer is None]
        self._desk.answer(self.secret, request.request, accept)

    def __getattr__(self, name: str) -> Callable[..., object]:
        """Do anything else the desk offers with this link."""
        return lambda *given, **named: getattr(self._desk, name)(self.secret, *given, **named)


class Alliance:
    """The node, its members by short name, and their clock."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ids = SeededIds()
        self.wire = Wire()
        self.runtime = Runtime(self.clock, self.ids, Standard(), self.wire)
        root = root_key(self.ids.random(32), at=self.clock.at, suite=Standard())
        self.root = b64(Standard().public(root.seed))
        self.node_settings = NodeSettings(NODE, AUTHORITY, self.root)
        self.node_store, self.node_journal = MemoryStore(), MemoryJournal()
        self.node_keys = make_keys(self.runtime)
        self.start_node()
        found(self.node, root=root, authority_name="Harz")
        self.members: dict[str, Member] = {}
        self.stores: dict[str, Stores] = {}
        self.identities: dict[str, Identity] = {}

    def start_node(self) -> None:
        """Start the node on what it kept."""
        self.node = Node(
            self.runtime, self.node_store, self.node_journal, self.node_settings, self.node_keys
        )
        self.wire.node = self.node

    def join(self, name: str, *, stores: Stores | None = None) -> Member:
        """Let a new member in by a one-time code."""
        id = f"https://{name}.example"
        code = read_code(self.node.enrolment.invite(name.title(), ["employer"]))
        self.identities[name] = new_identity(id, runtime=self.runtime)
        self.stores[name] = stores or Stores()
        application = application_of(
            Newcomer(id, name.title()), identity=self.identities[name], runtime=self.runtime
        )
        join(
            application,
            code,
            identity=self.identities[name],
            runtime=self.runtime,
            settings=self.settings(name),
        )
        return self.open(name)

    def settings(self, name: str) -> Settings:
        """Return a member's settings."""
        return Settings(
            id=f"https://{name}.example",
            name=name.title(),
            node=NODE,
            url=NODE,
            authority=AUTHORITY,
            root=self.root,
            notice=f"https://{name}.example/datenschutz",
        )

    def open(self, name: str, **more: object) -> Member:
        """Open a member on what it kept, as a new process would."""
        kept = self.stores[name]
        engine = Engine(
            runtime=self.runtime,
            settings=self.settings(name),
            identity=self.identities[name],
            store=kept.store,
            journal=kept.journal,
            keys=kept.keys,
            **more,  # type: ignore[arg-type]
        )
        register(engine)
        self.members[name] = Member(engine)
        return self.members[name]

    def settle(self, rounds: int = 4) -> None:
        """Let everybody synchronise until the news has gone round."""
        for _ in range(rounds):
            for member in self.members.values():
                member.sync()
            self.node.tick()

    def recommend(self, by: str = "muster", **more: object) -> "tuple[Person, str]":
        """Recommend the candidate; return the person with the link, and the referral's id."""
        given = {"application": "ATS-4711", "rejected_on": REJECTED, **more}
        asked = self.members[by].recommend(CANDIDATE, ENDORSED, **given)  # type: ignore[arg-type]
        assert asked.link is not None
        return Person(self.node, asked.link), asked.referral


CANDIDATE = Candidate(
    given="Aylin",
    family=MARKER,
    email=f"aylin@{MARKER.lower()}.example",
    phone="+49 5321 123456",
    postcode="38640",
    city="Goslar",
    occupation="43414",
    title="Softwareentwicklerin",
    skills=("Python", "SQL"),
    experience=(Experience("Entwicklerin", employer="Alte GmbH", start="2018-01"),),
    documents=(
        Document(
            f"Lebenslauf {MARKER}.pdf",
            DocumentKind.CV,
            "application/pdf",
            b"%PDF-1.7 " + MARKER.encode() * 50 + b"\n%%EOF",
        ),
    ),
)


@pytest.fixture
def harz() -> Alliance:
    """An alliance of three members that know each other."""
    alliance = Alliance()
    for name in ("muster", "beispiel", "dritte"):
        alliance.join(name)
    alliance.settle(rounds=1)
    return alliance


def reach(harz: Alliance, stage: str) -> "tuple[Person, str]":
    """Bring the story to a stage: granted, requested, or received by `beispiel`."""
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    if stage in ("requested", "received"):
        harz.members["beispiel"].request_contact(referral, job="Backend")
        harz.settle(rounds=2)
    if stage == "received":
        person.answer(accept=True)
        harz.settle(rounds=2)
    return person, referral


@pytest.fixture
def reached(harz: Alliance) -> "Callable[[str], tuple[Person, str]]":
    """Bring the story to a stage."""
    return lambda stage: reach(harz, stage)

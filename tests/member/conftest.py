"""A `World` whose line to the node a test may cut, and the story brought to a stage."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, Document, DocumentKind, Experience
from fachkraft_share.errors import UnreachableError
from fachkraft_share.member.facade import Member
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Request, Response, Transport
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import World

MARKER = "Xylophonia"
REJECTED = date(2026, 11, 19)
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)


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


class WiredWorld(World):
    """A world in which everybody reaches the node over one wire."""

    def __init__(self) -> None:
        self.wire = Wire()
        super().__init__()

    def transport(self, name: str) -> Transport:  # noqa: ARG002
        """Return the wire."""
        return self.wire


class Alliance:
    """The node, its members by short name, and their clock."""

    def __init__(self) -> None:
        self.world = WiredWorld()
        self.wire, self.clock, self.parties = self.world.wire, self.world.clock, self.world.members
        self.runtime = self.world.runtime("test")
        self.node_store = self.world.node.memory.store
        self.members: dict[str, Member] = {}  # those that still synchronise
        self.wire.node = self.node

    @property
    def node(self) -> Node:
        """The node's service as it runs now."""
        return self.world.node.service

    def start_node(self) -> None:
        """Start the node on what it kept."""
        self.world.node.open()
        self.wire.node = self.node

    def join(self, name: str) -> Member:
        """Let a new member in by a one-time code."""
        self.members[name] = self.world.join(name).member
        return self.members[name]

    def open(self, name: str, **more: Any) -> Member:
        """Open a member on what it kept, as a new process would that knows only these adapters."""
        party = self.parties[name]
        party.adapters = more.get("adapters", {})
        party.open()
        self.members[name] = party.member
        return party.member

    def settle(self, rounds: int = 4) -> None:
        """Let everybody synchronise until the news has gone round."""
        for _ in range(rounds):
            for member in self.members.values():
                member.sync()
            self.node.tick()

    def recommend(self, by: str = "muster", **more: Any) -> tuple[Person, str]:
        """Recommend the candidate; return the person with the link, and the referral's id."""
        given = {"application": "ATS-4711", "rejected_on": REJECTED, **more}
        asked = self.members[by].recommend(CANDIDATE, ENDORSED, **given)
        assert asked.link is not None
        return self.world.person(asked.link), asked.referral


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


def reach(harz: Alliance, stage: str, **given: Any) -> tuple[Person, str]:
    """Bring the story to a stage: granted, requested, or received by `beispiel`."""
    person, referral = harz.recommend(**given)
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    if stage in ("requested", "received"):
        harz.members["beispiel"].request_contact(referral, job="Backend")
        harz.settle(rounds=2)
    if stage == "received":
        person.agree()
        harz.settle(rounds=2)
    return person, referral


@pytest.fixture
def reached(harz: Alliance) -> Callable[..., tuple[Person, str]]:
    """Bring the story to a stage."""
    return partial(reach, harz)

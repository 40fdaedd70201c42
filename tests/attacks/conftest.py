"""The core's stage, and a town of real services whose referral has come as far as a dossier."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import attrs
import pytest

from fachkraft_share import Candidate, Document, DocumentKind
from fachkraft_share.member.facade import Member
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Request, Response, Transport
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.records import Record
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.scene import Scene
from fachkraft_share.testing.story import Story
from fachkraft_share.testing.world import NODE, World
from fachkraft_share.wire import request as tokens
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.suite import Suite

R = TypeVar("R", bound=Record)
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)
CANDIDATE = Candidate(
    given="Aylin",
    family="Xylophonia",
    email="aylin@xylophonia.example",
    phone="+49 5321 123456",
    postcode="38640",
    city="Goslar",
    occupation="43414",
    title="Softwareentwicklerin",
    skills=("Java", "SQL"),
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 cv %%EOF"),),
)


@pytest.fixture(scope="session")
def scene() -> Scene:
    """An alliance of a node and three members."""
    return Scene()


@pytest.fixture(scope="session")
def story(scene: Scene) -> Story:
    """One referral from draft to outcome."""
    return Story(scene)


@attrs.frozen
class Listening:
    """A wire that remembers what it carried."""

    town: "Town"
    name: str

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Carry a call and its answer."""
        answer = self.town.node.service.handle(request)
        self.town.carried.append((self.name, request, answer))
        return answer


class Town(World):
    """`muster` recommends, `beispiel` asks and is given, `dritte` only reads."""

    candidate_data = attrs.evolve(CANDIDATE, email="aylin1@xylophonia.example")

    def __init__(self, *, seed: int = 1, suite: Suite | None = None) -> None:
        self.carried: list[tuple[str, Request, Response]] = []
        super().__init__(seed=seed, suite=suite)
        for name in ("muster", "beispiel", "dritte"):
            self.join(name)
        self.settle()
        self.candidate, self.referral = self.recommend()
        self.candidate.grant()
        self.settle()
        self.asked = self["beispiel"].request_contact(self.referral, job="Backend", message="Hallo")
        self.settle()
        self.candidate.agree()
        self.settle()

    def __getitem__(self, name: str) -> Member:
        """Return a member by its short name."""
        return self.members[name].member

    @property
    def service(self) -> Node:
        """The node's service."""
        return self.node.service

    def transport(self, name: str) -> Transport:
        """Return a wire that remembers."""
        return Listening(self, name)

    def recommend(self, by: str = "muster", number: str = "1") -> tuple[Person, str]:
        """Recommend the candidate; return the person and the referral's id."""
        asked = self[by].recommend(
            attrs.evolve(CANDIDATE, email=f"aylin{number}@xylophonia.example"),
            ENDORSED,
            application=f"ATS-{number}",
            rejected_on=date(2026, 11, 19),
        )
        assert asked.link is not None
        self.settle()
        return self.person(asked.link), asked.referral

    def settle(self) -> None:
        """Let everybody synchronise until the news has gone round."""
        for _ in range(8):
            reports = [one.member.sync() for one in self.members.values()]
            self.service.tick()
            if not any(one.received or one.sent or one.tasks for one in reports):
                return

    def rows(self, kind: type[R], **equal: Any) -> tuple[R, ...]:
        """Return records the node keeps."""
        with self.node.memory.store.begin(write=False) as transaction:
            return transaction.every(kind, **equal)

    def kept(self) -> Any:
        """Return all the node keeps, to compare before and after."""
        memory = self.node.memory
        rows = {kind: found for kind, found in memory.store.snapshot().items() if found}
        return rows, memory.journal.head()

    def request(self, by: str, operation: str, body: Any = b"", **more: Any) -> Request:
        """Return a member's signed call."""
        engine = self.members[by].member.engine
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        bare = Request(operation, more.get("resource", ""), more.get("query", ""), raw)
        token = tokens.make(
            iss=engine.id,
            aud=NODE,
            op=bare.op,
            body=raw,
            at=self.clock.at,
            jti=b64(self.random.randbytes(16)),
            key=engine.signing_key(),
            suite=self.suite,
        )
        return attrs.evolve(bare, authorization=token)

    def call(self, by: str, operation: str, body: Any = b"", **more: Any) -> Response:
        """Make a member's call."""
        return self.service.handle(self.request(by, operation, body, **more))

    def signed(self, by: str, emitted: Emit) -> str:
        """Sign an event with a member's own key."""
        engine = self.members[by].member.engine
        return engine.voice.sign(emitted, at=self.clock.at)

    def post(self, *events: Any) -> list[dict[str, str]]:
        """Post events, tokens or dictionaries with what travels along; return the answers."""
        listed = [{"token": one} if isinstance(one, str) else one for one in events]
        body = json.dumps({"events": listed}).encode()
        answer = self.service.handle(Request("POST /events", body=body))
        assert answer.status == 200, answer.body
        found: list[dict[str, str]] = json.loads(answer.body)["answers"]
        return found

    def posted(self) -> list[dict[str, Any]]:
        """Return every event any member posted so far, with what travelled along."""
        return [
            one
            for _, request, _ in self.carried
            if request.operation == "POST /events"
            for one in json.loads(request.body)["events"]
        ]


def code(answer: Response) -> str:
    """Return a problem's code."""
    return str(json.loads(answer.body)["type"]).removeprefix("urn:fks:problem:")


@pytest.fixture
def town() -> Town:
    """A town of its own for each test."""
    return Town()


@pytest.fixture(scope="session")
def town_of_all() -> Town:
    """A town for tests that leave no trace."""
    return Town()


@pytest.fixture(scope="session")
def new_town() -> type[Town]:
    """Make a town where one for each test is too many or too few."""
    return Town


@pytest.fixture
def code_of() -> Callable[[Response], str]:
    """Return what reads a problem's code."""
    return code

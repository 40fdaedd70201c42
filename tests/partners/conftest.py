"""Harz and Goslar in memory, one person who allowed that her profile crosses, and faults."""

from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.member.facade import Member
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.stand_in import StandIn
from fachkraft_share.testing.two_alliances import TwoAlliances, grant_across, recognise
from fachkraft_share.testing.world import Place, World

CANDIDATE = Candidate(
    given="Aylin",
    family="Beispiel",
    email="aylin@example.org",
    postcode="38640",
    title="Softwareentwicklerin",
    occupation="43414",
    skills=("Python", "SQL"),
)
ILSEDE = Place("https://node.ilsede.example", "https://ilsede.example", "Allianz Ilsede")
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)


@attrs.define
class Line:
    """What lies between a caller and a node: counts calls, and fails as a test wants it to."""

    answer: Callable[[Request], Response]
    calls: list[str] = attrs.field(factory=list)
    lose_answers: int = 0
    before: Callable[[Request], None] | None = None
    after: Callable[[Request, Response], Response] | None = None

    def __call__(self, request: Request) -> Response:
        """Hand the request over."""
        self.calls.append(request.operation)
        if self.before is not None:
            self.before(request)
        answer = self.answer(request)
        if self.after is not None:
            answer = self.after(request, answer)
        if self.lose_answers:
            self.lose_answers -= 1
            raise UnreachableError("the answer was lost")
        return answer


class Crossing:
    """Two alliances that that agreed: muster in Harz recommends, beispiel in Goslar asks."""

    def __init__(self, two: TwoAlliances) -> None:
        self.two = two
        self.harz, self.goslar = two.worlds
        for name in ("muster", "nachbar"):
            self.harz.join(name)
        for name in ("beispiel", "dritte"):
            self.goslar.join(name)
        two.recognise()
        for name in ("beispiel", "dritte"):
            self.member(name).add_search(occupation="43414", near="38640", within_km=50)
        two.settle()

    def member(self, name: str) -> Member:
        """Return a member of either side."""
        found = {**self.harz.members, **self.goslar.members}
        return found[name].member

    def recommend(self, *, by: str = "muster", partners: bool = True) -> tuple[Person, str]:
        """Let a member recommend the person, who allows everything; return her and the referral."""
        link, referral = self.asked(by)
        return self.grant(link, partners=partners), referral

    def asked(self, by: str = "muster") -> tuple[str, str]:
        """Let a member recommend the person; return the link she is sent and the referral."""
        asked = self.member(by).recommend(
            CANDIDATE,
            ENDORSED,
            application=f"ATS-{self.harz.random.randrange(10**9)}",
            rejected_on=date(2026, 11, 19),
        )
        self.two.settle()
        assert asked.link is not None
        return asked.link, asked.referral

    def grant(self, link: str, *, partners: bool = True) -> Person:
        """Let the person allow everything, at home and, unless said otherwise, in Goslar."""
        named = (self.goslar.place.node,) if partners else ()
        person = grant_across(self.harz, link, partners=named)
        self.two.settle()
        return person

    def disclose(self, person: Person) -> None:
        """Let beispiel ask for contact, and the person accept."""
        [match] = self.member("beispiel").inbox()
        self.member("beispiel").request_contact(match, job="Backend")
        self.two.settle()
        person.agree()
        self.two.settle()

    def third(self) -> World:
        """Return a third alliance that recognises Harz and is recognised by it."""
        world = World(seed=9, suite=self.harz.suite, place=ILSEDE, clock=self.two.clock)
        for one, other in ((self.harz, world), (world, self.harz)):
            one.reachable[other.place.node] = other.handle
            recognise(one, other)
        for _ in range(3):
            for one in (self.harz, world):
                one.node.service.tick()
            self.two.clock.pass_time(2 * limits.MINUTE)
        return world

    def line(self, caller: World, called: World) -> Line:
        """Put a line with faults between a world and the other's node."""
        made = Line(called.handle)
        caller.reachable[called.place.node] = made
        return made


def records(world: World, kind: Any, /, **equal: Any) -> tuple[Any, ...]:
    """Return what a node remembers."""
    with world.node.service.exchange.store.begin(write=False) as transaction:
        return tuple(transaction.every(kind, **equal))


@pytest.fixture
def every() -> Callable[..., tuple[Any, ...]]:
    """Return what reads a node's records."""
    return records


@pytest.fixture
def two() -> TwoAlliances:
    """Two alliances that know nothing of each other."""
    return TwoAlliances(suite=StandIn())


@pytest.fixture
def crossing(two: TwoAlliances) -> Crossing:
    """Two alliances that recognise each other."""
    return Crossing(two)


@pytest.fixture
def make() -> Callable[[TwoAlliances], Crossing]:
    """Return what makes two alliances agree."""
    return Crossing

"""Whatever happens in whatever order, and whatever the line loses: what was closed stays closed."""

import os
from contextlib import suppress
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import FachkraftShareError, UnreachableError
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.records import Due, Part, Referral, Tombstone
from fachkraft_share.testing.stand_in import StandIn
from fachkraft_share.testing.two_alliances import TwoAlliances, recognise

EXAMPLES = int(os.environ.get("FKS_PARTNER_ORDERS", "6"))  # `make soak` asks for more


class Lossy:
    """A line that loses every second answer while it is told to."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.losing = False
        self.count = 0

    def __call__(self, request: Request) -> Response:
        """Hand the request over; maybe nobody hears the answer."""
        answer: Response = self.answer(request)
        self.count += 1
        if self.losing and self.count % 2:
            raise UnreachableError("lost")
        return answer


@attrs.define
class Life:
    """Everybody, and what may happen to them; each method is one step."""

    crossing: Any
    person: Any
    lines: tuple[Lossy, Lossy]

    def harz_turns(self) -> None:
        """Let the home node's worker have a turn."""
        self.crossing.harz.node.service.tick()

    def goslar_turns(self) -> None:
        """Let the partner node's worker have a turn."""
        self.crossing.goslar.node.service.tick()

    def members_turn(self) -> None:
        """Let everybody synchronise with its own node."""
        for name in ("muster", "nachbar", "beispiel", "dritte"):
            self.crossing.member(name).sync()

    def ask(self) -> None:
        """Let the partner's member ask for contact."""
        member = self.crossing.member("beispiel")
        for match in member.inbox()[:1]:
            member.request_contact(match, job="Backend")

    def agree(self) -> None:
        """Let the person accept."""
        for request in self.person.requests()[:1]:
            self.person.agree(request.request)

    def lose(self) -> None:
        """Begin or end losing answers between the nodes."""
        for line in self.lines:
            line.losing = not line.losing

    def time(self) -> None:
        """Let an hour pass."""
        self.crossing.two.clock.pass_time(limits.HOUR)

    def restart(self) -> None:
        """Start the partner node anew from its memory."""
        self.crossing.goslar.node.open()


STEPS = st.sampled_from(
    [name for name, one in vars(Life).items() if callable(one) and not name.startswith("_")]
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    before=st.lists(STEPS, max_size=10),
    after=st.lists(STEPS, max_size=8),
    where=st.sampled_from(["home", "abroad", "agreement"]),
    names=st.booleans(),
)
def test_in_every_order_it_ends_everywhere_and_never_crosses_unallowed(
    make: Any, every: Any, before: list[str], after: list[str], where: str, names: bool
) -> None:
    """A consent that names no partner never crosses; an end reaches everybody and is signed for."""
    crossing = make(TwoAlliances(suite=StandIn()))
    link, referral = crossing.asked()
    lines = (Lossy(crossing.harz.handle), Lossy(crossing.goslar.handle))
    crossing.goslar.reachable[crossing.harz.place.node] = lines[0]
    crossing.harz.reachable[crossing.goslar.place.node] = lines[1]
    person = crossing.grant(link, partners=names)
    life = Life(crossing, person, lines)
    for step in before:
        getattr(life, step)()
    _end(crossing, person, where, known=bool(every(crossing.goslar, Referral, id=referral)))
    for step in after:
        with suppress(FachkraftShareError):  # much is refused after the end
            getattr(life, step)()
    for line in lines:
        line.losing = False
    for _ in range(4):
        crossing.two.pass_time(limits.RETRY_LAST)
    if not names:
        assert every(crossing.goslar, Referral, id=referral) == ()
    member = crossing.member("beispiel")
    assert not [*member.inbox(), *member.received()]
    assert every(crossing.goslar, Part, referral=referral) == ()
    assert every(crossing.harz, Due, referral=referral) == ()
    assert every(crossing.goslar, Due, referral=referral) == ()
    if where != "agreement":
        assert every(crossing.harz, Tombstone, referral=referral)


def _end(crossing: Any, person: Any, where: str, *, known: bool) -> None:
    if where == "agreement":
        recognise(crossing.harz, crossing.goslar, gives=False)
    elif where == "abroad" and known:
        desk = crossing.goslar.node.service.desk
        desk.withdraw(person.secret)
    else:
        person.withdraw()

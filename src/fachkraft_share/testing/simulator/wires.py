"""The network between members and node: drop, lose, duplicate, delay, corrupt, partition."""

from typing import TYPE_CHECKING

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.testing.simulator.crashing import Crash

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.town import Town

COPIES = 40  # bodies kept for replays
DELAYABLE = frozenset({"POST /events", "POST /withdrawals"})


@attrs.frozen
class Delayed:
    """A request that arrives later, when nobody waits for its answer any more."""

    due: int
    request: Request


@attrs.frozen
class FaultyTransport:
    """One member's way to the node."""

    town: "Town"
    name: str

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Carry the request, or do with it what networks do."""
        town, chance = self.town, self.town.chance
        faults = town.faults
        if self.name in town.away or chance(faults.drop):
            raise UnreachableError("dropped")
        if request.operation == "POST /events" and len(town.copies) < COPIES:
            town.copies.append(request.body)
        if request.operation in DELAYABLE and chance(faults.delay):
            days = town.random.choice((0.1, 1, 5, 30, 420))
            town.delayed.append(Delayed(town.clock.at + int(days * limits.DAY), request))
            raise UnreachableError("delayed")
        if chance(faults.corrupt):
            request = attrs.evolve(request, body=town.corrupted(request.body))
        answer = self.deliver(request)
        if chance(faults.duplicate):
            self.deliver(request)
        if chance(faults.lose_answer):
            raise UnreachableError("the answer was lost")
        if chance(faults.corrupt):
            return attrs.evolve(answer, body=town.corrupted(answer.body))
        return answer

    def deliver(self, request: Request) -> Response:
        """Hand the request to the node; a node that dies answers nobody and is started again."""
        try:
            answer = self.town.node.service.handle(request)
        except Crash:
            self.town.node.open()
            raise UnreachableError("the node died") from None
        self.town.watch.answered(self.name, request, answer)
        return answer

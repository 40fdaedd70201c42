"""The network between members and nodes: drop, lose, duplicate, delay, corrupt, partition."""

from typing import TYPE_CHECKING

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.testing.simulator.crashing import Crash

if TYPE_CHECKING:
    from fachkraft_share.testing.simulator.region import Region
    from fachkraft_share.testing.simulator.town import Town

COPIES = 40  # bodies kept for replays
DELAYABLE = frozenset({"POST /events", "POST /withdrawals"})


@attrs.frozen
class Delayed:
    """A request that arrives later, when nobody waits for its answer any more."""

    due: int
    node: str
    request: Request


@attrs.frozen
class FaultyTransport:
    """One party's way to the nodes: its own, or those of partner alliances."""

    region: "Region"
    name: str

    def call(self, node: str, request: Request) -> Response:
        """Carry the request, or do with it what networks do."""
        region, chance, town = self.region, self.region.chance, self.region.town_at(node)
        faults = region.faults
        if self._parted(town) or chance(faults.drop):
            raise self._struck(town, "dropped")
        if request.operation == "POST /events" and len(region.copies) < COPIES:
            region.copies.append(request.body)
        if request.operation in DELAYABLE and chance(faults.delay):
            days = region.random.choice((0.1, 1, 5, 30, 420))
            due = region.clock.at + int(days * limits.DAY)
            region.delayed.append(Delayed(due, node, request))
            raise self._struck(town, "delayed")
        if chance(faults.corrupt):
            self._struck(town, "corrupted")
            request = attrs.evolve(request, body=region.corrupted(request.body))
        answer = self.deliver(town, request)
        if chance(faults.duplicate):
            self.deliver(town, request)
        if chance(faults.lose_answer):
            raise self._struck(town, "the answer was lost")
        if chance(faults.corrupt):
            self._struck(town, "corrupted")
            return attrs.evolve(answer, body=region.corrupted(answer.body))
        if region.liar == town.node_name and self.name in region.nodes:
            region.testimony.hear(self.name, request, answer)
        return answer

    def _struck(self, town: "Town", what: str) -> UnreachableError:
        """Note that a fault lay on the way from this caller to that node."""
        self.region.struck.add((self.name, town.node_name))
        return UnreachableError(what)

    def deliver(self, town: "Town", request: Request) -> Response:
        """Hand the request to a node; one that dies answers nobody and is started again."""
        try:
            answer = town.node.service.handle(request)
        except Crash:
            town.node.open()
            raise self._struck(town, "the node died") from None
        self.region.watch.answered(self.name, request, answer, town=town)
        if self.region.liar == town.node_name and self.name in self.region.nodes:
            return self.region.hostile.answer(request, answer)
        return answer

    def _parted(self, town: "Town") -> bool:
        """Tell whether the caller is away, or the border between two nodes is closed."""
        away = self.region.away | self.region.absent
        return self.name in away or (self.name in self.region.nodes and town.node_name in away)

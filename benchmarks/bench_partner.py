"""What it costs a partner node to take over referrals: one at a time, and many at once.

Two alliances recognise each other, each with a node in a process of its own. The partner's visits
are made in this process, over the partner's own store and real HTTP: its served worker, which would
make them every few seconds, is kept from its turn meanwhile.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import attrs
from cpu import spent
from figure import Bench, Figure, In
from load import Load, request
from town import Town, posting, town

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.node.service import Node
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.records import Referral

SINGLE, BATCH, POSTED = 10, 100, 20
_PATIENCE = 120  # visits until both nodes must have each other's lists


@attrs.define
class _Timed:
    """The way to a node, and the CPU seconds this process spends on it."""

    transport: HttpTransport
    seconds: float = 0.0

    def call(self, node: str, request: Request) -> Response:
        """Send the request."""
        begun = time.process_time()
        try:
            return self.transport.call(node, request)
        finally:
            self.seconds += time.process_time() - begun


def benches(folder: Path, stack: ExitStack) -> Iterator[Bench]:
    """Yield the benches."""
    home = stack.enter_context(town(folder / "home"))
    partner = stack.enter_context(town(folder / "partner", name="ilsede"))
    for one in (home, partner):
        stack.enter_context(one.inside.exchange.store.turn())  # type: ignore[attr-defined]
    origin = home.join("muster")  # before lists are fetched: at most once a minute
    _acquaint(home, partner)
    timed = _Timed(HttpTransport())
    runtime = partner.inside.exchange.runtime
    partner.inside.exchange.runtime = attrs.evolve(runtime, transport=timed)
    load = Load(home.url, connections=1)
    stack.callback(load.close)
    crossing = _Crossing(home, partner, origin, load, timed)
    yield crossing.bench(1, 5.0)
    yield crossing.bench(BATCH, 4.0)


@attrs.define
class _Crossing:
    """Referrals that were granted for the partner's members, and the visits that fetch them."""

    home: Town
    partner: Town
    origin: Engine
    load: Load
    timed: _Timed

    def bench(self, batch: int, budget: float) -> Bench:
        """Return the figures of taking over so many a visit."""
        many = f"{batch} a visit" if batch > 1 else "one a visit"
        figures = (
            Figure(
                f"partner node takes over a referral, {many}",
                budget,
                In.V,
                "CPU of both nodes: the partner's visit, its request over real HTTP, the home "
                "node's serving with gate, ledger and journal, envelope and consent verified, "
                "eight salted parts, decision, durable rows and cursor",
            ),
            Figure(
                f"the partner's own part of it, {many}",
                None,
                In.V,
                "CPU of the partner alone, less what it spends on sending and receiving",
            ),
        )
        return Bench(figures, lambda: self._turn(batch))

    def _turn(self, batch: int) -> Sequence[float]:
        visits = SINGLE if batch == 1 else 1
        whole = own = 0.0
        before = self._held()
        for _ in range(visits):
            self._grant(batch)
            sending, begun = self.timed.seconds, time.process_time()
            whole += spent(self._visit, by=self._servers)
            own += time.process_time() - begun - (self.timed.seconds - sending)
        arrived = self._held() - before
        if arrived != visits * batch:
            raise ValueError(f"only {arrived} of {visits * batch} referrals arrived")
        return [whole / arrived, own / arrived]

    def _visit(self) -> None:
        self.partner.inside.partners.visit(self.home.id)

    def _servers(self) -> tuple[int, ...]:
        return (*self.home.servers(), *self.partner.servers())

    def _grant(self, count: int) -> None:
        drafts = self.home.draft(self.origin, count)
        self.load.connect()
        for cut in range(0, count, POSTED):
            self.load.send([request("/events", posting(drafts[cut : cut + POSTED]))])
        self.home.grant(drafts)

    def _held(self) -> int:
        with self.partner.inside.exchange.store.begin(write=False) as transaction:
            return len(transaction.every(Referral))


def _acquaint(home: Town, partner: Town) -> None:
    """Let both authorities recognise each other, and both nodes fetch the other's list."""
    for one, other in ((home, partner), (partner, home)):
        _recognise(one.inside, other.inside)
    _until(lambda: all(_knows(one, other) for one, other in _pairs(home, partner)))


def _recognise(one: Node, other: Node) -> None:
    until = one.exchange.now() + 300 * limits.DAY
    terms = Terms(until, legal="Vereinbarung 2026/1")
    planned = one.agreeing.recognise(other.agreeing.alliance, terms, gives=True, takes=True)
    one.agreeing.sign(planned)


def _pairs(home: Town, partner: Town) -> tuple[tuple[Town, Town], tuple[Town, Town]]:
    return (home, partner), (partner, home)


def _knows(one: Town, other: Town) -> bool:
    one.inside.partners.visit(other.id)
    return one.inside.exchange.directory().partners[other.id].directory.newest is not None


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(_PATIENCE):
        if holds():
            return
        time.sleep(0.1)
    raise TimeoutError("the nodes did not come to know each other")

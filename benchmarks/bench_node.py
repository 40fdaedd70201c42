"""What a served node costs: messages in, empty polls, and a referral's way to its readers.

Real HTTP over kept connections, SQLite with `synchronous=FULL` on disk, the node in a process of
its own. Where `FKS_POSTGRES_URL` names an empty database the same is measured there.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import attrs
from cpu import spent
from figure import Bench, Figure, In
from load import Load, request
from outcomes import outcomes
from town import Drafted, Town, posting, town

from fachkraft_share.member import matching, outbox, polling
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.syncing import sync
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.rules.matching import Search

CONNECTIONS = 16
POSTS, BATCH, POLLS, REFERRALS = 160, 100, 320, 100
SEARCHES = ("43414", *(f"{number}" for number in range(11, 30)))  # one applies to each referral


def benches(folder: Path, stack: ExitStack) -> Iterator[Bench]:
    """Yield the benches of a node on SQLite, and on PostgreSQL if there is one."""
    yield from _on(stack.enter_context(town(folder / "sqlite")), "SQLite", 3.0, stack=stack)
    if database := os.environ.get("FKS_POSTGRES_URL"):
        served = stack.enter_context(town(folder / "postgres", database=database))
        yield from _on(served, "PostgreSQL", 4.0, stack=stack)


def _on(served: Town, store: str, budget: float, *, stack: ExitStack) -> Iterator[Bench]:
    origin, reader, other = (served.join(name) for name in ("muster", "beispiel", "dritte"))
    for one in (reader, other):
        for code in SEARCHES:
            matching.add(one, Search(code, occupation=code, skills=("java",)))
    idle = [reader, other, *(served.join(f"firma-{number}") for number in range(CONNECTIONS - 2))]
    load = Load(served.url, connections=CONNECTIONS)
    stack.callback(load.close)
    yield _ingest(served, origin, load, store, budget)
    yield _ingest(served, origin, load, store, budget, batch=BATCH)
    for batch in (1, BATCH):
        yield _small(served, (origin, reader), load, store, budget, batch=batch)
    yield _empty_polls(served, idle, load, store)
    if store == "SQLite":
        yield Journey(served, origin, (reader, other)).bench()


def _ingest(
    served: Town, origin: Engine, load: Load, store: str, budget: float, *, batch: int = 1
) -> Bench:
    figure = Figure(
        f"node ingest of one referral, {_many(batch)}, {store}",
        budget,
        In.V,
        f"CPU of node and database: HTTP over {CONNECTIONS} kept connections, strict JSON, "
        "signature, eight salted parts, decision, 13 durable rows, shared commits",
    )
    return _posted(figure, lambda count: served.draft(origin, count), served, load, batch=batch)


def _small(
    served: Town,
    ends: tuple[Engine, Engine],
    load: Load,
    store: str,
    budget: float,
    *,
    batch: int = 1,
) -> Bench:
    figure = Figure(
        f"node ingest of one event without parts, {_many(batch)}, {store}",
        budget,
        In.V,
        f"CPU of node and database: HTTP over {CONNECTIONS} kept connections, strict JSON, "
        "signature, decision on four reads, five durable rows, one of them on the feed, shared "
        "commits; the event is an `outcome.reported`",
    )
    return _posted(
        figure, lambda count: outcomes(served, *ends, count=count), served, load, batch=batch
    )


def _many(batch: int) -> str:
    return f"{batch} a posting, as a member's outbox sends them" if batch > 1 else "one a posting"


def _posted(
    figure: Figure, make: Callable[[int], list[Drafted]], served: Town, load: Load, *, batch: int
) -> Bench:
    def turn() -> Sequence[float]:
        count = max(POSTS, batch * 2)
        made = make(count)
        requests = [
            request("/events", posting(made[cut : cut + batch])) for cut in range(0, count, batch)
        ]
        load.connect()
        answers: list[bytes] = []
        work = partial(_send, load, requests, answers)
        taken = spent(work, by=served.servers, here=False) / count
        if sum(one.count(b'"accepted"') for one in answers) != count:
            raise ValueError("not every event was accepted")
        return [taken]

    return Bench((figure,), turn)


def _send(load: Load, requests: Sequence[bytes], answers: list[bytes]) -> None:
    answers += load.send(requests)


def _empty_polls(served: Town, readers: Sequence[Engine], load: Load, store: str) -> Bench:
    figure = Figure(
        f"empty poll, server side, {store}",
        2.0 if store == "SQLite" else None,
        In.V,
        f"CPU of node and database: HTTP over {CONNECTIONS} kept connections of as many members, "
        "request token verified and durably used up, both streams looked at, new cursors",
    )

    def turn() -> Sequence[float]:
        for reader in readers:
            sync(reader)
        requests = [
            _poll(served, reader) for _ in range(POLLS // len(readers)) for reader in readers
        ]
        load.connect()
        return [spent(lambda: load.send(requests), by=served.servers, here=False) / POLLS]

    return Bench((figure,), turn)


def _poll(served: Town, reader: Engine) -> bytes:
    body = json.dumps({**polling.cursors(reader), "max": 100, "wait": 0}).encode()
    return request("/poll", body, authorization=served.authorization(reader, "POST /poll", body))


@attrs.define
class Journey:
    """Referrals from one member over the node to two others."""

    served: Town
    origin: Engine
    readers: tuple[Engine, Engine]

    def bench(self) -> Bench:
        """Return the figures of the way and of its parts."""
        both = "CPU of node and member"
        figures = (
            Figure(
                "member to node to member, per delivered referral",
                10.0,
                In.V,
                f"CPU of node and both members: the origin's outbox posts {REFERRALS}, the node "
                "takes them in and serves them, the reader synchronises; without link and consent",
            ),
            Figure(
                "per further reader of the same referral",
                4.0,
                In.V,
                f"{both}: another member's whole synchronisation of {REFERRALS}",
            ),
            Figure(
                "member sync per record",
                3.5,
                In.V,
                "CPU of the member alone: poll, verify envelope and consent, structure, decide, "
                f"store, match against {len(SEARCHES)} searches of which one applies; two polls, "
                "lease and housekeeping of the synchronisation with it",
            ),
            Figure(
                "origin's outbox and node's ingest, per referral",
                None,
                In.V,
                f"{both}: part of the way",
            ),
            Figure(
                "consent at the desk's façade, per referral",
                None,
                In.V,
                "CPU of the node's code: open, weigh, sign, verify, decide, release; without HTTP",
            ),
        )
        return Bench(figures, self._turn)

    def _turn(self) -> Sequence[float]:
        for engine in (self.origin, *self.readers):
            sync(engine)
        drafts = self.served.draft(self.origin, REFERRALS)
        self._enqueue(drafts)
        sent = self._each(lambda: outbox.send_due(self.origin))
        granted = spent(lambda: self.served.grant(drafts)) / REFERRALS
        first, second = self.readers
        alone: list[float] = []
        read = self._each(lambda: alone.append(spent(lambda: self._read(first)) / REFERRALS))
        further = self._each(lambda: self._read(second))
        return [sent + read, further, alone[0], sent, granted]

    def _read(self, reader: Engine) -> None:
        received = sync(reader).received
        if received < REFERRALS:
            raise ValueError(f"only {received} of {REFERRALS} referrals arrived")

    def _each(self, work: object) -> float:
        return spent(work, by=self.served.servers) / REFERRALS  # type: ignore[arg-type]

    def _enqueue(self, drafts: Sequence[Drafted]) -> None:
        at = self.origin.now()
        with self.origin.store.begin() as transaction:
            for one in drafts:
                said = Emit("referral.published", self.served.members, None, None, parts=one.parts)
                self.origin.voice.enqueue(said, one.token, transaction=transaction, at=at)

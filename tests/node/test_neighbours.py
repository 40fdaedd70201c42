"""Nodes over one database and one journal: what each must learn of the others before it answers."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import SetupError
from fachkraft_share.node.feed.cursors import EPOCH
from fachkraft_share.node.folder import RECORDS, Founding, init
from fachkraft_share.node.history.restart import MARK
from fachkraft_share.node.neighbours import Neighbours
from fachkraft_share.node.records import Kept
from fachkraft_share.node.service import Node
from fachkraft_share.node.store import SqlStore
from fachkraft_share.node.strangers import Strangers
from fachkraft_share.ports.journal import FileJournal
from fachkraft_share.ports.machine import SystemIds
from fachkraft_share.protocol.payloads import ContactRequested
from fachkraft_share.protocol.records import Held

_SPAWN = multiprocessing.get_context("spawn")
_LINES, _BATCH = 40, 3


@attrs.frozen
class Pair:
    """Two nodes as two processes would open them; `world` speaks to one of them at a time."""

    world: Any
    url: str
    one: Node
    two: Node

    def start(self) -> Node:
        """Start one more."""
        world, store = self.world, SqlStore(self.url, more=RECORDS)
        runtime = attrs.evolve(world.runtime, ids=SystemIds())
        return Node(
            runtime,
            store,
            world.journal,
            world.settings,
            world.keys,
            neighbours=Neighbours(store.turn, store.settle),
        )

    def epoch(self) -> Kept | None:
        """Return the epoch, None before the first restore."""
        with self.one.exchange.store.begin(write=False) as transaction:
            return transaction.get(Kept, EPOCH)


@pytest.fixture(params=["sqlite", "postgres"])
def pair(
    request: pytest.FixtureRequest, make_world: Callable[[Any], Any], tmp_path: Path
) -> Iterator[Pair]:
    """Return two nodes over one database; their clock stands still, so that neither looks again."""
    with _database(request.param, tmp_path) as url:
        world = make_world(SqlStore(url, more=RECORDS))
        world.node = Pair(world, url, world.node, world.node).start()
        found = Pair(world, url, world.node, Pair(world, url, world.node, world.node).start())
        for node in (found.one, found.two):
            node.exchange.directory()
        yield found
        for store in (world.store, found.one.exchange.store, found.two.exchange.store):
            store.close()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'node.db'}"
        return
    from fachkraft_share.testing.databases import URL, fresh_database, server_url

    server = server_url()
    if server is None:
        pytest.skip(f"{URL} names no PostgreSQL database to test with")
    with fresh_database(server) as url:
        yield url


def both(pair: Pair, work: Callable[[Node], None]) -> None:
    """Let both nodes do the same at the same moment."""
    start = threading.Barrier(2)

    def run(node: Node) -> None:
        start.wait()
        work(node)

    threads = [threading.Thread(target=run, args=(node,)) for node in (pair.one, pair.two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_member_that_joined_at_one_is_known_at_the_other(pair: Pair) -> None:
    """At once, not with the next second: its requests and what it signs are believed."""
    muster = pair.world.join("muster")
    pair.world.node = pair.two
    muster.poll()
    assert muster.recommend().id


def test_what_a_new_member_signs_is_believed_by_the_other(pair: Pair) -> None:
    """Also where nothing but the envelope says who it is."""
    muster = pair.world.join("muster")
    recommended = muster.recommend()
    beispiel = pair.world.join("beispiel")
    pair.world.node = pair.two
    token = beispiel.event(_wish(beispiel), aud=muster.id, referral=recommended.id)
    [told] = beispiel.post(token)
    assert told["code"] != "signature", told


def _wish(member: Any) -> Any:
    return ContactRequested(member.fresh(), 0, member.seal.kid, "c2VhbGVk")


def test_a_row_for_a_newer_list_is_not_passed_over(pair: Pair) -> None:
    """Judged by an older list it would be lost for good."""
    beispiel = pair.world.join("beispiel")
    pair.world.node = pair.two
    while beispiel.poll()["events"]:
        pass
    pair.world.node = pair.one
    pair.world.join("muster")  # a newer list, and a row for everybody on it
    pair.world.node = pair.two
    assert len(beispiel.poll()["events"]) == 1


def test_a_request_token_is_used_up_for_all(pair: Pair) -> None:
    """Sent to both at once it passes once."""
    muster, told = pair.world.join("muster"), []
    kept: list[Any] = []

    @attrs.frozen
    class Keeping:
        def handle(self, request: Any) -> Any:
            kept.append(request)
            return pair.one.handle(attrs.evolve(request, authorization=""))

    pair.world.node = Keeping()
    muster.call("POST /poll", {})
    both(pair, lambda node: told.append(node.handle(kept[0]).status))
    assert sorted(told) == [200, 401]


def test_one_worker_takes_the_turn(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it is at it the other does nothing."""
    done: list[str] = []
    monkeypatch.setattr(pair.two.worker, "_attempt", lambda name, _: done.append(name))
    with pair.one.exchange.store.turn() as mine:  # type: ignore[attr-defined]
        assert mine
        pair.two.tick()
        assert done == []
    pair.two.tick()
    assert "tasks" in done


def test_a_list_is_renewed_once(pair: Pair) -> None:
    """Whoever comes second sees under the lock that it is done."""
    pair.world.clock.time += limits.LIST_DAYS * limits.DAY - limits.LIST_RENEW + 1
    made: list[int | None] = []
    both(pair, lambda node: made.append(node.authority.renew()))
    assert sorted(number is None for number in made) == [False, True]


@contextmanager
def serving(node: Node, line: dict[str, Any], *records: Any) -> Iterator[Callable[[], None]]:
    """Hold a transaction open whose journal's line is written; give what lets it commit."""
    written, go = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def serve() -> None:
        try:
            with node.exchange.store.begin() as transaction:
                for record in records:
                    transaction.put(record)
                node.exchange.journal.append([line])
                written.set()
                go.wait(limits.STORE_BUSY / 2)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    assert written.wait(limits.STORE_BUSY)
    try:
        yield go.set
    finally:
        go.set()
        thread.join()
    assert not failures


def test_a_start_waits_for_what_is_not_committed_yet(pair: Pair) -> None:
    """A line whose transaction is still open does not look like a restore."""
    held = Held("r", "https://beispiel.example", 1, pair.world.clock.now())
    line = {"served": held.referral, "to": held.holder, "number": 1, "at": held.served_at}
    starting = threading.Thread(target=pair.two.restart.replay)
    with serving(pair.one, line, held) as commit:
        starting.start()
        starting.join(1)
        assert starting.is_alive()
        commit()
        starting.join()
    assert pair.epoch() is None


def test_a_line_that_was_never_committed_is_seen(pair: Pair) -> None:
    """Waiting is all: a state that lacks what the journal tells was restored, as ever."""
    served = {"served": "r", "to": "https://beispiel.example", "number": 1}
    pair.world.journal.append([{**served, "at": pair.world.clock.now()}])
    pair.start().exchange.store.close()  # type: ignore[attr-defined]
    assert pair.epoch() is not None


def test_the_mark_counts_only_what_is_committed(pair: Pair) -> None:
    """What another process has written and not committed would be skipped by the next start."""
    marking = threading.Thread(target=pair.two.restart.mark)
    with serving(pair.one, {"closed": "x", "with": [], "at": 0}) as commit:
        number, head = pair.world.journal.head()
        marking.start()
        marking.join(0.3)
        assert marking.is_alive()
        commit()
        marking.join()
    with pair.one.exchange.store.begin(write=False) as transaction:
        kept = transaction.get(Kept, MARK)
    assert kept == Kept(MARK, f"{number} {head}")


def test_ends_of_unknown_referrals_are_counted_together(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes take no more than one; the next hour begins anew."""
    monkeypatch.setattr(limits, "STRANGE_CLOSURES", 3)
    nodes = (pair.one, pair.two, pair.one, pair.two)
    assert [Strangers(node.exchange).too_many() for node in nodes] == [False] * 3 + [True]
    pair.world.clock.time += limits.HOUR
    assert not Strangers(pair.two.exchange).too_many()


def append(path: Path, name: int, barrier: Barrier) -> None:
    """Write batches into a journal; several processes run it at once."""
    journal = FileJournal(path)
    barrier.wait()
    for number in range(_LINES):
        journal.append([{"by": name, "n": number, "part": part} for part in range(_BATCH)])


def test_processes_append_whole_batches(tmp_path: Path) -> None:
    """No line is torn or lost, and the lines of a batch stay together."""
    path, barrier = tmp_path / "journal", _SPAWN.Barrier(3)
    writers = [_SPAWN.Process(target=append, args=(path, name, barrier)) for name in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0, 0]
    lines = list(FileJournal(path).lines())
    assert len(lines) == 3 * _LINES * _BATCH
    for begin in range(0, len(lines), _BATCH):
        batch = lines[begin : begin + _BATCH]
        assert [one["part"] for one in batch] == list(range(_BATCH))
        assert len({(one["by"], one["n"]) for one in batch}) == 1


def test_a_database_of_another_alliance_is_refused(pair: Pair, tmp_path: Path) -> None:
    """A second node would write its lists among the first one's."""
    founding = Founding("https://node.b.example", "https://b.example", database=pair.url)
    with pytest.raises(SetupError, match="already"):
        init(tmp_path / "b", founding, root=tmp_path / "b.json")
    assert not (tmp_path / "b.json").exists()


def test_a_person_consents_at_the_other_within_the_same_second(pair: Pair) -> None:
    """The origin stands on a list that this process has not read yet."""
    recommended = pair.world.join("muster").recommend()
    pair.world.node = pair.two
    assert recommended.grant().manage

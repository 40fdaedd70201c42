"""Two processes of one node over PostgreSQL visit a partner at once: one effect, no gap."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, Endorsement, Member
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.node.feed.cursors import EPOCH
from fachkraft_share.node.folder import Founding, init, open_node
from fachkraft_share.node.records import HeadDispute, Kept
from fachkraft_share.node.service import Node
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.delivery import head_after
from fachkraft_share.protocol.partner_cards import read_card
from fachkraft_share.protocol.records import Due, FeedRow, Held, Receipt, Referral, Tombstone
from fachkraft_share.testing.person import Person
from fachkraft_share.wire.suite import Standard

PEOPLE = int(os.environ.get("FKS_CROSSING_PEOPLE", "6"))
VISITORS = 2  # nodes of this test that visit beside the two processes, without a pause
PATIENCE = 240.0  # seconds until a test gives up; nothing waits for them to pass
CANDIDATE = Candidate(given="Aylin", family="Beispiel", postcode="38640", occupation="43414")


@attrs.define
class Side:
    """One alliance: its folder, where it is reached, this test's own view of its database."""

    folder: Path
    url: str
    node: Node
    members: dict[str, Member] = attrs.field(factory=dict)

    def join(self, name: str) -> Member:
        """Let a member join over HTTP."""
        code = self.node.enrolment.invite(name.title(), ["employer"])
        id = f"https://{name}.example"
        folder = self.folder.parent / name
        self.members[name] = Member.join(folder, code, id=id, name=name.title())
        return self.members[name]

    def every(self, kind: Any, /, **equal: Any) -> tuple[Any, ...]:
        """Return the node's records."""
        with self.node.exchange.store.begin(write=False) as transaction:
            return transaction.every(kind, **equal)  # type: ignore[no-any-return]


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(folder: Path, port: int) -> Iterator[None]:
    """Serve a node's folder by a process of its own, worker and all.

    Its log lies beside the folder.
    """
    said = folder.parent / f"{folder.name}-{port}.log"
    command = [sys.executable, "-m", "fachkraft_share.cli", "node", "serve", "--json"]
    command += ["--folder", str(folder), "--port", str(port)]
    with (
        said.open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as running,
    ):
        try:
            assert running.stdout is not None
            assert json.loads(running.stdout.readline())["serving"]
            yield
        finally:
            running.terminate()
            running.wait(60)
    assert running.returncode == 0


def founded(folder: Path, name: str, *, port: int, database: str = "") -> Side:
    """Found an alliance."""
    url = f"http://127.0.0.1:{port}"
    founding = Founding(
        f"https://node.{name}.example",
        f"https://{name}.example",
        name=name.title(),
        url=url,
        database=database,
    )
    return Side(folder, url, init(folder, founding, root=folder.parent / f"{name}-root.json"))


def recognise(one: Side, other: Side) -> None:
    """Sign a recognition in both directions."""
    agreeing = one.node.agreeing
    until = one.node.exchange.now() + 300 * 86_400
    card = read_card(other.node.agreeing.card())
    agreeing.sign(agreeing.recognise(card, Terms(until=until, legal="V 7"), gives=True, takes=True))


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    """Return Harz on PostgreSQL, served by two processes, and Goslar on SQLite, by one."""
    from fachkraft_share.testing.databases import URL, fresh_database, server_url

    server = server_url()
    if server is None:
        pytest.skip(f"{URL} names no PostgreSQL database to test with")
    with ExitStack() as stack:
        database = stack.enter_context(fresh_database(server))
        ports = [free_port() for _ in range(3)]
        harz = founded(tmp_path / "harz", "harz", port=ports[0], database=database)
        goslar = founded(tmp_path / "goslar", "goslar", port=ports[2])
        for side in (harz, goslar):
            stack.callback(side.node.exchange.store.close)  # type: ignore[attr-defined]
        recognise(harz, goslar)
        recognise(goslar, harz)
        for side, port in ((harz, ports[0]), (harz, ports[1]), (goslar, ports[2])):
            stack.enter_context(process(side.folder, port))
        for side, name in ((harz, "muster"), (harz, "dritte"), (goslar, "oker")):
            side.join(name)
        yield harz, goslar
        for side in (harz, goslar):
            for member in side.members.values():
                member.close_files()


@contextmanager
def visited(harz: Side, partner: str) -> Iterator[list[int]]:
    """Visit the partner without a pause from more nodes over the same database."""
    stop, counts = threading.Event(), [0] * VISITORS
    failures: list[BaseException] = []

    def visit(number: int) -> None:
        node = open_node(harz.folder)
        try:
            while not stop.is_set():
                node.partners.visit(partner)
                counts[number] += 1
        except BaseException as error:
            failures.append(error)
        finally:
            node.exchange.store.close()  # type: ignore[attr-defined]

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(VISITORS)]
    for thread in threads:
        thread.start()
    try:
        yield counts
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def until(members: list[Member], holds: Callable[[], bool]) -> None:
    """Let the members synchronise until it holds; nodes work by themselves."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "patience has ended"
        for member in members:
            member.sync()
        time.sleep(0.2)


def recommended(home: Side, abroad: Side, *, by: str, number: int) -> tuple[str, Person]:
    """Let a member recommend somebody who allows the other alliance, too."""
    origin = home.members[by]
    endorsed = Endorsement(rank="second", strengths=["careful"])
    asked = origin.recommend(
        CANDIDATE, endorsed, application=f"ATS-{number}", rejected_on=date(2026, 11, 19)
    )
    origin.sync()
    assert asked.link is not None
    person = Person(
        desk=lambda: home.node.desk,
        suite=Standard(),
        root=home.node.exchange.settings.root,
        now=home.node.exchange.now,
        secret=asked.link.rpartition("/")[2],
    )
    foreign = abroad.node.exchange.id
    until([], lambda: foreign in {one.node for one in person.look().partners})
    person.grant(partners=(foreign,))
    return asked.referral, person


def proven(person: Person) -> bool:
    """Tell whether the person's bundle proves the end, and names nobody as owing."""
    try:
        return person.bundle().verify()
    except RefusedError:  # the manifest is not written yet
        return False


def assert_whole(side: Side) -> None:
    """Every number once, every head over all before, and nobody saw another history."""
    rows = sorted(side.every(FeedRow), key=lambda row: row.number)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    head = ""
    for row in rows:
        head = head_after(head, row)
        assert row.head == head
    assert side.every(HeadDispute) == ()
    assert side.every(Kept, name=EPOCH) == ()


@pytest.mark.slow
def test_what_crosses_and_ends_there_is_done_once(sides: tuple[Side, Side]) -> None:
    """Two processes and two more nodes visit at once: one row each way, receipts from all."""
    harz, goslar = sides
    members = [*harz.members.values(), *goslar.members.values()]
    readers = [harz.members["muster"], harz.members["dritte"]]
    with visited(harz, goslar.node.exchange.id) as visits:
        people = dict(
            recommended(goslar, harz, by="oker", number=number) for number in range(PEOPLE)
        )
        ids = set(people)
        until(members, lambda: all(ids <= {one.referral for one in m.inbox()} for m in readers))
        for person in people.values():
            person.withdraw()
        until(members, lambda: all(map(proven, people.values())))
    assert min(visits) > 3
    given = Counter(row.referral for row in harz.every(FeedRow, to="list", stream="events"))
    assert {given[id] for id in ids} == {1}
    ends = Counter((row.referral, row.to) for row in harz.every(FeedRow, stream=CLOSURES))
    assert {ends[id, member.id] for id in ids for member in readers} == {1}
    for side in sides:
        assert side.every(Due) == ()
        assert {one.state for one in side.every(Referral)} == {"closed"}
        assert_whole(side)
    abroad = harz.node.exchange.id
    holders = {member.id for member in readers} | {abroad}
    for id in ids:
        assert {one.holder for one in harz.every(Held, referral=id)} == holders - {abroad}
        assert {one.holder for one in goslar.every(Held, referral=id)} == {abroad}
        signed = {one.holder for one in goslar.every(Receipt, referral=id) if one.settled}
        assert signed >= {goslar.node.exchange.id, abroad}
        signed = {one.holder for one in harz.every(Receipt, referral=id) if one.settled}
        assert signed >= holders - {abroad}


@pytest.mark.slow
def test_what_is_withdrawn_abroad_ends_once_at_home(sides: tuple[Side, Side]) -> None:
    """The home node has two processes, and all read what the partner says about the end at once."""
    harz, goslar = sides
    members = [*harz.members.values(), *goslar.members.values()]
    oker = goslar.members["oker"]
    with visited(harz, goslar.node.exchange.id):
        people = dict(
            recommended(harz, goslar, by="muster", number=number) for number in range(PEOPLE)
        )
        ids = set(people)
        until(members, lambda: ids <= {one.referral for one in oker.inbox()})
        for person in people.values():
            goslar.node.desk.withdraw(person.secret)
        until(members, lambda: all(map(proven, people.values())))
    for side in sides:
        assert side.every(Due) == ()
        assert {one.state for one in side.every(Referral)} == {"closed"}
        assert_whole(side)
    for id in ids:
        assert len(harz.every(Tombstone, referral=id)) == 1
        told = Counter(row.to for row in harz.every(FeedRow, referral=id, stream=CLOSURES))
        assert told[goslar.node.exchange.id] == 1
        signed = {one.holder for one in harz.every(Receipt, referral=id) if one.settled}
        assert signed >= {harz.node.exchange.id, goslar.node.exchange.id, harz.members["dritte"].id}

"""A node and two members as real processes over HTTP, and the people who use them.

The processes are the commands `node serve` and `sync --watch`; a person acts in the desk's pages.
Only patience is changed: what waits for a minute in life waits for a second here.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TypeVar

import attrs
from crashlab.forks import ForkServer, Worker
from crashlab.place import BEISPIEL, MEMBERS, Place, ShiftedClock, runtime
from crashlab.preparing import recommend

from fachkraft_share.cli.demo.person import Visitor
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.member import folder as folders
from fachkraft_share.member.facade import Member
from fachkraft_share.member.records import Filed, Outgoing
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.protocol.records import (
    Contact,
    Due,
    FeedRow,
    Held,
    Manifest,
    Receipt,
    Referral,
    Token,
)

T = TypeVar("T")
DEADLINE = 180.0  # seconds until something must have happened on a busy machine
PATIENCE = {
    "LEASE_SECONDS": 2,
    "RETRY_FIRST": 1,
    "RETRY_LAST": 2,
    "HTTP_TIMEOUT": [1, 3],
    "POLL_WAIT": 1,
    "TICK": 1,
    "HEADER_SECONDS": 3,
    "BODY_SECONDS": 3,
    "LOOK_AGAIN": 1,
    "ERASE_AGAIN": 1,
}


@attrs.define(eq=False)
class Town:
    """The processes by name; `url` is where members call the node."""

    forks: ForkServer
    place: Place
    port: int
    url: str = ""
    running: dict[str, Worker] = attrs.field(factory=dict)
    kills: int = 0
    _desk: threading.Lock = attrs.field(factory=threading.Lock)
    _members: dict[str, Member] = attrs.field(factory=dict)

    @property
    def ats(self) -> Path:
        """The folder of the receiving company's system."""
        return self.place.root / "ats"

    @property
    def node_url(self) -> str:
        """Where the node listens."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> None:
        """Tell the members where the node is, and connect a system."""
        self.url = self.url or self.node_url
        settings = {"folder": str(self.ats)}
        load_plugins().adapter("files").connect(settings).set_up(at=int(time.time()))
        for name in MEMBERS:
            folder = self.place.member(name)
            systems = {"files": settings} if name == "beispiel" else {}
            told = attrs.evolve(folders.settings_of(folder), url=self.url, adapters=systems)
            folders.save_settings(folder, told)

    def start(self, name: str) -> None:
        """Start a process; the node is ready when this returns."""
        if name == "node":
            arguments = ["node", "serve", "--port", str(self.port), "--folder"]
        else:
            arguments = ["sync", "--watch", "--folder"]
        worker = self.forks.start(
            "command",
            arguments=[*arguments, str(self.place.root / name)],
            patience=PATIENCE,
            log=str(self.place.root / f"{name}.log"),
        )
        worker.go()
        worker.listen("runs")
        self.running[name] = worker
        if name == "node":
            until(self._answers)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self, name: str) -> None:
        """Kill a process and start it again; it must have been alive."""
        self.running.pop(name).kill()
        self.kills += 1
        self.start(name)

    @contextmanager
    def up(self) -> Iterator[None]:
        """Run everybody; at the end stop them, and demand that none had ended by itself."""
        for name in ("node", *MEMBERS):
            self.start(name)
        try:
            yield
        finally:
            for member in self._members.values():
                member.close_files()
            for worker in self.running.values():
                worker.kill()
        for name, worker in self.running.items():
            assert worker.ended == "killed", (name, worker.said[-1], self.log_of(name))

    def log_of(self, name: str) -> str:
        """Return the end of a process's log."""
        path = self.place.root / f"{name}.log"
        return path.read_text()[-2000:] if path.exists() else ""

    def member(self, name: str) -> Member:
        """Return a member as the company's own program opens it, beside the one that runs."""
        if name not in self._members:
            real = runtime(ShiftedClock(), HttpTransport())
            self._members[name] = Member.open(self.place.member(name), runtime=real)
        return self._members[name]

    @contextmanager
    def desk(self) -> Iterator[None]:
        """Keep the node alive while a person is at the desk: a browser does not try again."""
        with self._desk:
            yield

    @contextmanager
    def killing(self, seed: int, *, pause: tuple[float, float]) -> Iterator[None]:
        """Kill processes at random moments while the block runs."""
        random, stop = Random(seed), threading.Event()  # noqa: S311 - no secret

        def strike() -> None:
            while not stop.wait(random.uniform(*pause)):
                name = random.choice(("node", *MEMBERS, *MEMBERS))
                if name == "node":
                    with self._desk:
                        self.kill(name)
                else:
                    self.kill(name)

        thread = threading.Thread(target=strike)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def at_desk(self, act: Callable[[], object]) -> None:
        """Let a person act in the desk's pages until it succeeds."""

        def once() -> bool:
            with self.desk():
                act()
            return True

        until(once)

    def held(self, referral: str) -> bool:
        """Tell whether the receiving member has the referral."""
        with self.member("beispiel").engine.store.begin(write=False) as transaction:
            return transaction.get(Referral, referral) is not None

    def erased(self, referral: str) -> bool:
        """Tell whether the receiving member has signed for the erasure."""
        with self.place.node_store() as store, store.begin(write=False) as transaction:
            receipt = transaction.get(Receipt, referral, BEISPIEL, "all")
        return receipt is not None and receipt.settled

    def filed(self) -> list[str]:
        """Return the referral of every person in the receiving company's system."""
        marks = (self.ats / "received").glob("*/mark.json")
        done = [one for one in marks if one.parent.name[0] != "."]  # others are being made
        return [json.loads(mark.read_text())["referral"] for mark in done]

    # What must hold -----------------------------------------------------------------------------

    def settled(self) -> bool:
        """Tell whether nothing waits anywhere."""
        with self.place.node_store() as store, store.begin(write=False) as transaction:
            owed = transaction.every(Due)
        for name in MEMBERS:
            with self.place.member_store(name) as store, store.begin(write=False) as transaction:
                owed = (*owed, *transaction.every(Outgoing))
        return not owed

    def demand(self, alive: set[str], ended: set[str]) -> None:
        """Demand one effect of everything that was done."""
        self.place.check_files()
        assert sorted(self.filed()) == sorted(alive)
        with self.place.member_keys("beispiel") as keys:
            assert all(keys.get(one) is None for one in ended)
        with self.place.member_store("beispiel") as store, store.begin(write=False) as transaction:
            assert {one.referral for one in transaction.every(Filed)} == alive
        with self.place.node_store() as store, store.begin(write=False) as transaction:
            rows = [(row.stream, row.to, row.token) for row in transaction.every(FeedRow)]
            referrals = {one.id for one in transaction.every(Referral)}
            contacts = transaction.every(Contact)
            told = transaction.every(Token, type="contact.disclosed")
            held = {one.referral for one in transaction.every(Held, holder=BEISPIEL)}
            pages = {one.referral for one in transaction.every(Manifest)}
        assert len(rows) == len(set(rows))
        assert referrals == alive | ended == held
        assert len(contacts) == len(alive | ended)
        assert len({one.sha256 for one in told}) == len(alive | ended)
        assert pages == ended


@attrs.define
class Life:
    """One referral's life, step by step; each step waits until it has happened."""

    town: Town
    number: int
    referral: str = ""
    visitor: Visitor = attrs.field(init=False)

    def is_recommended(self) -> None:
        """Recommend, and let the person grant."""
        member = self.town.member("muster")
        self.referral, link = until(lambda: recommend(member, f"ATS-{self.number}"))
        self.visitor = Visitor(f"{self.town.node_url}/d/{link}")
        self.town.at_desk(self.visitor.grant)
        until(lambda: self.town.held(self.referral))

    def is_handed_over(self) -> None:
        """Ask for contact, let the person agree, and wait until the person is filed."""
        member = self.town.member("beispiel")
        until(lambda: member.request_contact(self.referral, job="Backend"))
        self.town.at_desk(lambda: self.visitor.agree(BEISPIEL))
        until(lambda: self.referral in self.town.filed())

    def withdraws(self) -> None:
        """Withdraw at the desk."""
        self.town.at_desk(self.visitor.withdraw)

    def is_erased(self) -> None:
        """Wait for the receipt."""
        until(lambda: self.town.erased(self.referral))


def until(act: Callable[[], T], *, seconds: float = DEADLINE) -> T:
    """Try until it succeeds with something; what is refused for now is tried again."""
    end = time.monotonic() + seconds
    problem: object = None
    while time.monotonic() < end:
        try:
            found = act()
        except FachkraftShareError as error:
            problem = error
        else:
            if found:
                return found
        time.sleep(0.05)
    raise TimeoutError(f"it did not happen: {problem!r}")

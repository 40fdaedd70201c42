"""An alliance in real folders that an administrator backs up, loses and brings back."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, Document, DocumentKind, Endorsement, Member, limits
from fachkraft_share.errors import QuarantineError, UnreachableError
from fachkraft_share.node.folder import Founding, init, open_node
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.protocol.records import Held, Part, Receipt
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import AUTHORITY, NODE, SeededIds, VirtualClock, address
from fachkraft_share.wire import jws
from fachkraft_share.wire.suite import Standard

NAMES = ("muster", "beispiel", "dritte", "spaet")  # `spaet` has polled nothing when it is restored
MARKER = "Xylophonia"
CANDIDATE = Candidate(
    given="Aylin",
    family=MARKER,
    email=f"aylin@{MARKER.lower()}.example",
    postcode="38640",
    occupation="43414",
    skills=("Python",),
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF-1.7 cv %%EOF"),),
)


@attrs.define
class Site:
    """The folders, the clock, and what runs in them at the moment."""

    root: Path
    clock: VirtualClock = attrs.field(factory=VirtualClock)
    ids: SeededIds = attrs.field(factory=lambda: SeededIds(Random(7)))  # noqa: S311 - the same in every run
    node: Node | None = None
    members: dict[str, Member] = attrs.field(factory=dict)
    served: list[tuple[str, str]] = attrs.field(factory=list)  # who was given which referral
    pages: list[tuple[str, dict[str, Any]]] = attrs.field(factory=list)  # answers to polls
    cut: set[str] = attrs.field(factory=set)  # members whose line is dead
    person: Person | None = None
    referral: str = ""

    def runtime(self, name: str = "") -> Runtime:
        """Return the world as a party sees it."""
        return Runtime(self.clock, self.ids, Standard(), Line(self, name))

    def folder(self, name: str) -> Path:
        """Return where a party's folder lies."""
        return self.root / name

    def start(self, name: str) -> None:
        """Start a node's or a member's process on its folder."""
        if name == "node":
            self.node = open_node(self.folder("node"), runtime=self.runtime(), environment={})
        else:
            self.members[name] = Member.open(
                self.folder(name), runtime=self.runtime(name), adapters={}
            )

    def stop(self, name: str) -> None:
        """End a process."""
        if name == "node":
            if self.node is not None:
                self.node.exchange.store.close()  # type: ignore[attr-defined]
            self.node = None
        else:
            self.members.pop(name).close_files()

    def sync(self, *names: str) -> None:
        """Let these synchronise, all by default, and the node's worker have its turn."""
        for name in names or tuple(self.members):
            self.members[name].sync()
            if self.node is not None:
                self.node.tick()

    def introduce(self, application: str) -> tuple[str, Person]:
        """Let `muster` recommend a person; return the referral and who holds the link."""
        endorsed = Endorsement(rank="second", strengths=["careful"])
        asked = self.members["muster"].recommend(
            CANDIDATE, endorsed, application=application, rejected_on=date(2026, 11, 19)
        )
        self.members["muster"].sync()
        assert asked.link is not None
        assert self.node is not None
        person = Person(
            desk=lambda: _running(self).desk,
            suite=Standard(),
            root=self.node.exchange.settings.root,
            now=self.clock.now,
            secret=asked.link.rpartition("/")[2],
        )
        return asked.referral, person

    def settle(self, rounds: int = 4) -> None:
        """Let the news go round."""
        for _ in range(rounds):
            self.clock.pass_time(10 * limits.MINUTE)
            self.sync()

    def readable(self, name: str) -> bool:
        """Tell whether people at this member can see the candidate now."""
        try:
            shown = [one.referral for one in self.members[name].inbox()]
            shown += [one.referral for one in self.members[name].received()]
        except QuarantineError:
            return False
        return self.referral in shown

    def rows(self, kind: Any, /, **equal: Any) -> tuple[Any, ...]:
        """Return the node's records."""
        assert self.node is not None
        with self.node.exchange.store.begin(write=False) as transaction:
            return transaction.every(kind, **equal)  # type: ignore[no-any-return]

    def left(self, name: str) -> list[str]:
        """Return what of the candidate is still at a member that must have erased."""
        engine = self.members[name].engine
        with engine.store.begin(write=False) as transaction:
            found = ["profile"] * bool(transaction.every(Part, referral=self.referral))
        return found + ["key"] * (engine.keys.get(self.referral) is not None)

    def settled(self) -> set[str]:
        """Return who has signed for the erasure, as the node knows."""
        signed = self.rows(Receipt, referral=self.referral)
        return {one.holder for one in signed if one.settled}

    def holders(self) -> set[str]:
        """Return who was served, by the node's ledger."""
        return {one.holder for one in self.rows(Held, referral=self.referral)}


@attrs.frozen
class Line:
    """A member's way to the node; notes whom it gives the candidate's profile."""

    site: Site
    name: str

    def call(self, node: str, request: Request) -> Response:
        """Hand the request to whatever node runs now."""
        if self.site.node is None or node != NODE or self.name in self.site.cut:
            raise UnreachableError("the node does not run")
        answer = self.site.node.handle(request)
        if request.operation == "POST /poll" and answer.status == 200:
            self.site.pages.append((self.name, json.loads(answer.body)))
        if self.site.referral and request.operation == "POST /poll" and answer.status == 200:
            self._note(answer.body)
        return answer

    def _note(self, body: bytes) -> None:
        for item in json.loads(body)["events"]:
            claims = jws.parse(item["token"], types=tuple(jws.Type)).claims
            if claims.get("txn") == self.site.referral and item.get("parts"):
                self.site.served.append((self.name, self.site.referral))


@pytest.fixture
def database() -> str:
    """Return the URL of the node's database; none stands for a file in its folder."""
    return ""


@pytest.fixture
def site(tmp_path: Path, database: str) -> Iterator[Site]:
    """Return a node and four members in folders; three of them are synchronised."""
    found = Site(tmp_path)
    founding = Founding(NODE, AUTHORITY, name="Harz", region="plz:38", database=database)
    node = init(
        found.folder("node"), founding, root=tmp_path / "root.json", runtime=found.runtime()
    )
    found.node = node
    for name in NAMES:
        code = node.enrolment.invite(name.title(), ["employer"])
        found.members[name] = Member.join(
            found.folder(name),
            code,
            id=address(name),
            name=name.title(),
            notice=f"{address(name)}/n",
            runtime=found.runtime(name),
        )
    found.sync()
    yield found
    for name in ("node", *tuple(found.members)):
        found.stop(name)


@pytest.fixture
def received(site: Site) -> Site:
    """Play until `beispiel` holds the dossier and `dritte` the profile; `spaet` is away."""
    awake = ("muster", "beispiel", "dritte")
    site.referral, site.person = site.introduce("ATS-4711")
    site.sync(*awake)
    site.person.grant()
    site.sync(*awake)
    site.members["beispiel"].request_contact(site.referral, job="Backend")
    site.sync(*awake)
    site.sync(*awake)
    site.person.agree()
    for _ in range(3):
        site.sync(*awake)
    assert site.readable("beispiel")
    assert site.readable("dritte")
    return site


def _running(site: Site) -> Node:
    if site.node is None:
        raise UnreachableError("the node does not run")
    return site.node


@pytest.fixture
def copied() -> Callable[[Path, Path], None]:
    """Return `cp -r`, onto nothing that is there."""

    def copy(source: Path, target: Path) -> None:
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(source, target)

    return copy

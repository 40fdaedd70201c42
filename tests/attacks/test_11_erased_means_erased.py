"""P11: erased means from the database, its log and free pages, from files, temp, outbox and logs.

Real folders on a real disk. `FKS_LIFECYCLES` is the number of persons who are recommended, handed
over and withdraw; after the last nothing of any of them is found anywhere but at the origin, whose
own application it is.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, Document, DocumentKind, limits
from fachkraft_share.cli.demo.search import disguise, search, search_bytes
from fachkraft_share.member.facade import Member
from fachkraft_share.member.records import DossierRow, Outgoing
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Request, Response, Runtime
from fachkraft_share.protocol.records import BlobContent, Part, Token
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import BEGIN, NODE, SeededIds, VirtualClock
from fachkraft_share.wire.suite import Standard
from fachkraft_share_files import FilesAdapter

LIFECYCLES = int(os.environ.get("FKS_LIFECYCLES", "8"))
DAILY = limits.CONTACT_REQUESTS_PER_DAY - 10
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)


def person(number: int) -> tuple[Candidate, list[str]]:
    """Return a candidate and the words that are nobody else's."""
    given, family = f"Quirina{number}zx", f"Xyloph{number}ørn"
    mail, phone = f"q{number}.zx@canary{number}.example", f"+49 5321 {880000 + number}"
    text = f"%PDF-1.7 Lebenslauf von {given} {family} Canarytext{number}q %%EOF".encode()
    paper = Document(f"{family}.pdf", DocumentKind.CV, "application/pdf", text)
    candidate = Candidate(
        given=given,
        family=family,
        email=mail,
        phone=phone,
        postcode="38640",
        city="Goslar",
        occupation="43414",
        title="Softwareentwicklerin",
        documents=(paper,),
    )
    return candidate, [given, family, mail, f"Canarytext{number}q"]


@attrs.define
class Direct:
    """Carries calls to the node in this process."""

    node: Node | None = None

    def call(self, node: str, request: Request) -> Response:  # noqa: ARG002
        """Call the node."""
        assert self.node is not None
        return self.node.handle(request)


class Place:
    """A node and two companies, each in a folder of its own; the second files into a folder."""

    def __init__(self, root: Path) -> None:
        self.persons: list[Person] = []
        self.root, self.clock, self.wire = root, VirtualClock(BEGIN), Direct()
        self.runtime = Runtime(self.clock, SeededIds(Random(1)), Standard(), self.wire)  # noqa: S311
        founding = Founding(NODE, "https://harz.example")
        self.node = init(root / "node", founding, root=root / "root.json", runtime=self.runtime)
        self.wire.node = self.node
        self.system = FilesAdapter.connect({"folder": str(root / "system")})
        (root / "system").mkdir()
        self.system.set_up(at=BEGIN)
        self.muster = self._join("muster")
        self.beispiel = self._join("beispiel", files=self.system)

    def _join(self, name: str, **adapters: Any) -> Member:
        code = self.node.enrolment.invite(name, ["employer"])
        folder, id = self.root / name, f"https://{name}.example"
        told: Any = {"id": id, "name": name, "notice": f"{id}/datenschutz"}
        Member.join(folder, code, runtime=self.runtime, **told).close_files()
        return Member.open(folder, runtime=self.runtime, adapters=adapters)

    def settle(self) -> None:
        """Let everybody synchronise."""
        for _ in range(6):
            reports = [one.sync() for one in (self.muster, self.beispiel)]
            self.node.tick()
            if not any(one.received or one.sent or one.tasks for one in reports):
                return

    def live(self, number: int) -> str:
        """Play one person's story up to the dossier in the other company's system.

        A day passes now and then: contact requests and waiting dossiers are bounded by the day.
        """
        if number % DAILY == DAILY - 1:
            self.clock.pass_time(limits.DAY)
        candidate, _ = person(number)
        asked = self.muster.recommend(
            candidate, ENDORSED, application=f"ATS-{number}", rejected_on=date(2026, 11, 19)
        )
        assert asked.link is not None
        self.settle()
        found = Person(
            desk=lambda: self.node.desk,
            suite=Standard(),
            root=self.node.exchange.settings.root,
            now=self.clock.now,
            secret=asked.link.rpartition("/")[2],
        )
        found.grant()
        self.settle()
        self.beispiel.request_contact(asked.referral, job="Backend", message="Hallo")
        self.settle()
        found.agree()
        self.settle()
        self.persons.append(found)
        return asked.referral


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Found the place; temporary files lie in it, too."""
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    found = Place(tmp_path)
    yield found
    for one in (found.muster, found.beispiel):
        one.close_files()
    found.node.exchange.store.close()  # type: ignore[attr-defined]


def test_nothing_is_left_of_whoever_withdrew(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """Searched in every disguise: database values and pages, WAL, files, temp, and all logs.

    Before the withdrawal the words are found at the recipient, so the search could find them.
    """
    with caplog.at_level(logging.DEBUG):
        referrals = [place.live(number) for number in range(LIFECYCLES)]
        here = [place.root / name for name in ("node", "beispiel", "system", "temp")]
        first = disguise(person(0)[1])
        assert {hit.file.partition("/")[0] for hit in search(first, here)} == {"system"}
        assert len(place.beispiel.received()) == LIFECYCLES
        for one in place.persons:
            one.withdraw()
        place.settle()
    words = disguise(word for number in range(LIFECYCLES) for word in person(number)[1])
    assert search(words, here) == []
    assert search_bytes(words, caplog.text.encode(), name="logs") == []
    _no_orphans(place, referrals)
    bundle = place.persons[0].bundle()
    assert search_bytes(words, bundle.content, name="bundle") == []


def _no_orphans(place: Place, referrals: list[str]) -> None:
    """No file without its row and no row without its file; nothing waits to be sent either."""
    engine = place.beispiel.engine
    with engine.store.begin(write=False) as transaction:
        assert transaction.every(DossierRow) == ()
        assert transaction.every(Part) == ()
        assert transaction.every(Outgoing) == ()
        bodies = [one for one in transaction.every(Token, personal=True) if one.body is not None]
        assert bodies == []
    assert all(engine.keys.get(one) is None for one in referrals)
    assert [one for one in (place.root / "beispiel/files").rglob("*") if one.is_file()] == []
    received = [one for one in (place.root / "system/received").glob("*") if one.name[0] != "."]
    assert received == []
    with place.node.exchange.store.begin(write=False) as transaction:
        assert transaction.every(BlobContent) == ()
        assert transaction.every(Part) == ()
    assert list((place.root / "temp").iterdir()) == []

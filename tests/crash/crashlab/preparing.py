"""One referral brought from stage to stage, once; every fault works on a copy."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import attrs
from crashlab.ats import served
from crashlab.parties import Together
from crashlab.place import AUTHORITY, BEISPIEL, MUSTER, NODE, Place, ShiftedClock, runtime

from fachkraft_share import Candidate, Document, DocumentKind, Endorsement, limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.member.facade import Member
from fachkraft_share.model.organisation import Role
from fachkraft_share.model.profile import Rank
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.ports.machine import NoTransport
from fachkraft_share.ports.runtime import Request, Response, Transport

MARKER = "Xylophonia"
BATCH = 5  # drafts posted at once
CANDIDATE = Candidate(
    given="Aylin",
    family=MARKER,
    email=f"aylin@{MARKER.lower()}.example",
    postcode="38640",
    city="Goslar",
    occupation="43414",
    skills=("Python", "SQL"),
    documents=(
        Document(
            "Lebenslauf.pdf",
            DocumentKind.CV,
            "application/pdf",
            b"%PDF-1.7 " + MARKER.encode() * 50 + b"\n%%EOF",
        ),
    ),
)
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)
REJECTED_DAYS_AGO = 4


@attrs.define
class Stages:
    """The copies by the name of their stage."""

    folder: Path
    places: dict[str, Place] = attrs.field(factory=dict)

    def keep(self, name: str, parties: Together) -> None:
        """Copy the alliance as it stands."""
        parties.close()
        self.places[name] = parties.place.copied(self.folder / name)


def prepare(folder: Path) -> Mapping[str, Place]:
    """Return the alliance at every stage."""
    stages = Stages(folder)
    with served() as ats:
        parties = Together(Place(folder / "now"), ats=ats.url)
        _found(parties)
        stages.keep("joined", parties)
        _drafts(stages, ats.url)
        _recommended(parties)
        stages.keep("drafted", parties)
        _granted(parties)
        stages.keep("granted", parties)
        _agreed(parties)
        stages.keep("agreed", parties)
        parties.member("muster").sync()
        stages.keep("disclosed", parties)
        parties.member("beispiel").sync()
        parties.place.note(people=list(ats.people))
        assert len(ats.people) == 1
        stages.keep("received", parties)
        parties.node().desk.withdraw(parties.place.facts()["secret"])
        stages.keep("closed", parties)
    return stages.places


def _found(parties: Together) -> None:
    place = parties.place
    place.root.mkdir(parents=True)
    founding = Founding(NODE, AUTHORITY, name="Knoten Harz")
    real = runtime(ShiftedClock(), NoTransport())
    init(place.node, founding, root=place.root / "root.json", runtime=real).exchange.store.close()
    for id in (MUSTER, BEISPIEL):
        name = id.removeprefix("https://").removesuffix(".example")
        code = parties.node().enrolment.invite(name.title(), [Role.EMPLOYER])
        joining = runtime(parties.clock, parties.transport)
        Member.join(
            place.member(name), code, id=id, name=name.title(), notice=f"{id}/n", runtime=joining
        ).close_files()
    for name in ("muster", "beispiel"):
        parties.member(name).sync()
    parties.member("beispiel").add_search(occupation="43414", near="38640", within_km=50)
    parties.node().tick()


def recommend(member: Member, application: str) -> tuple[str, str]:
    """Recommend the candidate under this application; return the referral and the link's secret."""
    at = dt.datetime.fromtimestamp(member.engine.now(), dt.UTC)
    day = (at - dt.timedelta(days=REJECTED_DAYS_AGO)).date()
    made = member.recommend(CANDIDATE, ENDORSED, application=application, rejected_on=day)
    return made.referral, (made.link or "").rpartition("/")[2]


@attrs.frozen
class _Keeping:
    """Carries everything but postings, which it keeps."""

    inner: Transport
    kept: list[bytes]

    def call(self, node: str, request: Request) -> Response:
        if request.operation == "POST /events":
            self.kept.append(request.body)
            raise UnreachableError("kept")
        return self.inner.call(node, request)


def _drafts(stages: Stages, ats: str) -> None:
    """Keep one posting of several drafts, which the node has not seen."""
    parties = Together(stages.places["joined"].copied(stages.folder / "drafting"), ats=ats)
    kept: list[bytes] = []
    for number in range(BATCH):
        member = Member.open(
            parties.place.member("muster"),
            runtime=runtime(parties.clock, _Keeping(parties.transport, kept)),
            adapters={},
        )
        recommend(member, f"BATCH-{number}")
        member.close_files()
    parties.clock.shift += 2 * limits.RETRY_FIRST  # the breaker lets them go together
    member = Member.open(
        parties.place.member("muster"),
        runtime=runtime(parties.clock, _Keeping(parties.transport, kept)),
        adapters={},
    )
    member.sync()
    member.close_files()
    posted = max(kept, key=lambda body: len(json.loads(body)["events"]))
    assert len(json.loads(posted)["events"]) == BATCH
    parties.place.note(posted=posted.decode())
    stages.keep("drafts", parties)


def _recommended(parties: Together) -> None:
    referral, link = recommend(parties.member("muster"), "ATS-1")
    parties.member("muster").sync()
    parties.place.note(referral=referral, link=link)


def _granted(parties: Together) -> None:
    desk, link = parties.node().desk, parties.place.facts()["link"]
    secret = desk.grant(link, everything(desk.open(link)))
    parties.place.note(secret=secret)
    parties.member("muster").sync()


def _agreed(parties: Together) -> None:
    beispiel, muster = parties.member("beispiel"), parties.member("muster")
    beispiel.sync()
    [match] = beispiel.inbox()
    request = beispiel.request_contact(match, job="Backend")
    parties.place.note(request=request)
    beispiel.sync()
    muster.sync()
    parties.node().desk.answer(parties.place.facts()["secret"], request, accept=True)

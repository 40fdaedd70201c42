"""An alliance in memory whose coordinator reads and writes the papers."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.member.facade import Member
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.profile import Endorsement
from fachkraft_share.node.office.site import office_site
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.figures import end_of, year_of
from fachkraft_share.testing.person import Person as Candidate_
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Call, Person, Visit

ROLES = ("administrator", "coordinator", "reader")
PEOPLE = {one: Person(f"account-{one}", one.title(), frozenset({one})) for one in ROLES}
FORM = {
    "content-type": "application/x-www-form-urlencoded",
    "sec-fetch-site": "same-origin",
}


def gate(visit: Visit) -> Person | None:
    """Believe a cookie: who may sign in is the login's matter."""
    return PEOPLE.get(visit.cookie("who"))


@attrs.define
class Town:
    """An alliance and what its people did."""

    alliance: Alliance
    people: list[Candidate_] = attrs.field(factory=list)

    @property
    def node(self) -> Any:
        """The node's service."""
        return self.alliance.world.node.service

    def recommend(self, number: int = 1) -> list[Candidate_]:
        """Let the first member recommend people."""
        made = []
        for _ in range(number):
            at = self.alliance.world.clock.now()
            count = len(self.people)
            asked = self.alliance.members[0].recommend(
                Candidate(
                    given="Aylin",
                    family="Beispiel",
                    email="aylin@example.org",
                    postcode="38640",
                    occupation="43414",
                ),
                Endorsement(rank="second", strengths=["careful"]),
                application=f"ATS-{count}",
                rejected_on=dt.datetime.fromtimestamp(at, dt.UTC).date() - dt.timedelta(days=3),
            )
            self.people.append(self.alliance.person(asked.link))
            made.append(self.people[-1])
        return made

    def granted(self, number: int = 1) -> list[Candidate_]:
        """Recommend people who all consent."""
        made = self.recommend(number)
        for one in made:
            one.grant()
        self.alliance.settle()
        return made

    def asked(self, member: Member, number: int = 1) -> None:
        """Let a member ask for so many people it was shown, who all agree."""
        for match in list(member.inbox())[:number]:
            member.request_contact(match, job="Backend")
        self.alliance.settle()
        for one in self.people:
            for request in one.requests():
                one.agree(request.request)
        self.alliance.settle()

    def year_ends(self) -> int:
        """Let the year end, and return it."""
        clock = self.alliance.world.clock
        year = year_of(clock.now())
        self.alliance.pass_days((end_of(year) - clock.now()) // limits.DAY + 1)
        return year


@attrs.frozen
class Visitor:
    """Somebody who visits the papers' pages."""

    site: Site
    who: str
    language: str = "de"

    def get(self, path: str, **query: str) -> Response:
        """Open a page."""
        return self.call("GET", path, query=urlencode(query))

    def post(self, path: str, **fields: Any) -> Response:
        """Send a form from our own page."""
        body = urlencode(fields, doseq=True).encode()
        return self.call("POST", path, body=body, headers=FORM)

    def said(self, path: str, **query: str) -> str:
        """Return what a page says, without its markup."""
        answer = self.get(path, **query)
        assert answer.status == 200, answer.status
        return text(answer)

    def call(self, method: str, path: str, *, headers: Any = None, **more: Any) -> Response:
        """Call the site."""
        mine = {"cookie": f"who={self.who}", "accept-language": self.language}
        return self.site.respond(Call(method, path, headers=mine | (headers or {}), **more))


def text(response: Response) -> str:
    """Return what a page says, without its markup."""
    plain = re.sub(r"<[^>]+>", " ", response.body.decode())
    return re.sub(r"\s+", " ", unescape(plain))


@pytest.fixture
def town() -> Town:
    """A node with three members, of which two search."""
    made = Alliance("muster", "beispiel", "dritte")
    for member in made.members[1:]:
        member.add_search(occupation="43414", near="38640", within_km=50)
    return Town(made)


@pytest.fixture
def visitor(town: Town) -> Callable[..., Visitor]:
    """Return somebody with a role."""
    site = office_site(town.node, gate=gate)

    def as_role(who: str = "coordinator", language: str = "de") -> Visitor:
        return Visitor(site, who, language)

    return as_role

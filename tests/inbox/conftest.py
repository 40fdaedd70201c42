"""An alliance in memory and the inbox of its members, opened as a browser would."""

from datetime import date
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, Document, DocumentKind, Endorsement, Member
from fachkraft_share.member.inbox.site import inbox_site
from fachkraft_share.ports.runtime import Response
from fachkraft_share.testing.person import Person as AtDesk
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Call, Person, Visit

HEADERS = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
PDF = b"%PDF-1.7\n%%EOF\n"
AYLIN = Candidate(
    given="Aylin",
    family="Beispiel",
    email="aylin@example.org",
    phone="05321 123",
    postcode="38640",
    city="Goslar",
    title="Softwareentwicklerin",
    occupation="43414",
    skills=("Python", "SQL"),
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", PDF),),
)
PRAISE = Endorsement("second", ("reliable",), would_have_hired=True)  # type: ignore[arg-type]
REJECTED = date(2026, 11, 19)


def gate(visit: Visit) -> Person | None:
    """Believe a cookie that names the role."""
    role = visit.cookie("role")
    return Person(role, role, frozenset({role})) if role else None


@attrs.frozen
class Tab:
    """One browser of somebody with a role."""

    site: Site
    role: str = "hr"

    def get(self, path: str, **headers: str) -> Response:
        """Open a page; `path` may have a query."""
        return self._call("GET", path, b"", headers)

    def post(self, path: str, body: bytes | str = b"", **headers: str) -> Response:
        """Send a form."""
        sent = body.encode() if isinstance(body, str) else body
        return self._call("POST", path, sent, HEADERS | headers)

    def text(self, path: str) -> str:
        """Return a page's text; it must be there."""
        answer = self.get(path)
        assert answer.status == 200, (path, answer.status)
        return answer.body.decode()

    def _call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Response:
        where, _, query = path.partition("?")
        told = {"cookie": f"role={self.role}" if self.role else "", "host": "127.0.0.1", **headers}
        return self.site.respond(Call(method, where, query=query, headers=told, body=body))


@attrs.define
class Town:
    """An alliance of two, muster who recommends and beispiel who looks."""

    alliance: Alliance

    @property
    def muster(self) -> Member:
        """The origin."""
        return self.alliance.members[0]

    @property
    def beispiel(self) -> Member:
        """The recipient."""
        return self.alliance.members[1]

    def tab(self, member: Member, role: str = "hr") -> Tab:
        """Open a member's inbox."""
        return Tab(inbox_site(lambda: member, gate=gate), role)

    def recommended(self, candidate: Candidate = AYLIN, *, application: str = "A-1") -> Any:
        """Let muster recommend; return the recommendation."""
        return self.muster.recommend(
            candidate, PRAISE, application=application, rejected_on=REJECTED
        )

    def shown(self, candidate: Candidate = AYLIN) -> tuple[str, AtDesk]:
        """Let the person allow everything; return the referral and the person."""
        made = self.recommended(candidate)
        self.alliance.settle()
        person = self.alliance.person(made.link)
        person.grant()
        self.alliance.settle()
        return made.referral, person

    def disclosed(self, candidate: Candidate = AYLIN) -> tuple[str, AtDesk]:
        """Let beispiel ask and the person agree."""
        referral, person = self.shown(candidate)
        self.beispiel.request_contact(referral, job="Entwicklerin", message="Guten Tag")
        self.alliance.settle()
        person.agree()
        self.alliance.settle()
        return referral, person


@pytest.fixture
def town() -> Town:
    """A fresh alliance."""
    return Town(Alliance("muster", "beispiel"))

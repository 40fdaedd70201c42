"""An alliance in memory whose coordinator reads and writes the papers."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.member.facade import Member
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.profile import Endorsement
from fachkraft_share.node.office.site import office_site
from fachkraft_share.rules.figures import end_of, year_of
from fachkraft_share.testing.person import Person as Candidate_
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.testing.visitor import Visitor, believing


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
    site = office_site(town.node, gate=believing)

    def as_role(who: str = "coordinator", language: str = "de") -> Visitor:
        return Visitor(site, who, language)

    return as_role

"""The desk on a real node with real members: the end, its receipts and the bundle."""

import datetime as dt
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.desk.choice import everything
from fachkraft_share.node.desk.erasure_paper import erasure_paper
from fachkraft_share.node.desk.site import desk_site
from fachkraft_share.node.desk.views import Stage, Standing
from fachkraft_share.protocol.bundle import read_bundle
from fachkraft_share.protocol.verifying import verify_bundle
from fachkraft_share.testing.world import World
from fachkraft_share.web.paper import Heading
from fachkraft_share.web.saying import Saying
from fachkraft_share.web.visit import Call

RUNNER_UP = Candidate(
    "Zoë", "Xylophonia", postcode="38640", city="Goslar", occupation="43414", skills=("Java",)
)


class Harz(World):
    """Three members; one recommends."""

    def __init__(self) -> None:
        super().__init__(seed=7)
        for name in ("muster", "beispiel", "dritte"):
            self.join(name)
        self.settle()

    def settle(self) -> None:
        """Let everybody synchronise until all is quiet."""
        for _ in range(6):
            for party in self.members.values():
                party.member.sync()
            self.node.service.tick()
            self.clock.at += 60

    def recommended(self) -> str:
        """Recommend somebody and return the link's secret."""
        made = self.members["muster"].member.recommend(
            RUNNER_UP,
            Endorsement(Rank.SECOND, ("careful",)),
            application="A-1",
            rejected_on=dt.date(2026, 11, 19),
        )
        self.settle()
        return made.link.rpartition("/")[2]


@pytest.fixture
def harz() -> Any:
    """An alliance at work."""
    return Harz()


def test_a_confirmation_of_erasure_can_be_read_and_printed(harz: Any) -> None:
    """Who signed for what, each by name; not before the end."""
    pytest.importorskip("typst")
    desk, secret = harz.node.service.desk, harz.recommended()
    manage = desk.grant(secret, everything(desk.open(secret)))
    harz.settle()
    site, path = desk_site(desk), f"/d/{manage}/erased.pdf"
    assert site.respond(Call("GET", path)).status == 409
    desk.withdraw(manage)
    harz.settle()
    answer = site.respond(Call("GET", path))
    assert answer.body.startswith(b"%PDF")
    assert "Loeschbestaetigung.pdf" in answer.headers["Content-Disposition"]
    view = desk.open(manage)
    document = erasure_paper(
        view, view.ending, say=Saying(desk.texts("de")), settings=desk.settings, at=desk.now()
    )
    said = [one.text for one in document.blocks if isinstance(one, Heading)]
    assert said[:-1] == [one.organisation.name for one in view.holders]


def test_a_withdrawal_ends_in_receipts_and_a_bundle_that_verifies(harz: Any) -> None:
    """From "received" to "withdrawn", every holder settled, and proof to take along."""
    desk, secret = harz.node.service.desk, harz.recommended()
    manage = desk.grant(secret, everything(desk.open(secret)))
    harz.settle()
    served = [one for one in desk.open(manage).holders if one.role == "reader"]
    assert len(served) == 2
    assert all(one.custody_at for one in served)
    desk.withdraw(manage)
    assert not desk.open(manage).ending.durable
    harz.settle()
    view = desk.open(manage)
    assert view.ending.durable
    assert {one.standing for one in view.holders} <= {Standing.ERASED, Standing.RETAINED}
    bundle = read_bundle(desk.bundle(manage))
    root = harz.node.settings.root
    assert verify_bundle(bundle, suite=harz.suite, at=harz.clock.at, root=root).complete


def test_a_bundle_spans_a_renewed_list_and_a_newcomer(harz: Any) -> None:
    """Whoever signed under whichever list can be checked offline."""
    desk, secret = harz.node.service.desk, harz.recommended()
    manage = desk.grant(secret, everything(desk.open(secret)))
    harz.settle()
    for name in ("spaet", "weiter"):
        harz.join(name)
        harz.settle()
    desk.renew(manage, everything(desk.open(manage)))
    harz.settle()
    assert len(desk.open(manage).holders) == 6
    desk.withdraw(manage, "https://spaet.example")
    harz.settle()
    desk.withdraw(manage)
    harz.settle()
    root = harz.node.settings.root
    said = verify_bundle(
        read_bundle(desk.bundle(manage)), suite=harz.suite, at=harz.clock.at, root=root
    )
    assert said.complete, said.findings


def test_declining_leaves_nothing_but_the_no(harz: Any) -> None:
    """The origin learns of it and settles, too."""
    desk, secret = harz.node.service.desk, harz.recommended()
    desk.decline(secret)
    harz.settle()
    view = desk.open(secret)
    assert view.stage is Stage.DECLINED
    assert {one.standing for one in view.holders} <= {Standing.ERASED, Standing.RETAINED}


def test_a_bundle_verifies_after_months_of_lists(harz: Any) -> None:
    """Lists are signed anew every few days and statements every few weeks; few are needed."""
    desk, secret = harz.node.service.desk, harz.recommended()
    manage = desk.grant(secret, everything(desk.open(secret)))
    for _ in range(60):
        harz.clock.at += 2 * limits.DAY
        harz.node.service.tick()
    harz.settle()
    desk.withdraw(manage)
    harz.settle()
    bundle = read_bundle(desk.bundle(manage))
    root = harz.node.settings.root
    said = verify_bundle(bundle, suite=harz.suite, at=harz.clock.at, root=root)
    assert said.complete, said.findings
    assert len(bundle.federations) < 10

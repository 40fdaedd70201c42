"""Ninety days away, member, node or origin: ends first, nothing past its consent (P7)."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import QuarantineError, StateError
from fachkraft_share.model.organisation import Status
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.protocol.erasure import read_item
from fachkraft_share.protocol.records import Due, Part, Receipt, Token, Tombstone
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.world import NODE, address
from fachkraft_share.wire import jws

STEP = 3  # days between two looks; a list is renewed with three days left
AWAY = 90
AWAKE = ("muster", "dritte", "spaet")


@attrs.define
class Case:
    """A referral and its person."""

    id: str
    person: Person


@attrs.define
class Quarter:
    """The site before somebody goes away: `beispiel` has a dossier and four more profiles."""

    site: Any
    cases: dict[str, Case] = attrs.field(factory=dict)

    def introduce(self, name: str, **choice: Any) -> Case:
        """Let one more person consent."""
        referral, person = self.site.introduce(f"ATS-{name}")
        person.grant(**choice)
        self.cases[name] = Case(referral, person)
        return self.cases[name]

    def known(self, name: str) -> list[str]:
        """Return which of the cases people at this member can read now."""
        member = self.site.members[name]
        try:
            shown = {one.referral for one in (*member.inbox(), *member.received())}
        except (StateError, QuarantineError):
            return []  # the list has expired, or ends are not heard yet: nothing is shown
        return sorted(name for name, case in self.cases.items() if case.id in shown)

    def pass_days(self, days: int, *, awake: tuple[str, ...] = AWAKE, tick: bool = True) -> None:
        """Let time pass for those who are there."""
        for _ in range(0, days, STEP):
            self.site.clock.pass_time(STEP * limits.DAY)
            for name in awake:
                self.site.members[name].sync()
            if tick:
                self.site.node.tick()


def kept_of(site: Any, name: str, referral: str) -> list[str]:
    """Return what a member has of a referral beside the fact that it ended."""
    engine = site.members[name].engine
    with engine.store.begin(write=False) as transaction:
        found = ["profile"] * bool(transaction.every(Part, referral=referral))
        tokens = transaction.every(Token, referral=referral, personal=True)
    found += ["body"] * any(one.body is not None for one in tokens)
    return found + ["key"] * (engine.keys.get(referral) is not None)


@pytest.fixture
def quarter(received: Any) -> Quarter:
    """Return an alliance in which `beispiel` holds one dossier and four more profiles."""
    found = Quarter(received)
    found.cases["dossier"] = Case(received.referral, received.person)
    found.introduce("short", months=1)
    found.introduce("renewed", months=2)
    found.introduce("told apart")
    found.introduce("lasting")
    received.settle()
    assert found.known("beispiel") == sorted(found.cases)
    received.pages.clear()
    return found


def test_a_member_that_was_away_hears_what_ended_before_anything_new(quarter: Quarter) -> None:
    """It reads nothing past its consent, also before; then it signs for all, then come news."""
    site = quarter.site
    first_list = site.members["beispiel"].engine.directories.now().newest.name.number
    quarter.pass_days(9)
    quarter.cases["dossier"].person.withdraw()
    quarter.cases["told apart"].person.withdraw(address("beispiel"))
    quarter.introduce("new", months=12)
    quarter.introduce("came and went", months=12)
    site.members["dritte"].rotate_keys()
    supplement(site)
    quarter.pass_days(30)
    quarter.cases["renewed"].person.renew(months=12)
    quarter.cases["came and went"].person.withdraw()
    site.members["dritte"].rotate_keys()
    site.node.authority.change(address("spaet"), Status.LEFT)
    quarter.pass_days(51)
    assert quarter.known("beispiel") == []  # away, and asked by its people
    site.node.tick()

    before = len(site.pages)
    report = site.members["beispiel"].sync()
    pages = [page for name, page in site.pages[before:] if name == "beispiel"]
    assert (report.online, report.problems, report.parked) == (True, (), 0)
    assert_closures_first(pages)
    assert quarter.known("beispiel") == ["lasting", "new", "renewed"]
    newest = site.members["beispiel"].engine.directories.now().newest.name.number
    assert newest > first_list + 15
    for name in ("dossier", "short", "told apart", "came and went"):
        assert kept_of(site, "beispiel", quarter.cases[name].id) == []
    site.settle()
    assert site.rows(Due, holder=address("beispiel")) == ()
    for name in ("dossier", "short"):
        assert quarter.cases[name].person.bundle().verify()
    assert site.members["beispiel"].sync().problems == ()


def supplement(site: Any) -> None:
    """Agree, and rename the alliance by a supplement."""
    agreeing, year = site.node.agreeing, site.clock.now() + 366 * limits.DAY
    agreeing.sign(agreeing.cooperate(Terms(until=year, legal="Vertrag 7")))
    agreeing.sign(agreeing.cooperate(Terms(until=year, legal="Vertrag 7", name="Harz und Heide")))


def assert_closures_first(pages: list[dict[str, Any]]) -> None:
    """No event goes out while an end is still to be told."""
    ends = [place for place, page in enumerate(pages) if page["closures"]]
    news = [place for place, page in enumerate(pages) if page["events"]]
    assert ends
    assert news
    assert ends[0] <= news[0]
    given = [place for place in news if published(pages[place])]
    owing = [place for place, page in enumerate(pages) if page["status"]["owes"]]
    assert given[0] > ends[0], "new referrals come after the receipts for what had ended"
    assert owing[-1] < given[0]


def published(page: dict[str, Any]) -> list[str]:
    """Return the referrals a page gives."""
    claims = [jws.parse(one["token"], types=tuple(jws.Type)).claims for one in page["events"]]
    return [
        str(one["txn"]) for one in claims if "urn:fks:event:referral.published:1" in one["events"]
    ]


def test_what_time_closed_while_a_member_was_alone_comes_back_with_a_newer_consent(
    quarter: Quarter,
) -> None:
    """It erased by itself; hearing of the renewal all goes on, up to signing for a dossier."""
    site, case = quarter.site, quarter.cases["renewed"]
    case.person.renew(months=12)
    site.cut.add("beispiel")
    quarter.pass_days(AWAY, awake=(*AWAKE, "beispiel"))
    assert quarter.known("beispiel") == []
    assert kept_of(site, "beispiel", case.id) == []
    site.cut.clear()
    site.settle()
    assert "renewed" in quarter.known("beispiel")
    site.members["beispiel"].request_contact(case.id, job="Backend")
    site.settle(rounds=2)
    case.person.agree()
    site.settle(rounds=2)
    assert case.id in {one.referral for one in site.members["beispiel"].received()}
    case.person.withdraw()
    site.settle()
    assert kept_of(site, "beispiel", case.id) == []
    [signed] = site.rows(Receipt, referral=case.id, holder=address("beispiel"))
    states = {one.category: str(one.state) for one in read_item(signed.part).categories}
    assert (states["profile"], states["dossier"]) == ("erased", "erased")
    assert case.person.bundle().verify()


def test_a_node_that_was_away_closes_what_ended_before_it_serves_anything(
    quarter: Quarter,
) -> None:
    """Its list and all statements have expired: it signs new ones; time has closed the rest."""
    site = quarter.site
    site.stop("node")
    quarter.pass_days(AWAY + STEP, awake=(*AWAKE, "beispiel"), tick=False)
    for name in ("beispiel", "dritte"):
        assert quarter.known(name) == []
    site.start("node")
    before = len(site.pages)
    with pytest.raises(QuarantineError):
        site.members["beispiel"].request_contact(quarter.cases["lasting"].id, job="Backend")
    site.node.tick()
    site.settle()
    assert "short" not in published_cases(quarter, before)
    assert quarter.known("beispiel") == ["dossier", "lasting", "told apart"]
    for name in ("short", "renewed"):
        assert [one.scope for one in site.rows(Tombstone, referral=quarter.cases[name].id)] == [
            "all"
        ]
        assert quarter.cases[name].person.bundle().verify()
    site.members["beispiel"].request_contact(quarter.cases["lasting"].id, job="Backend")
    site.settle(rounds=2)
    assert len(quarter.cases["lasting"].person.requests()) == 1


def test_a_withdrawal_counts_while_the_origin_is_away(quarter: Quarter) -> None:
    """The node ends it with everybody who holds it; the origin signs when it is back."""
    site, case = quarter.site, quarter.cases["dossier"]
    quarter.cases["renewed"].person.renew(months=12)
    awake = ("beispiel", "dritte", "spaet")
    quarter.pass_days(9, awake=awake)
    case.person.withdraw()
    quarter.pass_days(STEP, awake=awake)
    assert "dossier" not in quarter.known("beispiel")
    assert site.settled() == {NODE, *map(address, ("beispiel", "dritte", "spaet"))}
    assert not case.person.bundle().verify()  # one holder has not signed, and is named
    quarter.pass_days(AWAY, awake=awake)
    assert site.rows(Due, holder=address("muster")) != ()
    site.sync("muster")
    site.settle(rounds=2)
    assert site.rows(Due, holder=address("muster")) == ()
    assert address("muster") in site.settled()
    site.members["beispiel"].request_contact(quarter.cases["renewed"].id, job="Backend")
    site.settle(rounds=2)
    quarter.cases["renewed"].person.agree()
    site.settle(rounds=2)
    received = {one.referral for one in site.members["beispiel"].received()}
    assert quarter.cases["renewed"].id in received, "the origin kept what the renewal covers"


def published_cases(quarter: Quarter, since: int) -> list[str]:
    """Return which cases were given to anybody since that page."""
    given = {id for _, page in quarter.site.pages[since:] for id in published(page)}
    return sorted(name for name, case in quarter.cases.items() if case.id in given)

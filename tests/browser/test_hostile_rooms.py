"""Hostile names in every room: candidates', members', an account's, the alliance's own.

Several strings stand on one page at once. Every page shows them as words, loads nothing because of
them and runs nothing; what is printed or saved holds no script, no link of theirs and no formula.
"""

import csv
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import attrs
import pikepdf
import pytest

from fachkraft_share import Candidate, Endorsement, Member
from fachkraft_share.cli.local_site import LocalSite
from fachkraft_share.member.inbox.site import inbox_site
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.login import office_login, office_with_login
from fachkraft_share.node.office.site import DAILY, LOOKING_AFTER
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.testing.world import address
from fachkraft_share.web.visit import Person

ATTRIBUTE = '" autofocus onfocus=window.hit=1 x="'
OTHER = "' onmouseover='window.hit=1"
SCRIPT = "<script>window.hit=1</script>"
# Of a candidate's name a member drops what is a tag before anybody sees it; the first four stay.
SCRIPTS = (
    ATTRIBUTE,
    OTHER,
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "{{constructor.constructor('window.hit=1')()}}",
    SCRIPT,
    '"><img src=x onerror="window.hit=1">',
    "'><svg/onload=window.hit=1>",
    "<iframe src=javascript:parent.hit=1>",
    "</textarea></title></style><script>window.hit=1</script>",
    "<input autofocus onfocus=window.hit=1>",
    "<link rel=stylesheet href=https://fremd.example/x.css>",
    "<meta http-equiv=refresh content=0;url=https://fremd.example/>",
    "<img src=x onerror=window.hit=1 x=",
    "=HYPERLINK(1)",
    "javascript:window.hit=1",
    "Zoë O'Brien-Ünal \u202eevil",
)
FIRM = '"><script>window.hit=1</script> GmbH'
ALLIANCE = "=1+1<script>window.hit=1</script>"
# What a hostile text would have made of itself; nothing of ours has any of it.
MADE = (
    "script:not([src]), script[src*='fremd'], iframe, object, embed, style, img[src='x'],"
    "[onerror], [onload], [onfocus], meta[http-equiv], link[href*='fremd'], a[href^='javascript'],"
    "svg[onload], input[autofocus][onfocus]"
)
ACTIVE = {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/EmbeddedFiles"}


@attrs.frozen
class Town:
    """A served node whose office somebody of a hostile name signs in to."""

    alliance: Alliance
    url: str
    referral: str
    link: str

    @property
    def firms(self) -> tuple[Member, ...]:
        """Return an honest one and the one of the hostile name."""
        return self.alliance.members[0], self.alliance.members[2]

    def console(self) -> str:
        """Return a link that signs the first administrator in."""
        node = self.alliance.world.node.service
        return str(office_login(node).console_link())


def people() -> Iterator[Candidate]:
    """Return candidates in whose every field something hostile stands."""
    for at in range(0, len(SCRIPTS), 4):
        given, family, street, city = SCRIPTS[at : at + 4]
        yield Candidate(
            given=given,
            family=family,
            street=street,
            city=city,
            phone=f"0532 {at}",
            title="Softwareentwicklerin",
            occupation="43414",
        )


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """Everybody recommended, allowed, asked for and disclosed, each name a hostile one."""
    made = Alliance("muster", "beispiel")
    made.world.join("fremd", called=FIRM)
    made.settle()
    muster, _, hostile = made.members
    node = made.world.node.service
    for origin, asker in ((hostile, muster), (muster, hostile)):
        for number, one in enumerate(people()):
            invited = origin.recommend(
                one,
                Endorsement(rank="second"),
                application=f"ATS-{number}",
                rejected_on=date(2026, 11, 19),
            )
            made.settle()
            person = made.person(invited.link)
            person.grant()
            made.settle()
            words = SCRIPTS[number]
            asker.request_contact(invited.referral, job=words, message=words, contact=words)
            made.settle()
            person.agree()
            made.settle()
    exchange = node.exchange
    exchange.settings = attrs.evolve(exchange.settings, name=ALLIANCE)
    with serving(node, office=office_with_login(node)) as served:
        url = served.replace("127.0.0.1", "localhost")
        exchange.settings = attrs.evolve(exchange.settings, url=url)
        yield Town(made, url, invited.referral, f"{url}/d/{person.secret}")


@contextmanager
def inbox(member: Member) -> Iterator[str]:
    """Serve a member's inbox; return its link."""
    person = Person("local", SCRIPTS[1], frozenset({"administrator", "hr"}))
    with LocalSite(inbox_site(lambda: member, gate=lambda _: person, login="")) as local:
        thread = threading.Thread(target=local.run)
        thread.start()
        try:
            yield local.link
        finally:
            local.stop()
            thread.join()


def holds(page: Any, *texts: str) -> None:
    """Hold that the page shows these, and that nothing hostile came to life."""
    assert page.evaluate("window.hit") is None, page.url
    found = page.locator(MADE)
    assert found.count() == 0, (page.url, found.first.evaluate("one => one.outerHTML"))
    shown = page.locator("body").inner_text()
    for one in texts:
        assert one in shown, (one, page.url)


def test_the_inbox_shows_them_as_words(town: Town, tab: Any) -> None:
    """Profiles, requests, contacts, recommendations and what staff is shown beside."""
    honest, hostile = town.firms
    page = tab()
    for member, other in ((honest, FIRM), (hostile, "Muster GmbH")):
        with inbox(member) as link:
            page.goto(link)
            page.wait_for_url("http://127.0.0.1:*/")
            root = page.url.rstrip("/")
            rows = member.received()
            assert len(rows) == len(SCRIPTS) // 4
            page.goto(f"{root}/received")
            holds(page, ATTRIBUTE, OTHER, *(row.candidate.family for row in rows))
            for row in rows:
                page.goto(f"{root}/received/{row.referral}")
                holds(page, row.candidate.family, row.candidate.street, row.candidate.city, other)
            page.goto(f"{root}/recommended")
            holds(page, ATTRIBUTE, OTHER)
            for path in ("waiting", "profiles", "searches", "rights", "figures", "settings", ""):
                page.goto(f"{root}/{path}")
                holds(page)


def test_the_preview_and_the_letter_show_them_as_words(town: Town, tab: Any) -> None:
    """Typed into the form, shown again with a fault, in the preview, and in the letter."""
    page = tab()
    with inbox(town.firms[1]) as link:
        page.goto(link)
        page.wait_for_url("http://127.0.0.1:*/")
        page.goto(f"{page.url}recommend")
        for name, text in zip(("given", "family", "city", "application"), SCRIPTS, strict=False):
            page.fill(f"[name={name}]", text)
        page.fill("[name=title]", SCRIPT)
        page.locator("[name=rejected_on]").first.fill("2026-11-19")
        page.locator("form[action='/recommend'] .actions button").click()
        holds(page, SCRIPTS[0])
        page.goto(page.url + "/edit")
        holds(page)
        assert page.input_value("[name=given]") == ATTRIBUTE
        page.fill("[name=title]", "Softwareentwicklerin")
        page.locator("form[action*='/edit'] .actions button").click()
        holds(page, SCRIPTS[0], SCRIPTS[1])
        page.locator("main form .actions button:not(.quiet)").click()
        holds(page, SCRIPTS[0], SCRIPTS[1], FIRM)


def test_the_desk_shows_the_member_s_name_as_words(town: Town, tab: Any) -> None:
    """As who asks, who holds and who may read; the mail to the person has no line of theirs."""
    page = tab()
    for path in ("", "/holders", "/papers", "/receipt", "/rights", "/complain", "/withdraw"):
        page.goto(f"{town.link}{path}")
        holds(page, *((FIRM,) if path in ("", "/holders") else ()))


def test_the_office_and_its_papers_show_them_as_words(town: Town, tab: Any) -> None:
    """Signed in under a hostile name; then each page, each table and each PDF."""
    page = tab()
    page.goto(town.console())
    page.fill("#name", SCRIPT)
    page.fill("#mail", "ada@kammer.example")
    page.click("main button")
    page.wait_for_url("**/office/")
    holds(page, SCRIPT)
    office, id = f"{town.url}/office", address("fremd")
    for path in [link.path for link in (*DAILY, *LOOKING_AFTER)]:
        page.goto(f"{office}{path}")
        holds(page, SCRIPT)
    page.goto(f"{office}/members")
    holds(page, FIRM)
    for path in ("members/one", "members/roles", "members/change/suspend"):
        page.goto(f"{office}/{path}?id={id}")
        holds(page, FIRM)
    page.goto(f"{office}/members/invite")
    page.fill("[name=name]", SCRIPTS[1])
    page.locator("[name=role]").first.check()
    page.locator("main form button").last.click()
    holds(page, SCRIPTS[1])
    for path in ("record", "dpia", "measures"):
        page.goto(f"{office}/{path}")
        holds(page)
        is_inert(page.request.get(f"{office}/{path}/pdf").body())
    is_inert(page.request.get(f"{office}/report/pdf").body())
    table = page.request.get(f"{office}/report/table").body().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(table), delimiter=";") for cell in row]
    assert any(ALLIANCE in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_a_breach_names_them_as_words(town: Town, tab: Any) -> None:
    """The case, the report to the authority and the letter to the person, each with its PDF."""
    page = tab()
    page.goto(town.console())
    page.fill("#name", SCRIPTS[2])
    page.fill("#mail", "eva@kammer.example")
    page.click("main button")
    page.wait_for_url("**/office/")
    page.goto(f"{town.url}/office/breach/find")
    page.fill("#referral", town.referral)
    page.locator("main form button").last.click()
    holds(page, FIRM)
    page.get_by_label(FIRM).first.check()
    page.fill("#hours", "5")
    page.locator("main form button").last.click()
    holds(page, FIRM)
    case = page.url.partition("?")[0]
    for letter in ("authority", "person"):
        page.goto(f"{case}/{letter}")
        holds(page)
        is_inert(page.request.get(f"{case}/{letter}/pdf").body())


def is_inert(paper: bytes) -> None:
    """Hold that a PDF does nothing when opened, and leads nowhere a hostile text wanted."""
    with pikepdf.open(io.BytesIO(paper)) as made:
        for one in made.objects:
            if isinstance(one, pikepdf.Dictionary):
                assert not ACTIVE & set(one.keys())
                assert "fremd" not in str(one.get("/URI", ""))

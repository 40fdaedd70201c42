"""People present themselves at a chamber's host, in a real Chromium."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.host.contract import accept, version
from fachkraft_share.host.doors import login_of
from fachkraft_share.host.folder import Host, init, open_host
from fachkraft_share.host.opened import Opened
from fachkraft_share.host.pages import frame_of
from fachkraft_share.host.presenting.keeping import Presentations
from fachkraft_share.host.serve import serving
from fachkraft_share.host.settings import Settings
from fachkraft_share.node.http.serve import serving as serving_node
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.legal import LegalSettings
from fachkraft_share.web.visit import Person

SCHOOL = "Hochschule Harz"


@attrs.define
class Place:
    """A served host with one university, and a served node."""

    alliance: Alliance
    host: Host
    url: str
    slug: str

    @property
    def root(self) -> str:
        """Where the university's pages stand."""
        return f"{self.url}/f/{self.slug}"

    def settle(self) -> None:
        """Let everybody synchronise."""
        opened = Opened(self.host)
        for _ in range(3):
            self.alliance.settle()
            opened.firm(self.slug).member.sync()
            self.alliance.world.node.service.tick()
        opened.close()

    def invited(self) -> str:
        """Return the address of a new invitation."""
        opened = Opened(self.host)
        kept = Presentations(opened.firm(self.slug))
        [made] = kept.invite(1, kind="graduate", language="de", group="2026", by="x")
        opened.close()
        return f"{self.root}/p/{made.secret}"

    def staff(self, page: Any) -> None:
        """Sign an administrator in."""
        opened = Opened(self.host)
        firm = opened.firm(self.slug)
        link = login_of(self.host, firm, frame_of(self.host, self.slug)).console_link()
        opened.close()
        page.goto(self.url + link.partition("8767")[2])
        page.fill("[name=name]", "Petra Beispiel")
        page.fill("[name=mail]", "petra@hochschule.example")
        page.locator("main button").first.click()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The university has accepted its contract."""
    alliance = Alliance("muster")
    folder = tmp_path_factory.mktemp("host") / "host"
    settings = Settings(
        url="http://127.0.0.1:8767",
        measures="https://kammer.example/tom.pdf",
        legal=LegalSettings(
            name="Postfach der Kammer", operator="IHK Beispiel", contact="x@kammer.example"
        ),
        mail=MailSettings("127.0.0.1", 9, "x@kammer.example", tls="none"),
    )
    init(folder, settings).close()
    host = open_host(folder, runtime=alliance.world.runtime("host"))
    service = alliance.world.node.service
    with serving_node(service) as node_url, serving(host) as (url, _):
        service.exchange.settings = attrs.evolve(service.exchange.settings, url=node_url)
        code = service.enrolment.invite(SCHOOL, ["education"])
        alliance.world.reachable[node_url] = alliance.world.handle
        row = host.add(
            code, id="https://hochschule.example", name=SCHOOL, contact="Career Service, 03943 1"
        )
        opened = Opened(host)
        who = Person("a", "Petra Beispiel", frozenset({"administrator"}))
        wanted = version(settings, row)
        beside = opened.firm(row.slug).beside
        accept(beside, settings, row, shown=wanted, who=who, at=host.now())
        opened.close()
        yield Place(alliance, host, url, row.slug)
    host.close()


STEPS = (
    {
        "given": "Lea",
        "family": "Müller-Lüdenscheidt",
        "email": "lea@example.org",
        "postcode": "38640",
        "city": "Goslar",
    },
    {"title": "Softwareentwicklerin"},
    {"degree": "Bachelor Informatik"},
    {"skills": "Python, SQL, Zauberei"},
    {},
)


def fill(
    page: Any, *, minor: bool = False, cv: Path | None = None, look: Any = None, **other: str
) -> None:
    """Answer all steps as a graduate does, or `other`; `look` looks at each page."""
    for step, values in enumerate(STEPS, 1):
        for name, value in values.items():
            page.fill(f"[name={name}]", other.get(name, value))
        if step == 4:
            page.select_option("[name=language1]", "en")
            page.select_option("[name=level1]", "C1")
        if step == 5:
            page.select_option("[name=availability]", "now")
            page.check("#age-minor" if minor else "#age-adult")
            if cv is not None:
                page.set_input_files("[name=cv]", cv)
        if look is not None:
            look(step)
        page.locator("main form button:not([name])").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_graduate_from_the_invitation_to_the_end(
    place: Place, tab: Any, audit: Any, tmp_path: Path, language: str, javascript: bool
) -> None:
    """Invited, entered, confirmed, at the desk, seen by a firm, withdrawn, erased."""
    name = f"{language}-{javascript}"
    locale = "de-DE" if language == "de" else "en-GB"
    lea = tab(javascript=javascript, locale=locale, width=320)
    lea.goto(f"{place.invited()}?lang={language}")
    audit(lea, f"presenting-welcome-{name}", axe_can_run=javascript)
    lea.locator("main .actions a").first.click()
    lea.locator("main form button").first.click()
    assert lea.locator("[role=alert]").is_visible()
    audit(lea, f"presenting-faults-{name}", axe_can_run=javascript)
    cv = tmp_path / "Lebenslauf.pdf"
    cv.write_bytes(b"%PDF-1.7\n%%EOF\n")
    fill(
        lea,
        cv=cv,
        look=lambda step: audit(lea, f"presenting-step{step}-{name}", axe_can_run=javascript),
    )
    assert "Müller" not in lea.inner_text("main")
    audit(lea, f"presenting-check-{name}", axe_can_run=javascript)
    own = lea.url
    lea.locator("form[action*='/wish'] button").click()
    staff = tab(javascript=javascript, locale=locale)
    place.staff(staff)
    staff.goto(f"{place.root}/presentations?lang={language}")
    audit(staff, f"presenting-list-{name}", axe_can_run=javascript)
    staff.locator("main table a").first.click()
    audit(staff, f"presenting-one-{name}", axe_can_run=javascript)
    staff.check("#confirmed-degree_seen")
    staff.check("#seen-yes")
    staff.locator("form[action*='/confirm'] button").click()
    assert staff.locator("[role=status]").is_visible()
    lea.goto(own)
    audit(lea, f"presenting-confirmed-{name}", axe_can_run=javascript)
    lea.locator("form[action*='/hand-over'] button").click()
    audit(lea, f"presenting-handed-{name}", axe_can_run=javascript)
    place.settle()
    desk = lea.locator("main .actions a").first.get_attribute("href")
    lea.goto(desk)
    person = place.alliance.person(re.sub(r"\?.*", "", desk))
    [muster] = place.alliance.members
    muster.add_search(skills=["python"])
    person.grant()
    place.settle()
    assert "degree_seen" in muster.inbox()[0].profile.endorsement.strengths
    lea.goto(own)
    audit(lea, f"presenting-decided-{name}", axe_can_run=javascript)
    lea.locator("main a[href*='/delete']").click()
    audit(lea, f"presenting-delete-{name}", axe_can_run=javascript)
    lea.locator("main form button").first.click()
    audit(lea, f"presenting-deleted-{name}", axe_can_run=javascript)
    place.settle()
    assert muster.inbox() == []
    assert lea.goto(own).status == 404


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_an_occupation_is_searched_by_a_word(
    place: Place, tab: Any, audit: Any, javascript: bool
) -> None:
    """While one types, or by the button; what is chosen is still chosen on coming back."""
    lea = tab(width=320, javascript=javascript)
    lea.goto(f"{place.invited()}/enter/2?lang=de_simple")
    lea.locator("#title").press_sequentially("Verkäufer")
    if not javascript:
        lea.click("button[value=search]")
    lea.wait_for_selector("#found input")
    assert "Verk" not in lea.url
    lea.locator("#found input").first.check()
    audit(lea, f"presenting-search-{javascript}", axe_can_run=javascript)
    lea.locator("main form button:not([name])").click()
    lea.click("button[value=back]")
    assert lea.locator("#found input").first.is_checked()


def test_leichte_sprache_on_every_page(place: Place, tab: Any, audit: Any) -> None:
    """Child and parent, from the invitation to the desk."""
    child, parent = tab(width=320), tab(width=320)
    child.goto(f"{place.invited()}?lang=de_simple")
    audit(child, "presenting-simple-welcome")
    child.locator("main .actions a").first.click()
    fill(child, minor=True, look=lambda step: audit(child, f"presenting-simple-step{step}"))
    audit(child, "presenting-simple-minor")
    own = child.url
    child.locator("a[href*='/letter']").click()
    audit(child, "presenting-simple-letter")
    link = child.locator("p.link").inner_text()
    parent.goto(place.url + link.partition("8767")[2])
    audit(parent, "presenting-simple-parent")
    parent.fill("[name=name]", "Ina Müller-Lüdenscheidt")
    parent.check("#agree-yes")
    parent.locator("main form button").first.click()
    audit(parent, "presenting-simple-parent-done")
    child.goto(own)
    child.locator("form[action*='/hand-over'] button").click()
    audit(child, "presenting-simple-handed")
    child.goto(child.locator("main .actions a").first.get_attribute("href"))
    assert child.locator("html").get_attribute("lang") == "de-simple"
    parent.goto(place.url + link.partition("8767")[2])
    parent.locator("main a[href*='/withdraw']").click()
    audit(parent, "presenting-simple-parent-withdraw")
    parent.locator("main form button").first.click()
    audit(parent, "presenting-simple-parent-withdrawn")


def test_hostile_names_are_only_words(place: Place, tab: Any) -> None:
    """On the person's own pages, in the staff's list and on the page about one person."""
    evil = '" autofocus onfocus=window.hit=1 x="<script>window.hit=1</script>'
    own = tab(width=320)
    own.goto(f"{place.invited()}/enter")
    fill(own, given=evil, family=evil, city=evil, degree=evil)
    own.locator("form[action*='/wish'] button").click()
    staff = tab()
    place.staff(staff)
    staff.goto(f"{place.root}/presentations")
    assert "autofocus onfocus" in staff.locator("main").inner_text()
    staff.get_by_role("link", name="autofocus").first.click()
    for page in (own, staff):
        assert page.evaluate("window.hit") is None
        assert page.locator("script:not([src]), [onfocus]").count() == 0


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_minor_and_a_parent(place: Place, tab: Any, audit: Any, language: str) -> None:
    """Letter, the parent's page, what is missing, the yes."""
    child = tab(width=320)
    child.goto(f"{place.invited()}/enter?lang={language}")
    fill(child, minor=True)
    assert child.locator("form[action*='/hand-over']").count() == 0
    audit(child, f"presenting-minor-{language}")
    own = child.url
    child.locator("a[href*='/letter']").click()
    audit(child, f"presenting-letter-{language}")
    link = child.locator("p.link").inner_text()
    parent = tab(width=320)
    parent.goto(place.url + link.partition("8767")[2] + f"?lang={language}")
    parent.locator("main form button").first.click()
    assert parent.locator("#agree-fault").is_visible()
    audit(parent, f"presenting-parent-faults-{language}")
    parent.fill("[name=name]", "Ina Müller-Lüdenscheidt")
    parent.focus("#agree-yes")
    parent.keyboard.press("Space")
    parent.keyboard.press("Tab")
    parent.keyboard.press("Enter")
    parent.wait_for_selector("[role=status]")
    audit(parent, f"presenting-parent-done-{language}")
    child.goto(own)
    assert child.locator("form[action*='/hand-over'] button").count() == 1


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_class_is_invited(
    place: Place, tab: Any, audit: Any, tmp_path: Path, language: str
) -> None:
    """By a file with a fault in it, and by slips to hand out."""
    page = tab()
    place.staff(page)
    page.goto(f"{place.root}/presentations/invite?lang={language}")
    audit(page, f"presenting-invite-{language}")
    page.locator("form[action*='/check'] button").click()
    assert page.locator("[role=alert]").is_visible()
    audit(page, f"presenting-invite-faults-{language}")
    sheet = tmp_path / "klasse.csv"
    sheet.write_text("Name;Mail\nLea;lea@example.org\nTom;tom\n", encoding="utf-8")
    page.set_input_files("[name=file]", sheet)
    page.locator("form[action*='/check'] button").click()
    audit(page, f"presenting-preview-{language}")
    page.locator("main form button").first.click()
    assert page.locator("[role=status]").is_visible()
    page.goto(f"{place.root}/presentations/invite?lang={language}")
    page.fill("[name=number]", "2")
    page.locator("form[action*='/codes'] button").click()
    assert page.locator("figure.qr-box").count() == 2
    audit(page, f"presenting-codes-{language}")
    page.goto(f"{place.root}/presentations?lang={language}")
    before = page.locator("main tbody tr").count()
    page.locator("main table a").first.click()
    page.locator("main a[href*='/delete']").click()
    audit(page, f"presenting-delete-one-{language}")
    page.locator("main form button").first.click()
    assert page.locator("main tbody tr").count() == before - 1


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("host:presenting", "de", "en") == []

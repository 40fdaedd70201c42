"""People present themselves at a chamber's host, in a real Chromium."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from fachkraft_share.member.recommending import roles_of
from fachkraft_share.node.http.serve import serving as serving_node
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.legal import LegalSettings
from fachkraft_share.web.visit import Person

SCHOOL = "Hochschule Harz"
CENTRE = "Welcome Center Harz"
STAFF_ONLY = {"codes", "delete_one", "invite", "list", "one", "preview"}
LANGUAGES = [("de", True), ("de", False), ("en", True), ("en", False)]
IDS = ["de-script", "de-plain", "en-script", "en-plain"]
LOCALE = {"de": "de-DE", "en": "en-GB"}


@attrs.define
class Place:
    """A served host with a university and a welcome centre, and a served node."""

    alliance: Alliance
    host: Host
    url: str
    slugs: dict[str, str] = attrs.field(factory=dict)

    def root(self, name: str = SCHOOL) -> str:
        """Where a member's pages stand."""
        return f"{self.url}/f/{self.slugs[name]}"

    def add(self, name: str, role: str) -> None:
        """Let a member join and accept its contract."""
        code = self.alliance.world.node.service.enrolment.invite(name, [role])
        id = f"https://{name.split(maxsplit=1)[0].lower()}.example"
        row = self.host.add(code, id=id, name=name, contact="Career Service, 03943 1")
        self.slugs[name] = row.slug
        opened = Opened(self.host)
        who = Person("a", "Petra Beispiel", frozenset({"administrator"}))
        firm, told = opened.firm(row.slug), self.host.settings
        roles = roles_of(firm.member.engine)
        shown, at = version(told, row, roles=roles), self.host.now()
        accept(firm.beside, told, row, roles=roles, shown=shown, who=who, at=at)
        opened.close()

    def settle(self) -> None:
        """Let everybody synchronise."""
        opened = Opened(self.host)
        for _ in range(3):
            self.alliance.settle()
            for slug in self.slugs.values():
                opened.firm(slug).member.sync()
            self.alliance.world.node.service.tick()
        opened.close()

    def invited(self) -> str:
        """Return the address of a new invitation."""
        opened = Opened(self.host)
        kept = Presentations(opened.firm(self.slugs[SCHOOL]))
        [made] = kept.invite(1, kind="graduate", language="de", group="2026", by="x")
        opened.close()
        return f"{self.root()}/p/{made.secret}"

    def here(self, link: str) -> str:
        """Return a link as it is reached on this server."""
        return self.url + link.partition("8767")[2]

    def person(self, desk: str) -> Any:
        """Return whoever holds this link to the desk."""
        return self.alliance.person(desk.partition("?")[0])

    def staff(self, page: Any, name: str = SCHOOL) -> None:
        """Sign an administrator in."""
        opened, slug = Opened(self.host), self.slugs[name]
        link = login_of(self.host, opened.firm(slug), frame_of(self.host, slug)).console_link()
        opened.close()
        page.goto(self.here(link))
        page.fill("[name=name]", "Petra Beispiel")
        page.fill("[name=mail]", "petra@hochschule.example")
        page.locator("main button").first.click()

    @contextmanager
    def node_away(self) -> Iterator[None]:
        """Let no node be reached while the block runs."""
        known = dict(self.alliance.world.reachable)
        self.alliance.world.reachable.clear()
        try:
            yield
        finally:
            self.alliance.world.reachable.update(known)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Both have accepted their contract."""
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
        alliance.world.reachable[node_url] = alliance.world.handle
        made = Place(alliance, host, url)
        made.add(SCHOOL, "education")
        made.add(CENTRE, "advice")
        yield made
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
    page: Any,
    *,
    minor: bool = False,
    look: Callable[[int | str], None] = lambda _: None,
    cv: Path | None = None,
    **other: str,
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
            if cv is not None:  # the age is forgotten at first
                page.set_input_files("[name=cv]", cv)
                page.locator("main form button:not([name])").click()
                assert page.locator("main [role=status]").is_visible()
                look("cv")
            page.check("#age-minor" if minor else "#age-adult")
        look(step)
        page.locator("main form button:not([name])").click()


@pytest.mark.parametrize(("language", "javascript"), LANGUAGES, ids=IDS)
def test_a_graduate_from_the_invitation_to_the_end(
    place: Place, tab: Any, audit: Any, tmp_path: Path, language: str, javascript: bool
) -> None:
    """Invited, entered, confirmed, at the desk, seen by a firm, withdrawn, erased."""
    name = f"{language}-{javascript}"
    lea = tab(javascript=javascript, locale=LOCALE[language], width=320)

    def look(step: int | str) -> None:
        audit(lea, f"presenting-{step}-{name}", axe_can_run=javascript)

    lea.goto(f"{place.invited()}?lang={language}")
    look("welcome")
    lea.locator("main .actions a").first.click()
    lea.locator("main form button").first.click()
    assert lea.locator("[role=alert]").is_visible()
    look("faults")
    cv = tmp_path / "Lebenslauf.pdf"
    cv.write_bytes(b"%PDF-1.7\n%%EOF\n")
    fill(lea, look=look, cv=cv)
    assert "Müller" not in lea.inner_text("main")
    look("check")
    own = lea.url
    lea.locator("form[action*='/wish'] button").click()
    staff = tab(javascript=javascript, locale=LOCALE[language])
    place.staff(staff)
    staff.goto(f"{place.root()}/presentations?lang={language}")
    audit(staff, f"presenting-list-{name}", axe_can_run=javascript)
    staff.locator("main table a").first.click()
    audit(staff, f"presenting-one-{name}", axe_can_run=javascript)
    staff.check("#confirmed-degree_seen")
    staff.locator("form[action*='/confirm'] button").click()
    audit(staff, f"presenting-one-faults-{name}", axe_can_run=javascript)
    staff.check("#seen-yes")
    staff.locator("form[action*='/confirm'] button").click()
    assert staff.locator("[role=status]").is_visible()
    lea.goto(own)
    look("confirmed")
    with place.node_away():
        lea.locator("form[action*='/hand-over'] button").click()
    assert lea.locator("[role=alert]").is_visible()
    look("check-faults")
    lea.locator("form[action*='/hand-over'] button").click()
    look("handed")
    place.settle()
    desk = lea.locator("main .actions a").first.get_attribute("href")
    [muster] = place.alliance.members
    muster.add_search(skills=["python"])
    lea.goto(desk)
    place.person(desk).grant()  # tests/browser/test_desk.py clicks through its pages
    place.settle()
    assert "degree_seen" in muster.inbox()[0].profile.endorsement.strengths
    lea.goto(own)
    look("decided")
    lea.locator("main a[href*='/delete']").click()
    look("delete")
    lea.locator("main form button").first.click()
    look("deleted")
    place.settle()
    assert muster.inbox() == []
    assert lea.goto(own).status == 404


@pytest.mark.parametrize(("language", "javascript"), LANGUAGES, ids=IDS)
def test_a_partner_by_a_slip_of_the_welcome_centre(
    place: Place, tab: Any, audit: Any, language: str, javascript: bool
) -> None:
    """A slip, the own way with a confirmation to the desk; staff ends it, for all."""
    locale = LOCALE[language]
    staff, tom = tab(javascript=javascript, locale=locale), tab(javascript=javascript, width=320)
    place.staff(staff, CENTRE)
    staff.goto(f"{place.root(CENTRE)}/presentations/invite?lang={language}")
    staff.fill("[name=number]", "0")
    staff.locator("form[action*='/codes'] button").click()
    assert staff.locator("#number-fault").is_visible()
    staff.select_option("#code-kind", "partner")
    staff.select_option("#code-language", language)
    staff.fill("[name=number]", "2")
    staff.locator("form[action*='/codes'] button").click()
    assert staff.locator("figure.qr-box").count() == 2
    audit(staff, f"presenting-codes-{language}-{javascript}", axe_can_run=javascript)
    tom.goto(f"{place.here(staff.locator('p.link').first.inner_text())}?lang={language}")
    t = catalogue(language).text
    assert t("host.present.partner_alone") in tom.inner_text("main")
    audit(tom, f"presenting-partner-{language}-{javascript}", axe_can_run=False)
    tom.locator("main .actions a").first.click()
    fill(tom, given="Tom")
    tom.locator("form[action*='/wish'] button").click()
    own = tom.url
    staff.goto(f"{place.root(CENTRE)}/presentations?lang={language}")
    staff.get_by_role("link", name="Tom").first.click()
    staff.check("#confirmed-language_tested")
    staff.check("#seen-yes")
    staff.locator("form[action*='/confirm'] button").click()
    tom.goto(own)
    tom.locator("form[action*='/hand-over'] button").click()
    desk = tom.locator("main .actions a").first.get_attribute("href")
    tom.goto(desk)
    place.person(desk).grant()
    place.settle()
    staff.goto(f"{place.root(CENTRE)}/presentations?lang={language}")
    staff.get_by_role("link", name="Tom").first.click()
    staff.locator("main a[href*='/delete']").click()
    audit(staff, f"presenting-delete-one-{language}-{javascript}", axe_can_run=javascript)
    staff.locator("main form button").first.click()
    assert staff.locator("[role=status]").is_visible()
    place.settle()
    assert tom.goto(own).status == 404


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
    """Child and parent, from the invitation to the desk; and somebody who erases everything."""
    child, parent = tab(width=320), tab(width=320)
    child.goto(f"{place.invited()}?lang=de_simple")
    audit(child, "presenting-simple-welcome")
    child.locator("main .actions a").first.click()
    fill(child, minor=True, look=lambda step: audit(child, f"presenting-simple-step{step}"))
    audit(child, "presenting-simple-minor")
    own = child.url
    child.locator("a[href*='/letter']").click()
    audit(child, "presenting-simple-letter")
    link = place.here(child.locator("p.link").inner_text())
    parent.goto(link)
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
    parent.goto(link)
    parent.locator("main a[href*='/withdraw']").click()
    audit(parent, "presenting-simple-parent-withdraw")
    parent.locator("main form button").first.click()
    audit(parent, "presenting-simple-parent-withdrawn")
    child.goto(f"{place.invited()}/enter?lang=de_simple")
    fill(child)
    child.locator("main a[href*='/delete']").click()
    audit(child, "presenting-simple-delete")
    child.locator("main form button").first.click()
    audit(child, "presenting-simple-deleted")


def test_the_way_to_the_desk_with_the_keyboard_alone(place: Place, tab: Any) -> None:
    """Tab, typing, space and Enter; the focus can be seen wherever it is."""
    lea = tab(width=320)
    lea.goto(f"{place.invited()}?lang=de")
    reach(lea, "main .actions a")
    lea.keyboard.press("Enter")
    for step, values in enumerate(STEPS, 1):
        lea.wait_for_selector(f"form[action*='/enter/{step}']")
        for name, value in values.items():
            reach(lea, f"[name={name}]")
            lea.keyboard.type(value)
        if step == 5:
            reach(lea, "#age-adult")
            lea.keyboard.press("Space")
        reach(lea, "main form button:not([name])")
        lea.keyboard.press("Enter")
    lea.wait_for_selector("form[action*='/hand-over']")
    reach(lea, "form[action*='/hand-over'] button")
    lea.keyboard.press("Enter")
    lea.wait_for_selector("main .actions a.kern-btn--primary")


def reach(page: Any, selector: str) -> None:
    """Press Tab until the focus is there, where an outline must show it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            style = "getComputedStyle(document.activeElement)"
            assert page.evaluate(f"{style}.outlineStyle + {style}.boxShadow") != "nonenone"
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_hostile_names_are_only_words(place: Place, tab: Any) -> None:
    """On the person's own pages, in the staff's list and on the page about one person."""
    evil = '" autofocus onfocus=window.hit=1 x="<script>window.hit=1</script>'
    own = tab(width=320)
    own.goto(f"{place.invited()}/enter")
    fill(own, given=evil, family=evil, city=evil, degree=evil)
    own.locator("form[action*='/wish'] button").click()
    staff = tab()
    place.staff(staff)
    staff.goto(f"{place.root()}/presentations")
    assert "autofocus onfocus" in staff.locator("main").inner_text()
    staff.get_by_role("link", name="autofocus").first.click()
    for page in (own, staff):
        assert page.evaluate("window.hit") is None
        assert page.locator("script:not([src]), [onfocus]").count() == 0


@pytest.mark.parametrize(("language", "javascript"), LANGUAGES, ids=IDS)
def test_a_minor_and_a_parent(
    place: Place, tab: Any, audit: Any, language: str, javascript: bool
) -> None:
    """Letter, the parent's page, what is missing, the yes; the desk; the parent's withdrawal."""
    name, locale = f"{language}-{javascript}", LOCALE[language]
    child = tab(width=320, javascript=javascript, locale=locale)
    child.goto(f"{place.invited()}/enter?lang={language}")
    fill(child, minor=True)
    assert child.locator("form[action*='/hand-over']").count() == 0
    audit(child, f"presenting-minor-{name}", axe_can_run=javascript)
    own = child.url
    child.locator("a[href*='/letter']").click()
    audit(child, f"presenting-letter-{name}", axe_can_run=javascript)
    link = f"{place.here(child.locator('p.link').inner_text())}?lang={language}"
    parent = tab(width=320, javascript=javascript, locale=locale)
    parent.goto(link)
    audit(parent, f"presenting-parent-{name}", axe_can_run=False)
    parent.locator("main form button").first.click()
    assert parent.locator("#agree-fault").is_visible()
    audit(parent, f"presenting-parent-faults-{name}", axe_can_run=javascript)
    parent.fill("[name=name]", "Ina Müller-Lüdenscheidt")
    parent.focus("#agree-yes")
    parent.keyboard.press("Space")
    parent.keyboard.press("Tab")
    parent.keyboard.press("Enter")
    parent.wait_for_selector("[role=status]")
    audit(parent, f"presenting-parent-done-{name}", axe_can_run=javascript)
    child.goto(own)
    child.locator("form[action*='/hand-over'] button").click()
    desk = child.locator("main .actions a").first.get_attribute("href")
    child.goto(desk)
    place.person(desk).grant(adult=False, parent=True)
    place.settle()
    parent.goto(link)
    parent.locator("main a[href*='/withdraw']").click()
    audit(parent, f"presenting-parent-withdraw-{name}", axe_can_run=javascript)
    parent.locator("main form button").first.click()
    audit(parent, f"presenting-parent-withdrawn-{name}", axe_can_run=javascript)
    place.settle()
    assert child.goto(own).status == 404
    assert parent.goto(link).status == 404


LISTS = [("de", True, "csv"), ("de", False, "paste"), ("en", True, "xlsx"), ("en", False, "csv")]


@pytest.mark.parametrize(("language", "javascript", "kind"), LISTS, ids=IDS)
def test_a_class_is_invited(
    place: Place, tab: Any, audit: Any, tmp_path: Path, language: str, javascript: bool, kind: str
) -> None:
    """By a list with a fault in it, as a file or pasted; how far the mails are can be seen."""
    page = tab(javascript=javascript, locale=LOCALE[language])

    def look(name: str) -> None:
        audit(page, f"presenting-{name}-{language}-{javascript}", axe_can_run=javascript)

    place.staff(page)
    page.goto(f"{place.root()}/presentations/invite?lang={language}")
    look("invite")
    page.locator("form[action*='/check'] button").click()
    assert page.locator("[role=alert]").is_visible()
    look("invite-faults")
    if kind == "paste":
        page.fill("[name=list]", "Lea <lea@example.org>\nTom, tom@\n")
    else:
        page.set_input_files("[name=file]", a_list(tmp_path, kind))
    page.locator("form[action*='/check'] button").click()
    assert page.locator("main .kern-alert li").count() == 1
    look("preview")
    page.locator("main form button").first.click()
    assert page.locator("progress").is_visible()
    look("sending")


def a_list(folder: Path, kind: str) -> Path:
    """Write a class as a spreadsheet would: one address, and one that is none."""
    rows = (("Name", "Mail"), ("Lea", "lea@example.org"), ("Tom", "tom"))
    path = folder / f"klasse.{kind}"
    if kind == "csv":
        path.write_text("\n".join(map(";".join, rows)), encoding="utf-8")
        return path
    office = "http://schemas.openxmlformats.org"
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    sheet = "".join(f"<row>{''.join(map(cell.format, row))}</row>" for row in rows)
    link = f"{office}/officeDocument/2006/relationships"
    package = f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" '
    main = f'xmlns="{office}/spreadsheetml/2006/main"'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "[Content_Types].xml", f'<Types xmlns="{office}/package/2006/content-types"/>'
        )
        book.writestr(
            "_rels/.rels",
            f'{package}Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{package}Type="{link}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{link}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        )
        book.writestr(
            "xl/worksheets/sheet1.xml",
            f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
        )
    return path


@pytest.mark.parametrize("language", ["de", "en", "de_simple"])
def test_a_link_that_leads_nowhere(place: Place, tab: Any, audit: Any, language: str) -> None:
    """It says whom to ask."""
    page = tab(width=320)
    page.goto(f"{place.root()}/p/falsch?lang={language}")
    assert "Career Service" in page.inner_text("main")
    audit(page, f"presenting-unknown-{language}")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_navigation_of_a_school_fits_one_line(place: Place, tab: Any, language: str) -> None:
    """Of a wide window, for the administrator, who sees most; so do the pages behind one."""
    staff = tab(width=1280)
    place.staff(staff)
    staff.goto(f"{place.root()}/recommended?lang={language}")
    for nav in ("nav.room", "nav.parts"):
        tops = staff.locator(f"{nav} li").evaluate_all("all => all.map(one => one.offsetTop)")
        assert len(set(tops)) == 1, staff.locator(nav).all_inner_texts()


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """In every language and with its faults; what a person sees also in Leichte Sprache."""
    staff = {f"host/presenting/{one}.html" for one in STAFF_ONLY}
    missing = not_looked_at("host:presenting", "de", "en", "de-simple")
    assert [one for one in missing if not (one[0] in staff and one[1] == "de-simple")] == []

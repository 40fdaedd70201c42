"""The inbox in a real Chromium: each story from first click to last, every page looked at."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import attrs
import pikepdf
import pytest

import fachkraft_share
from fachkraft_share import Candidate, Document, DocumentKind, Endorsement, Member
from fachkraft_share.cli.local_site import LocalSite
from fachkraft_share.member.inbox.site import inbox_site
from fachkraft_share.model.organisation import Role
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.visit import Person

EVIL = '"><script>window.hit=1</script>'
CLICKS = 5  # from the start page to the printed letter
RESUME = {
    "basics": {"name": "Aylin Beispiel", "label": "Elektronikerin für Betriebstechnik"},
    "skills": [{"name": "Excel"}],
    "meta": {"fachkraftShare": {"kldb": "26312"}},
}
POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Softwareentwicklerin",
    "jobLocation": {"address": {"postalCode": "38640", "addressLocality": "Goslar"}},
    "skills": "Python, SQL",
}


def pdf(*, script: bool = False) -> bytes:
    """Return a CV that is a PDF."""
    made = pikepdf.new()
    made.add_blank_page()
    if script:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="x")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def candidate(given: str = "Aylin", family: str = "Beispiel", *, script: bool = False) -> Candidate:
    """Return a runner-up with a CV."""
    return Candidate(
        given=given,
        family=family,
        email="aylin@example.org",
        phone="05321 12345",
        street="Marktstraße 7",
        postcode="38640",
        city="Goslar",
        title="Softwareentwicklerin",
        occupation="43414",
        skills=("Python", "SQL"),
        documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", pdf(script=script)),),
    )


class Town:
    """Two members whose clocks stand still, and their inboxes, served."""

    def __init__(self) -> None:
        self.alliance = Alliance("muster", "beispiel")
        self.muster, self.beispiel = self.alliance.members

    def shown(self, person: Candidate, application: str = "A-1") -> tuple[str, Any]:
        """Let muster recommend and the person allow everything."""
        praise = Endorsement("second", ("reliable",), would_have_hired=True)  # type: ignore[arg-type]
        made = self.muster.recommend(
            person, praise, application=application, rejected_on=date(2026, 11, 19)
        )
        self.alliance.settle()
        found = self.alliance.person(made.link)
        found.grant()
        self.alliance.settle()
        return made.referral, found


@pytest.fixture
def town() -> Town:
    """A fresh alliance."""
    return Town()


@contextmanager
def opened(member: Member, role: str = "hr") -> Iterator[LocalSite]:
    """Serve a member's inbox as `inbox --open` does."""
    person = Person("local", member.engine.settings.name, frozenset({role}))
    site = inbox_site(lambda: member, gate=lambda _: person, login="")
    with LocalSite(site) as local:
        thread = threading.Thread(target=local.run)
        thread.start()
        try:
            yield local
        finally:
            local.stop()
            thread.join()


def enter(page: Any, local: LocalSite, path: str = "/", language: str = "de") -> None:
    """Use the link, then open a page."""
    page.goto(local.link)
    page.wait_for_url(f"http://{local.host}/")
    page.goto(f"http://{local.host}{path}?lang={language}")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_recommending_takes_less_than_a_minute(
    town: Town, tab: Any, audit: Any, javascript: bool
) -> None:
    """From the start page to the letter in a handful of clicks, and the link works."""
    page = tab(javascript=javascript)
    clicks: list[str] = []

    def click(name: str, kind: str = "button") -> None:
        page.get_by_role(kind, name=name).first.click()
        clicks.append(name)

    with opened(town.muster) as local:
        enter(page, local)
        audit(page, "inbox-home-empty", axe_can_run=javascript)
        click("Jemanden empfehlen", "link")
        audit(page, "inbox-recommend", axe_can_run=javascript)
        fields = {"Vorname": "Aylin", "Nachname": "Beispiel", "Berufsbezeichnung": "Informatikerin"}
        for label, text in fields.items():
            page.get_by_label(label).first.fill(text)
        page.get_by_label("Postleitzahl").first.fill("38640")
        page.get_by_label("Wann kam die Absage an?").first.fill("2026-11-19")
        click("Weiter zur Vorschau")
        audit(page, "inbox-preview", axe_can_run=javascript)
        assert "Aylin" not in page.locator("#seen").inner_text()
        page.locator("#rank-second").check()
        clicks.append("rank")
        if javascript:
            seen = page.locator("#seen", has_text="an zweiter Stelle")
            seen.wait_for()
            audit(page, "inbox-preview-ranked")
        click("Empfehlen")
        audit(page, "inbox-letter", axe_can_run=javascript)
        link = page.locator("p.link").inner_text()
        assert len(clicks) <= CLICKS
        town.alliance.settle()
        town.alliance.person(link).grant()
        page.get_by_role("link", name="Stand dieser Empfehlung").click()
        town.alliance.settle()
        page.reload()
        assert "Sichtbar für andere" in page.locator("main").inner_text()


def test_a_person_is_recommended_from_a_file(
    town: Town, tab: Any, audit: Any, tmp_path: Path
) -> None:
    """A file that cannot be read says so; one that can leads to the same preview."""
    good, bad = tmp_path / "a.json", tmp_path / "b.json"
    good.write_text(json.dumps(RESUME), "utf-8")
    bad.write_text("{}", "utf-8")
    page = tab(locale="en-GB")
    with opened(town.muster) as local:
        enter(page, local, "/recommend", "en")
        for file, after in ((bad, "recommend/file"), (good, "recommend/")):
            if not page.locator("#file").is_visible():
                page.get_by_text("Read a file").click()
            page.locator("#file").set_input_files(file)
            page.locator("#file_rejected_on").fill("2026-11-19")
            page.locator("form[action*='recommend/file'] button").click()
            assert after in page.url
            audit(page, f"inbox-file-{file.stem}")
        assert "What others see" in page.locator("h1").inner_text()


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_search_to_outcome(town: Town, tab: Any, audit: Any, language: str) -> None:
    """A vacancy becomes a search, a profile fits, the person agrees, the CV is saved, all told."""
    referral, person = town.shown(candidate())
    page = tab()
    with opened(town.beispiel) as local:
        enter(page, local, "/searches/import", language)
        audit(page, f"inbox-import-{language}")
        page.locator("#text").fill(json.dumps(POSTING))
        page.locator("main button").first.click()
        audit(page, f"inbox-search-{language}")
        page.locator("input[name=occupation]").first.check()
        page.locator("main form button").last.click()
        audit(page, f"inbox-profiles-{language}")
        page.locator("article h3 a").first.click()
        audit(page, f"inbox-profile-{language}")
        page.locator("#job").fill("Entwicklerin, Werk Goslar")
        page.locator("#message").fill("Ihr Profil passt gut zu uns.")
        page.locator("main form button").click()
        audit(page, f"inbox-waiting-{language}")
        town.alliance.settle()
        person.agree()
        town.alliance.settle()
        page.goto(f"http://{local.host}/received?lang={language}")
        audit(page, f"inbox-received-{language}")
        page.locator("article a").first.click()
        audit(page, f"inbox-person-{language}")
        assert "05321 12345" in page.locator("main").inner_text()
        with page.expect_download() as saved:
            page.locator("a[href*='/documents/1']").click()
        assert saved.value.suggested_filename.startswith("cv-")
        assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")
        page.locator("button[value=hired]").click()
        audit(page, f"inbox-outcome-{language}")
        page.goto(f"http://{local.host}/searches?lang={language}")
        audit(page, f"inbox-searches-{language}")
    town.alliance.settle()
    with opened(town.muster) as local:
        enter(page, local, f"/recommended/{referral}", language)
        audit(page, f"inbox-recommendation-{language}")
        page.goto(f"http://{local.host}/recommended?lang={language}")
        audit(page, f"inbox-recommended-{language}")


def test_a_works_council_reads_along(town: Town, tab: Any, audit: Any) -> None:
    """Figures, rules, searches, settings, checks; no way to a person."""
    town.beispiel.add_search(occupation="43", near="38640", within_km=50)
    referral, _ = town.shown(candidate())
    page = tab()
    with opened(town.beispiel, "reader") as local:
        enter(page, local)
        audit(page, "inbox-reader-home")
        names = page.locator("nav.room a").all_inner_texts()
        assert names == ["Überblick", "Suchen", "Zahlen", "Verwaltung"]
        for path in ("figures", "searches", "settings", "checks"):
            page.goto(f"http://{local.host}/{path}")
            audit(page, f"inbox-reader-{path}")
        page.goto(f"http://{local.host}/profiles/{referral}")
        assert "fehlt Ihnen die Berechtigung" in page.locator("main").inner_text()


def test_rights_websites_and_bad_documents(town: Town, tab: Any, audit: Any) -> None:
    """What is rarer, and what goes wrong."""
    referral, person = town.shown(candidate(script=True))
    town.beispiel.request_contact(referral, job="Entwicklerin")
    town.alliance.settle()
    person.agree()
    person.exercise("access")
    town.alliance.settle()
    page = tab()
    with opened(town.beispiel) as local:
        enter(page, local, f"/received/{referral}/documents/1")
        audit(page, "inbox-document-refused")
        for path in ("websites", "rights", "searches/new", "checks", ""):
            page.goto(f"http://{local.host}/{path}")
            audit(page, f"inbox-{path or 'home'}")
    with opened(town.muster) as local:
        enter(page, local, "/rights")
        audit(page, "inbox-rights-origin")
        page.get_by_role("button", name="Ist beantwortet").click()
        audit(page, "inbox-rights-done")
        page.goto(f"http://{local.host}/recommend")
        page.locator("main form button").last.evaluate("one => one.form.noValidate = true")
        page.locator("form[action='/recommend']").evaluate("one => { one.noValidate = true }")
        page.get_by_role("button", name="Weiter zur Vorschau").first.click()
        audit(page, "inbox-recommend-faults")


def test_hostile_names_are_only_words(town: Town, tab: Any, audit: Any) -> None:
    """On every page that shows a person."""
    referral, person = town.shown(candidate(EVIL, "<b>Böse</b>" * 8))
    town.beispiel.request_contact(referral, job=EVIL, message=EVIL)
    town.alliance.settle()
    person.agree()
    town.alliance.settle()
    page = tab()
    for member, paths in (
        (town.beispiel, ("/received", f"/received/{referral}", "/waiting")),
        (town.muster, ("/recommended", f"/recommended/{referral}")),
    ):
        with opened(member) as local:
            enter(page, local)
            for number, path in enumerate(paths):
                page.goto(f"http://{local.host}{path}")
                assert page.evaluate("window.hit") is None
                audit(page, f"inbox-hostile-{member.engine.settings.name[:4]}-{number}")


def test_the_keyboard_is_enough(town: Town, tab: Any) -> None:
    """The first Tab lands on the skip link, and a request is sent without a mouse."""
    referral, _ = town.shown(candidate())
    page = tab()
    with opened(town.beispiel) as local:
        enter(page, local, f"/profiles/{referral}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
        page.keyboard.press("Enter")
        page.locator("#job").focus()
        page.keyboard.type("Entwicklerin")
        page.keyboard.press("Enter")
        page.wait_for_url("**/waiting**")
        assert "unterwegs" in page.locator("main").inner_text()


def test_it_stands_within_a_flask_application(tab: Any, audit: Any, tmp_path: Path) -> None:
    """Its prefix before every address, its own sign-in, no cookie of ours."""
    flask = pytest.importorskip("flask")
    from fachkraft_share.node.folder import Founding, init
    from fachkraft_share.node.http.serve import serving

    founding = Founding("https://node.example", "https://harz.example", name="Harz")
    node = init(tmp_path / "node", founding, root=tmp_path / "root.json")
    with serving(node) as url:
        node.exchange.settings = attrs.evolve(node.exchange.settings, url=url)
        code = node.enrolment.invite("Muster", [Role.EMPLOYER])
        folder = tmp_path / "muster"
        id = "https://muster.example"
        Member.join(folder, code, id=id, name="Muster", notice=f"{id}/n").close_files()
        app = flask.Flask(__name__)
        embedded = fachkraft_share.init(app, folder=folder, allow=lambda _: "hr")
        with running(app) as host:
            page = tab()
            page.goto(f"{host}/fachkraft-share/")
            audit(page, "inbox-flask")
            page.get_by_role("link", name="Suche anlegen").click()
            page.locator("main form button").last.click()
            assert "/fachkraft-share/pages/profiles" in page.url
            assert page.context.cookies() == []
        embedded.member.close_files()
    node.exchange.store.close()  # type: ignore[attr-defined]


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def running(app: Any) -> Iterator[str]:
    """Serve a WSGI application."""
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("member/inbox", "de", "en") == []

"""The inbox in a real Chromium: each story from first click to last, every page looked at.

Each in German and in English, with and without JavaScript; where it runs, axe looks at every page.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import fachkraft_share
from fachkraft_share import Member
from fachkraft_share.model.organisation import Role
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter, MemorySite

from .inbox_town import Reader, Town, candidate, opened, running

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


@pytest.fixture
def town() -> Town:
    """A fresh alliance."""
    return Town()


@pytest.fixture(
    params=["de", "de-no-script", "en", "en-no-script"],
    ids=["german", "german-no-script", "english", "english-no-script"],
)
def reader(request: pytest.FixtureRequest, tab: Callable[..., Any], audit: Any) -> Reader:
    """Somebody at a screen."""
    language, _, without = request.param.partition("-")
    return Reader(tab(javascript=not without), audit, language, not without)


def test_recommending_takes_less_than_a_minute(town: Town, reader: Reader) -> None:
    """From the start page to the letter in a handful of clicks; what became of it; its end."""
    page = reader.page
    with opened(town.muster) as local:
        reader.enter(local)
        reader.see("home-empty")
        reader.clicks = 0
        reader.follow("inbox.home.recommend")
        reader.send_faulty("recommend", "form[action*='/recommend?']")
        reader.clicks = 1
        fields = {"given": "Aylin", "family": "Beispiel", "title": "Informatikerin"}
        reader.fill(**fields, postcode="38640", rejected_on="2026-11-19")
        reader.see("recommend")
        reader.press("inbox.recommend.next")
        assert "Aylin" not in page.locator("#seen").inner_text()
        page.locator("#rank-second").check()
        if reader.javascript:
            page.locator("#seen dd", has_text=reader.t("inbox.profile.rank")).or_(
                page.locator("#seen dt", has_text=reader.t("inbox.profile.rank"))
            ).first.wait_for()
        reader.see("preview")
        reader.press("inbox.preview.do")
        reader.see("letter")
        link = page.locator("p.link").inner_text()
        assert reader.clicks + 1 <= CLICKS
        town.alliance.settle()
        town.alliance.person(link).grant()
        town.alliance.settle()
        reader.follow("inbox.letter.to_state")
        reader.reads("inbox.stage.open")
        reader.open("/recommended")
        reader.see("recommended")
        page.locator("article h3 a").click()
        page.locator("details summary").last.click()
        reader.see("recommendation")
        assert page.locator("#reason").input_value() == ""
        page.locator("#reason").select_option("filled")
        page.locator("#sure").check()
        reader.press("inbox.recommendation.end_do")
        reader.reads("inbox.said.ended")


def test_an_endorsement_says_where_the_person_stood(town: Town, reader: Reader) -> None:
    """Praise without it is asked about, and what was chosen stays."""
    with opened(town.muster) as local:
        reader.enter(local, "/recommend")
        fields = {"given": "Aylin", "family": "Beispiel", "title": "Informatikerin"}
        reader.fill(**fields, postcode="38640", rejected_on="2026-11-19")
        reader.press("inbox.recommend.next")
        reader.page.locator("#would_have_hired").check()
        reader.press("inbox.preview.do")
        reader.reads("inbox.fault.rank-needed")
        reader.see("preview-faults")
        assert reader.page.locator("#would_have_hired").is_checked()


def test_a_person_is_recommended_from_a_file(town: Town, reader: Reader, tmp_path: Path) -> None:
    """A file that cannot be read says so; one that can leads to the same preview."""
    good, bad = tmp_path / "a.json", tmp_path / "b.json"
    good.write_text(json.dumps(RESUME), "utf-8")
    bad.write_text("{}", "utf-8")
    page = reader.page
    with opened(town.muster) as local:
        reader.enter(local, "/recommend")
        for file in (bad, good):
            if not page.locator("#file").is_visible():
                page.get_by_text(reader.t("inbox.recommend.file_open")).click()
            page.locator("#file").set_input_files(file)
            reader.fill(file_rejected_on="2026-11-19")
            reader.send("form[action*='recommend/file']")
            if file is bad:
                reader.reads("inbox.fault.unknown-format")
        reader.reads("inbox.preview.title")


def test_from_search_to_outcome(town: Town, reader: Reader) -> None:
    """A vacancy becomes a search, a profile fits, the person agrees, the CV is saved, all told."""
    referral, person = town.shown(candidate())
    page = reader.page
    with opened(town.beispiel) as local:
        reader.enter(local, "/searches/import")
        reader.send_faulty("import")
        reader.fill(text=json.dumps(POSTING))
        reader.send()
        page.locator("input[name=occupation]").first.check()
        reader.send()
        reader.reads("inbox.said.saved")
        reader.see("profiles")
        page.locator("article h3 a").first.click()
        reader.send_faulty("profile")
        reader.fill(job="Entwicklerin, Werk Goslar", message="Ihr Profil passt gut zu uns.")
        reader.see("profile")
        reader.press("inbox.ask.send")
        reader.see("waiting")
        town.alliance.settle()
        person.agree()
        town.alliance.settle()
        reader.open("/")
        reader.see("home")
        reader.follow("inbox.home.open.reachable")
        reader.see("received")
        page.locator("article a").first.click()
        assert "05321 12345" in page.locator("main").inner_text()
        with page.expect_download() as saved:
            page.locator("a[href*='/documents/1']").click()
        assert saved.value.suggested_filename.endswith("-aylin-beispiel.pdf")
        assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")
        reader.press("inbox.outcome_do.hired")
        reader.reads("inbox.said.reported")
        reader.see("person")
        reader.open("/searches")
        reader.see("searches")
    town.alliance.settle()
    with opened(town.muster) as local:
        reader.enter(local, f"/recommended/{referral}")
        reader.reads("inbox.stage.hired")


def test_a_search_by_the_words_people_say(town: Town, reader: Reader) -> None:
    """What means several things is asked about, once and not as a fault; then it is saved."""
    town.with_towns()
    page = reader.page
    with opened(town.beispiel) as local:
        reader.enter(local)
        reader.follow("inbox.home.search")
        reader.fill(title="Xyzzy", near="Nirgendwo")
        reader.press("inbox.search.save")
        reader.reads("inbox.fault.unknown-title", "inbox.fault.unknown-town")
        reader.see("search-faults")
        reader.fill(title="Informatiker und Elektroniker", near="Neustadt")
        reader.press("inbox.search.save")
        reader.reads("inbox.search.asked", "inbox.field.town")
        assert not page.locator("main .faults").count()
        reader.see("search-asked")
        page.locator("input[name=occupation]").nth(1).check()
        page.locator("input[name=town]").first.check()
        reader.press("inbox.search.save")
        reader.reads("inbox.said.saved")
        assert "31535" in page.locator("main").inner_text()
        reader.follow("inbox.search.not_right")
        reader.press("inbox.search.save")
        reader.open("/searches")
        reader.press("inbox.searches.remove")
        reader.reads("inbox.said.removed")


def test_a_works_council_reads_along(town: Town, reader: Reader) -> None:
    """Figures, rules, searches; no way to a person, and nothing to change."""
    town.beispiel.add_search(occupation="43", near="38640", within_km=50)
    referral, _ = town.shown(candidate())
    page = reader.page
    with opened(town.beispiel, "reader") as local:
        reader.enter(local)
        shown = page.locator("nav.room a").all_inner_texts()
        assert shown == [reader.t(f"inbox.nav.{one}") for one in ("home", "searches", "figures")]
        assert page.locator("main form").count() == 0
        reader.open("/searches")
        assert page.locator("main form").count() == 0
        reader.open("/figures")
        reader.see("figures")
        for path in (f"/profiles/{referral}", "/settings", "/checks"):
            reader.open(path)
            reader.reads("inbox.refused.forbidden")


def test_rights_are_answered_in_time(town: Town, reader: Reader) -> None:
    """The start page says so first; the file is saved; the answer is noted."""
    _, person = town.shown(candidate())
    person.exercise("access")
    town.alliance.settle()
    with opened(town.muster) as local:
        reader.enter(local)
        reader.follow("inbox.home.open.rights")
        reader.see("rights")
        with reader.page.expect_download() as saved:
            reader.page.get_by_role("link", name=reader.t("inbox.rights.export")).click()
        assert b"fks-person-export" in Path(saved.value.path()).read_bytes()
        reader.page.get_by_text(reader.t("inbox.rights.done"), exact=True).click()
        reader.press("inbox.rights.done_do")
        reader.reads("inbox.said.answered", "inbox.rights.none")


def test_a_bad_document_is_not_handed_out(town: Town, reader: Reader) -> None:
    """And the page says why, and what to do."""
    referral, _ = town.disclosed(candidate(script=True))
    with opened(town.beispiel) as local:
        reader.enter(local, f"/received/{referral}/documents/1")
        reader.reads("inbox.document.refused")
        reader.see("document")
        reader.follow("inbox.document.back")


def test_an_administrator_manages(town: Town, reader: Reader, tmp_path: Path) -> None:
    """Settings are changed, a website is told something, checks are read, all from one page."""
    town.beispiel.engine.sites = {"memory-cms": MemoryCmsAdapter(MemorySite())}
    with opened(town.with_folder(tmp_path), "administrator") as local:
        reader.enter(local)
        reader.follow("inbox.nav.settings")
        reader.follow("inbox.settings.change")
        reader.fill(set_notice="http://b.example", legal_email="nobody")
        reader.press("inbox.settings.save")
        reader.reads("inbox.fault.no-page", "inbox.fault.no-mail")
        reader.see("settings-faults")
        reader.fill(set_notice="https://b.example/n", legal_email="post@b.example")
        reader.fill(set_contact="Petra Beispiel, 05321 99")
        reader.press("inbox.settings.save")
        reader.reads("inbox.said.settings-changed")
        reader.see("settings")
        reader.follow("inbox.checks.title")
        reader.see("checks")
        reader.open("/websites")
        reader.send_faulty("websites")
        reader.fill(headline="Tag der offenen Tür", body="Kommen Sie vorbei.", until="2027-03-01")
        reader.press("inbox.websites.announce")
        reader.see("websites")
        reader.press("inbox.websites.take_back")
        reader.reads("inbox.said.taken-back")


def test_synchronising_is_watched(town: Town, reader: Reader) -> None:
    """The page that watches leads on by itself, with and without JavaScript."""
    town.shown(candidate())
    with opened(town.beispiel) as local:
        reader.enter(local)
        reader.press("inbox.home.sync")
        reader.page.wait_for_url("**/?said=synchronised**")
        reader.reads("inbox.said.synchronised")


def test_hostile_names_are_only_words(town: Town, tab: Any) -> None:
    """On every page that shows a person."""
    referral, person = town.shown(candidate(EVIL, "<b>Böse</b>" * 8))
    town.beispiel.request_contact(referral, job=EVIL, message=EVIL)
    town.alliance.settle()
    person.agree()
    town.alliance.settle()
    page = tab(width=320)
    for member, paths in (
        (town.beispiel, ("/received", f"/received/{referral}", "/waiting")),
        (town.muster, ("/recommended", f"/recommended/{referral}")),
    ):
        with opened(member) as local:
            page.goto(local.link)
            page.wait_for_url(f"http://{local.host}/")
            for path in paths:
                page.goto(f"http://{local.host}{path}")
                assert page.evaluate("window.hit") is None
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_keyboard_is_enough(town: Town, tab: Any) -> None:
    """The first Tab lands on the skip link, and a request is sent without a mouse."""
    referral, _ = town.shown(candidate())
    page = tab()
    with opened(town.beispiel) as local:
        page.goto(local.link)
        page.wait_for_url(f"http://{local.host}/")
        page.goto(f"http://{local.host}/profiles/{referral}?lang=de")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
        page.keyboard.press("Enter")
        page.wait_for_url("**#content")
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
            page.get_by_role("link", name="Suche anlegen", exact=True).click()
            page.fill("[name=title]", "Softwareentwicklerin")
            page.locator("main form button").last.click()
            assert "/fachkraft-share/pages/profiles" in page.url
            assert page.context.cookies() == []
        embedded.member.close_files()
    node.exchange.store.close()  # type: ignore[attr-defined]


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("member/inbox", "de", "en") == []

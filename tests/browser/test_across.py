"""One story through every room, doing only what the pages say.

Each role is given one link, as in life: by the terminal, by the letter, by the office. From there
on only links and buttons are pressed, by the words somebody reads on them.
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import pikepdf
import pytest

from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.office.site import office_site
from fachkraft_share.protocol.bundle import read_bundle
from fachkraft_share.protocol.verifying import verify_bundle
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.visit import Person, Visit

from .inbox_town import opened

HOLDERS = 3  # the origin, the company that asked, the node


def staff(visit: Visit) -> Person | None:
    """Believe a cookie: how a coordinator signs in is tested with the login."""
    return (
        Person("a", "Petra Beispiel", frozenset({"coordinator"})) if visit.cookie("who") else None
    )


@attrs.define
class Reader:
    """Somebody in front of a page: presses what is written there, and nothing else."""

    page: Any
    t: Callable[..., str]

    def press(self, id: str, /, kind: str = "button", **values: str) -> None:
        """Press what is called this and wait for the page it leads to."""
        self.press_words(self.t(id, **values), kind=kind)

    def follow(self, id: str, /, **values: str) -> None:
        """Follow the link that is called this."""
        self.press(id, "link", **values)

    def press_words(self, words: str, kind: str = "link") -> None:
        """Press what is called by these words."""
        with self.page.expect_navigation():
            self.page.get_by_role(kind, name=words).first.click()

    def fill(self, id: str, words: str) -> None:
        """Type into the field that is called this."""
        self.page.get_by_label(self.t(id)).first.fill(words)

    def tick(self, *labels: str) -> None:
        """Tick what is labelled like this."""
        for label in labels:
            self.page.get_by_label(label).first.check()

    def reads(self, *ids: str) -> None:
        """Hold that these texts stand on the page."""
        shown = self.page.locator("main").inner_text()
        for id in ids:
            assert self.t(id) in shown, (id, shown)


def left(shown: Any) -> str:
    """Return how many days somebody is told to have left."""
    [days] = set(re.findall(r"\b\d{3}\b(?= Tage| days)", shown.inner_text()))
    return str(days)


@attrs.define
class Story:
    """The rooms, served, and who sits in front of them."""

    town: Alliance
    candidate: Reader
    origin: Reader
    asker: Reader
    coordinator: Reader
    cv: Path
    language: str

    def recommend(self) -> str:
        """Human resources of the first company type in a runner-up; return the letter's link."""
        hr = self.origin
        hr.follow("inbox.home.recommend")
        for name, words in {
            "given": "Aylin",
            "family": "Beispiel",
            "phone": "05321 12345",
            "title": "Softwareentwicklerin",
            "postcode": "38640",
            "skills": "Python, SQL",
            "rejected_on": "2026-11-19",
        }.items():
            hr.fill(f"inbox.field.{name}", words)
        hr.page.get_by_label(hr.t("inbox.field.documents")).first.set_input_files(self.cv)
        hr.press("inbox.recommend.next")
        hr.reads("inbox.preview.others", "inbox.stays.name", "inbox.stays.documents")
        hr.tick(hr.t("inbox.preview.would_have_hired"), *self.ranked())
        hr.page.get_by_label(hr.t("inbox.field.letter_language")).select_option(self.language)
        hr.press("inbox.preview.do")
        hr.reads("inbox.letter.once")
        return str(hr.page.locator("p.link").inner_text())

    def ranked(self) -> tuple[str, ...]:
        """Return how the page calls the second place."""
        field = self.origin.page.locator("label[for='rank-second']")
        return (field.inner_text().strip(),)

    def consent(self, link: str) -> None:
        """The person reads, chooses one by one, and goes on by the new link."""
        one = self.candidate
        one.page.goto(link)
        one.reads("asked.title", "asked.short_stop")
        one.follow("asked.start")
        one.tick(one.t("category.occupation"), one.t("category.skills"))
        one.press("page.continue")
        one.tick(one.t("purpose.referral"))
        one.press("page.continue")
        one.tick(one.t("asked.reach_everyone", count="#").split(", ")[0])
        one.press("page.continue")
        one.tick(one.t("asked.no_employer"))
        one.press("page.continue")
        one.tick(one.t("asked.adult"))
        one.press("step.to_check")
        one.press("check.confirm")
        one.reads("granted.link")
        shown = one.page.locator(".link").inner_text()
        one.follow("granted.link_open")
        assert urlsplit(one.page.url).path == urlsplit(shown).path

    def ask(self) -> None:
        """Human resources of the second company look for somebody, find her and why, and ask."""
        hr = self.asker
        hr.follow("inbox.home.search")
        hr.fill("inbox.field.title", "Softwareentwicklerin")
        hr.fill("inbox.field.near", "38640")
        hr.press("inbox.search.save")
        hr.reads("inbox.said.saved", "inbox.profiles.fitting", "inbox.profiles.why")
        with hr.page.expect_navigation():
            hr.page.locator("article").get_by_role("link").first.click()
        hr.reads("inbox.profiles.why", "inbox.ask.then")
        hr.fill("inbox.field.job", "Entwicklerin, Werk Goslar")
        hr.fill("inbox.field.message", "Ihr Profil passt gut zu uns.")
        hr.press("inbox.ask.send")
        hr.reads("inbox.said.asked")

    def answer(self) -> None:
        """The person sees who asks for what, and says yes, with her documents."""
        one = self.candidate
        one.page.reload()
        one.follow("request.open")
        assert "Ihr Profil passt gut zu uns." in one.page.locator("main").inner_text()
        one.tick(one.t("request.documents"))
        one.press("request.accept", requester="Beispiel GmbH")
        one.reads("done.answered")

    def meet(self) -> None:
        """The second company has a number to ring up and a CV, and tells how it went."""
        hr = self.asker
        hr.follow("inbox.nav.home")
        hr.follow("inbox.home.open.reachable")
        hr.press_words("Aylin Beispiel")
        assert left(hr.page.locator("main")) == left(self.candidate.page.locator(".lead"))
        assert "05321 12345" in hr.page.locator("main").inner_text()
        with hr.page.expect_download() as saved:
            hr.page.get_by_role("link", name=hr.t("inbox.document.kind.cv")).click()
        assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")
        hr.press("inbox.outcome_do.not_hired")
        hr.reads("inbox.person.outcome_told")

    def withdraw(self) -> None:
        """The person has enough of it, and sees each receipt come in."""
        one = self.candidate
        one.page.reload()
        one.follow("open.withdraw")
        one.press("withdraw.confirm_all")
        assert one.page.locator("progress").get_attribute("value") == "0"

    def watch(self) -> None:
        """The coordinator sees, without a name, what is still to be erased, or that nothing is."""
        self.coordinator.follow("office.nav.erasures")

    def receipts(self) -> bytes:
        """The person reads every receipt and takes the bundle home."""
        one = self.candidate
        one.follow("holders.reload")
        assert one.page.locator("progress").get_attribute("value") == str(HOLDERS)
        assert one.page.locator(".holder details").count() == HOLDERS
        one.follow("page.back")
        with one.page.expect_download() as saved:
            one.page.get_by_role("link", name=one.t("open.bundle")).click()
        return Path(saved.value.path()).read_bytes()


@pytest.fixture
def cv(tmp_path: Path) -> Path:
    """A CV as a PDF."""
    made, out, file = pikepdf.new(), BytesIO(), tmp_path / "lebenslauf.pdf"
    made.add_blank_page()
    made.save(out)
    file.write_bytes(out.getvalue())
    return file


@pytest.mark.parametrize(
    ("language", "javascript"), [("de", True), ("en", False)], ids=["de", "en-no-script"]
)
def test_all_rooms_lead_to_one_another(
    tab: Any, audit: Any, cv: Path, language: str, javascript: bool
) -> None:
    """Recommended, allowed, found, asked, met, withdrawn, erased everywhere, and proven."""
    town, t = Alliance("muster", "beispiel"), catalogue(language).text
    node, muster, beispiel = town.world.node.service, *town.members
    locale = {"de": "de-DE", "en": "en-GB"}[language]

    def reader(link: str = "", width: int = 1280) -> Reader:
        page = tab(javascript=javascript, locale=locale, width=width)
        if link:
            page.goto(link)
            page.wait_for_url("http://127.0.0.1:*/")
        return Reader(page, t)

    with ExitStack() as rooms:
        url = rooms.enter_context(serving(node, office=office_site(node, gate=staff)))
        first, second = (rooms.enter_context(opened(one)).link for one in (muster, beispiel))
        office = reader()
        office.page.context.add_cookies([{"name": "who", "value": "x", "url": url}])
        office.page.goto(f"{url}/office/")
        story = Story(town, reader(width=390), reader(first), reader(second), office, cv, language)
        link = story.recommend()
        town.settle()
        story.consent(url + urlsplit(link).path)
        town.settle()
        story.ask()
        town.settle()
        story.answer()
        town.settle()
        story.meet()
        town.settle()
        story.candidate.page.reload()
        story.candidate.reads("request.outcome_not_hired")
        story.withdraw()
        story.watch()
        office.reads("office.erasures.standing.due")
        assert "Muster GmbH" in office.page.locator("main").inner_text()
        assert "Aylin" not in office.page.content()
        for one in (story.origin, story.asker):
            one.follow("inbox.nav.home")
            one.press("inbox.home.sync")
        town.settle()
        bundle = story.receipts()
        story.watch()
        office.reads("office.erasures.none")
        for one, path in ((story.asker, "received"), (story.origin, "recommended")):
            if path == "recommended":
                one.follow("inbox.nav.recommend")
            one.follow(f"inbox.nav.{path}")
            assert "Aylin" not in one.page.content()
            assert "05321" not in one.page.content()
        assert t("inbox.reason.withdrawn") in story.origin.page.locator("main").inner_text()
        audit(story.candidate.page, f"across-{language}", axe_can_run=javascript)
    told = {"suite": node.exchange.runtime.sealer, "at": node.exchange.now()}
    assert verify_bundle(read_bundle(bundle), root=node.exchange.root, **told).complete

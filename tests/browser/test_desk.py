"""The candidate's pages in a real Chromium: whole stories, every page and state, the keyboard."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from fachkraft_share import Candidate, Endorsement
from fachkraft_share.node.http.serve import serving
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.web.catalogue import Catalogue, catalogue

PAGE_BYTES = 200_000  # of a candidate's page with everything it loads, as it travels
CANDIDATE = Candidate(
    given="Anna",
    family="Beispiel",
    email="anna@example.org",
    postcode="38640",
    occupation="43414",
    title="Softwareentwicklerin",
    skills=("SQL", "Java"),
)


class Town:
    """A served node with three members, and people in whatever state a page is for."""

    def __init__(self, url: str, alliance: Alliance) -> None:
        self.url = url
        self.alliance = alliance
        self.count = 0
        self.origin, self.asker, self.reader = alliance.members

    def invited(self) -> tuple[str, str]:
        """Recommend somebody new; return the link as the letter has it, and the referral's id."""
        self.count += 1
        found = self.origin.recommend(
            CANDIDATE,
            Endorsement(rank="second", strengths=("careful",), would_have_hired=True),
            application=f"ATS-{self.count}",
            rejected_on=date(2026, 11, 19),
        )
        self.alliance.settle()
        return self.url + urlsplit(str(found.link)).path, found.referral

    def person(self, link: str) -> Person:
        """Return who holds this link."""
        return self.alliance.person(link)

    def address(self, person: Person) -> str:
        """Return where the person's page is."""
        return f"{self.url}/d/{person.secret}"

    def granted(self) -> tuple[Person, str]:
        """Return somebody who has agreed, with the referral's id; everybody has the profile."""
        link, referral = self.invited()
        person = self.person(link)
        person.grant()
        self.alliance.settle()
        return person, referral

    def asked(self) -> Person:
        """Return somebody whom two companies want to meet; the first was given everything."""
        person, referral = self.granted()
        for one, job in ((self.asker, "Backend-Entwicklung (m/w/d)"), (self.reader, "Datenbanken")):
            one.request_contact(referral, job=job, message="Wir möchten Sie gern kennenlernen.")
            self.alliance.settle()
            if one is self.asker:
                person.agree()
                self.alliance.settle()
        return person

    def half_erased(self) -> Person:
        """Return somebody who has withdrawn, when some have signed and one has not."""
        person = self.asked()
        person.withdraw()
        for one in (self.origin, self.asker):
            one.sync()
            one.sync()
        return person


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """One node for all tests here."""
    alliance = Alliance("muster", "beispiel", "dritte")
    with serving(alliance.world.node.service) as url:
        yield Town(url, alliance)


def words(language: str) -> Callable[..., str]:
    """Return the texts of a language."""
    found: Catalogue = catalogue(language)
    return found.text


def press(page: Any, name: str, *, kind: str = "button") -> None:
    """Press what is called this, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role(kind, name=name, exact=True).first.click()


def answer(page: Any, t: Callable[..., str], *ids: str, last: bool = False) -> None:
    """Tick these on a question and go on."""
    for one in ids:
        page.locator(f"#{one}").check()
    press(page, t("step.to_check" if last else "page.continue"))


@pytest.mark.parametrize(
    ("language", "javascript"),
    [("de", True), ("de", False), ("en", True), ("en", False), ("de_simple", False)],
)
def test_a_person_agrees_answers_withdraws_and_sees_the_receipts(
    town: Town, tab: Any, language: str, javascript: bool
) -> None:
    """From the link in the letter to the last receipt, doing only what the pages say."""
    t, (link, referral) = words(language), town.invited()
    page = tab(javascript=javascript, width=390)
    page.goto(f"{link}?lang=en")
    if language != "en":
        press(page, t(f"page.in.{language}"), kind="link")
    assert page.locator("h1").inner_text() == t("asked.title")
    press(page, t("asked.start"), kind="link")
    answer(page, t, "category-occupation", "category-skills")
    answer(page, t, "purpose-referral")
    answer(page, t, "reach-everyone")
    answer(page, t)  # nothing said about the employer: asked again
    assert page.get_by_role("alert").is_visible()
    answer(page, t, "no_employer")
    answer(page, t, "adult-yes", last=True)
    assert "Dritte GmbH" in page.locator("main").inner_text()
    press(page, t("check.confirm"))
    shown = page.locator(".link").inner_text()
    press(page, t("granted.link_open"), kind="link")
    assert page.url.split("?")[0].endswith(urlsplit(shown).path)
    town.alliance.settle()
    town.asker.request_contact(referral, job="Backend", message="Guten Tag!")
    town.alliance.settle()
    page.reload()
    with page.expect_navigation():
        page.get_by_role("link", name=t("request.open")).click()
    press(page, t("request.accept", requester="Beispiel GmbH"))
    assert t("done.answered") in page.locator("main").inner_text()
    town.alliance.settle()
    press(page, t("holders.open"), kind="link")
    assert t("what.dossier") in page.locator("main").inner_text()
    press(page, t("open.withdraw"), kind="link")
    press(page, t("withdraw.confirm_all"))
    assert page.locator("progress").get_attribute("value") == "0"
    town.alliance.settle()
    press(page, t("holders.reload"), kind="link")
    assert page.locator("progress").get_attribute("value") == "4"
    assert page.get_by_role("link", name=t("holders.reload")).count() == 0


def test_the_whole_story_works_with_the_keyboard_alone(town: Town, tab: Any) -> None:
    """Tab, space and Enter lead from the letter's link to the management page and out again."""
    t, (link, _) = words("de"), town.invited()
    page = tab()
    page.goto(link)
    reach(page, t("asked.start"))
    enter(page)
    for wanted in (("category-occupation",), ("purpose-referral",), ("reach-everyone",)):
        walk(page, wanted, t("page.continue"))
    walk(page, ("no_employer",), t("page.continue"))
    walk(page, ("adult-yes",), t("step.to_check"))
    reach(page, t("check.confirm"))
    enter(page)
    reach(page, t("granted.link_open"))
    enter(page)
    reach(page, t("open.withdraw"))
    enter(page)
    reach(page, t("withdraw.confirm_all"))
    enter(page)
    assert page.locator("h1").inner_text() == t("closed.title_received")


def enter(page: Any) -> None:
    """Press Enter and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def walk(page: Any, ids: tuple[str, ...], button: str) -> None:
    """Tick by the space bar and press the button by Enter."""
    for one in ids:
        reach(page, "", id=one)
        page.keyboard.press("Space")
    reach(page, button)
    enter(page)


def reach(page: Any, text: str, *, id: str = "") -> None:
    """Press Tab until what has this text or id has the focus; it must be seen to have it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "(() => {const e = document.activeElement; const s = getComputedStyle(e);"
            "return [e.id, e.innerText || '', s.outlineStyle, s.boxShadow]})()"
        )
        if (id and at[0] == id) or (not id and at[1].strip() == text):
            assert at[2] != "none" or at[3] != "none", f"no focus is seen at {text or id}"
            return
    raise AssertionError(f"Tab does not reach {text or id}")


# Every page and state ---------------------------------------------------------------------------


def pages_of(town: Town) -> dict[str, Callable[[Any], None]]:
    """Return how to come to each page, by name; each works in the tab it is given."""
    link, _ = town.invited()
    person, ended, links = town.asked(), town.asked(), [town.invited()[0] for _ in range(4)]
    declined, old = town.person(links[0]), links[1]
    declined.decline()
    town.person(old).grant()
    ended.withdraw()
    town.alliance.settle()
    done = town.half_erased()  # the last: whoever settles now lets the others sign, too
    mine, gone, no = town.address(person), town.address(done), town.address(declined)
    waiting = person.requests()[0]
    given = next(one for one in person.look().contacts if one.disclosed)

    def at(address: str) -> Callable[[Any], None]:
        return lambda page: page.goto(address)

    def step(name: str, *, wrong: bool = False) -> Callable[[Any], None]:
        return lambda page: to_step(page, link, name, wrong=wrong)

    return {
        "home": at(town.url),
        "asked": at(link),
        **{f"step-{one}": step(one) for one in ("what", "use", "who", "not", "time")},
        **{f"faults-{one}": step(one, wrong=True) for one in ("what", "use", "who", "not", "time")},
        "check": lambda page: to_check(page, link),
        "granted": lambda page: to_granted(page, links[2]),
        "later": at(f"{link}/later"),
        "later-noted": lambda page: to_later(page, links[3]),
        "decline": at(f"{link}/decline"),
        "declined": at(no),
        "open": at(mine),
        "request": at(f"{mine}/request/{waiting.request}?of={waiting.requester.id}"),
        "request-given": at(f"{mine}/request/{given.request}?of={given.requester.id}"),
        "holders": at(f"{mine}/holders"),
        "withdraw": at(f"{mine}/withdraw"),
        "withdraw-one": at(f"{mine}/withdraw?scope={given.requester.id}"),
        "renew": at(f"{mine}/renew"),
        "rights": at(f"{mine}/rights"),
        "right-access": at(f"{mine}/rights/access"),
        "right-rectification": at(f"{mine}/rights/rectification"),
        "right-objection": at(f"{mine}/rights/objection"),
        "papers": at(f"{mine}/papers"),
        "receipt": at(f"{mine}/receipt"),
        "link": at(f"{mine}/link"),
        "complain": at(f"{mine}/complain"),
        "closed": at(gone),
        "closed-and-settled": at(town.address(ended)),
        "closed-holders": at(f"{gone}/holders"),
        "old-link": at(old),
        "unknown": at(f"{town.url}/d/{'A' * 22}"),
        "error": at(f"{link}/receipt"),
    }


def to_step(page: Any, link: str, name: str, *, wrong: bool = False) -> None:
    """Answer until this question; `wrong`: and go on without answering it."""
    t = words("de")
    page.goto(f"{link}/choose")
    ticks = {"what": "category-occupation", "use": "purpose-referral", "who": "reach-everyone"}
    for step in ("what", "use", "who", "not"):
        if step == name:
            break
        answer(page, t, ticks.get(step, "no_employer"))
    if wrong:
        press(page, t("step.to_check" if name == "time" else "page.continue"))


def to_check(page: Any, link: str) -> None:
    """Answer everything."""
    to_step(page, link, "time")
    answer(page, words("de"), "adult-yes", last=True)


def to_granted(page: Any, link: str) -> None:
    """And confirm it."""
    to_check(page, link)
    press(page, words("de")("check.confirm"))


def to_later(page: Any, link: str) -> None:
    """Put the decision off."""
    page.goto(f"{link}/later")
    press(page, words("de")("later.do"))


def open_all(page: Any) -> None:
    """Unfold whatever is folded, so that it is looked at, too."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")


def test_every_page_in_every_state_can_be_read_by_everybody(
    town: Town, tab: Any, audit: Any
) -> None:
    """axe in both themes, narrow and wide, folded parts open; nothing runs out sideways."""
    page = tab()
    for name, come in pages_of(town).items():
        come(page)
        assert page.locator("h1").count() == 1, name
        open_all(page)
        audit(page, f"desk-{name}")


@pytest.mark.parametrize("language", ["en", "de_simple"])
def test_other_languages_fit_as_well(town: Town, tab: Any, audit: Any, language: str) -> None:
    """The pages with most on them."""
    link, person = town.invited()[0], town.asked()
    mine = town.address(person)
    page = tab()
    for name, address in {
        "asked": link,
        "choose": f"{link}/choose",
        "open": mine,
        "holders": f"{mine}/holders",
        "rights": f"{mine}/rights/rectification",
        "papers": f"{mine}/papers",
    }.items():
        page.goto(f"{address}?lang={language}")
        assert page.locator("html").get_attribute("lang") == language.replace("_", "-")
        open_all(page)
        audit(page, f"desk-{name}-{language}")


def test_a_page_is_small_and_its_first_tab_is_the_skip_link(town: Town, tab: Any) -> None:
    """At most 200 kB with style and fonts, nothing cached; measured as it travels."""
    link, person, done = town.invited()[0], town.asked(), town.half_erased()
    mine = town.address(person)
    for address in (link, f"{link}/choose", mine, f"{mine}/holders", town.address(done)):
        page = tab()
        sizes: list[int] = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.loadingFinished", lambda one, to=sizes: to.append(one["encodedDataLength"])
        )
        page.goto(address, wait_until="networkidle")
        assert 0 < sum(sizes) <= PAGE_BYTES
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"


def test_files_come_as_downloads(town: Town, tab: Any) -> None:
    """Receipt, everything about me, three formats, the calendar entry: saved, never shown."""
    person = town.asked()
    page = tab()
    page.goto(f"{town.address(person)}/papers")
    for part in (
        "receipt.pdf",
        "receipt.json",
        "about.json",
        "resume.json",
        "hr-open.json",
        "europass.xml",
    ):
        with page.expect_download() as found:
            page.locator(f"main a[href*='{part}']").click()
        assert found.value.suggested_filename


# Two alliances ----------------------------------------------------------------------------------


def test_a_person_allows_another_region_and_withdraws_there(tab: Any, audit: Any) -> None:
    """The partner is offered unticked; its node's page says what is there and takes it back."""
    two = TwoAlliances()
    for world, name in ((two.harz, "muster"), (two.harz, "beispiel"), (two.goslar, "dritte")):
        world.join(name)
    two.settle()
    two.recognise()
    link = two.harz.members["muster"].member.recommend(
        CANDIDATE, application="ATS-1", rejected_on=date(2026, 11, 19)
    )
    two.settle()
    t, page = words("de"), tab()
    with serving(two.harz.node.service) as home, serving(two.goslar.node.service) as abroad:
        to_step(page, home + urlsplit(str(link.link)).path, "who")
        assert not page.locator("#partner-1").is_checked()
        audit(page, "desk-step-who-partners")
        answer(page, t, "reach-everyone", "partner-1")
        answer(page, t, "no_employer")
        answer(page, t, "adult-yes", last=True)
        assert "Fachkräfteallianz Goslar" in page.locator("main").inner_text()
        audit(page, "desk-check-partners")
        press(page, t("check.confirm"))
        press(page, t("granted.link_open"), kind="link")
        mine = urlsplit(page.url).path
        two.settle()
        page.goto(f"{home}{mine}/holders")
        audit(page, "desk-holders-partners")
        page.goto(abroad + mine)
        assert page.locator("h1").inner_text() == t("foreign.title")
        audit(page, "desk-foreign")
        press(page, t("open.withdraw"), kind="link")
        press(page, t("withdraw.confirm_all"))
        audit(page, "desk-foreign-ended")
        two.settle()
        page.goto(home + mine)
        assert page.locator("h1").inner_text() == t("closed.title_withdrawn")


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("node/desk", "de", "en", "de-simple") == []

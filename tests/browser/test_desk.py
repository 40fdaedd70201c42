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


def answer(
    page: Any, t: Callable[..., str], *ids: str, last: bool = False, button: str = "page.continue"
) -> None:
    """Tick these on a question and go on."""
    for one in ids:
        page.locator(f"#{one}").check()
    press(page, t("step.to_check" if last else button))


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


OFTEN = [("de", True), ("de", False), ("en", True), ("en", False)]


@pytest.mark.parametrize(("language", "javascript"), OFTEN)
def test_a_person_puts_it_off_and_then_says_no(
    town: Town, tab: Any, language: str, javascript: bool
) -> None:
    """The day is noted and taken along as a file; the no is acknowledged without reproach."""
    t, (link, _) = words(language), town.invited()
    page = tab(javascript=javascript, width=390)
    page.goto(spoken(link, language))
    press(page, t("later.link"), kind="link")
    press(page, t("later.do"))
    with page.expect_download() as found:
        page.get_by_role("link", name=t("later.file_link")).click()
    assert found.value.suggested_filename.endswith(".ics")
    press(page, t("later.back"), kind="link")
    press(page, t("asked.decline_link"), kind="link")
    press(page, t("asked.decline"))
    assert page.locator("h1").inner_text() == t("declined.title")


@pytest.mark.parametrize(("language", "javascript"), OFTEN)
def test_a_person_renews_says_what_is_wrong_and_ends_it_by_a_right(
    town: Town, tab: Any, language: str, javascript: bool
) -> None:
    """Each form is first sent without its answer, and says what is missing."""
    t, (person, _) = words(language), town.granted()
    page = tab(javascript=javascript, width=390)
    page.goto(spoken(town.address(person), language))
    page.locator("summary", has_text=t("open.renew_title")).click()
    press(page, t("open.renew"), kind="link")
    press(page, t("asked.submit"))
    assert page.get_by_role("alert").is_visible()
    answer(page, t, "reach-same", "no_employer", button="asked.submit")
    press(page, t("check.renew_confirm"))
    assert t("done.renewed") in page.locator("main").inner_text()
    press(page, t("open.rights"), kind="link")
    press(page, t("rights.rectification"), kind="link")
    press(page, t("rights.rectification_do"))
    assert page.get_by_role("alert").is_visible()
    answer(page, t, "category-skills", button="rights.rectification_do")
    assert t("done.asked") in page.locator("main").inner_text()
    press(page, t("open.rights"), kind="link")
    press(page, t("rights.objection"), kind="link")
    press(page, t("rights.objection_do"))
    assert page.locator("h1").inner_text() == t("closed.title_received")


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


def pages_of(town: Town, language: str) -> dict[str, Callable[[Any], None]]:
    """Return how to come to each page in this language, by name; each works in a tab of its own."""
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
    t = words(language)

    def at(address: str, *pressed: str) -> Callable[[Any], None]:
        return lambda page: (
            page.goto(spoken(address, language)),
            *(press(page, t(one)) for one in pressed),
        )

    def step(name: str, *, wrong: bool = False) -> Callable[[Any], None]:
        return lambda page: to_step(page, link, name, language=language, wrong=wrong)

    return {
        "home": at(town.url),
        "asked": at(link),
        **{f"step-{one}": step(one) for one in STEPS},
        **{f"step-{one}-faults": step(one, wrong=True) for one in STEPS},
        "check": lambda page: to_check(page, link, language=language),
        "granted": lambda page: to_granted(page, links[2], language=language),
        "later": at(f"{link}/later"),
        "later-noted": at(f"{links[3]}/later", "later.do"),
        "decline": at(f"{link}/decline"),
        "declined": at(no),
        "open": at(mine),
        "request": at(f"{mine}/request/{waiting.request}?of={waiting.requester.id}"),
        "request-given": at(f"{mine}/request/{given.request}?of={given.requester.id}"),
        "holders": at(f"{mine}/holders"),
        "withdraw": at(f"{mine}/withdraw"),
        "withdraw-one": at(f"{mine}/withdraw?scope={given.requester.id}"),
        "renew": at(f"{mine}/renew"),
        "renew-faults": at(f"{mine}/renew", "asked.submit"),
        "rights": at(f"{mine}/rights"),
        "right-access": at(f"{mine}/rights/access"),
        "right-rectification": at(f"{mine}/rights/rectification"),
        "right-faults": at(f"{mine}/rights/rectification", "rights.rectification_do"),
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
        "refused": at(f"{link}/receipt"),
    }


STEPS = ("what", "use", "who", "not", "time")
# States that no longer words nor another layout tell apart from one that is looked at.
SAID_ELSEWHERE = {
    *(f"step-{one}-faults" for one in STEPS),
    "renew-faults",
    "right-faults",
    "right-access",
    "withdraw-one",
    "closed-and-settled",
    "closed-holders",
}


def spoken(address: str, language: str) -> str:
    """Return the address of a page in a language."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def to_step(page: Any, link: str, name: str, *, language: str, wrong: bool = False) -> None:
    """Answer until this question; `wrong`: and go on without answering it."""
    t = words(language)
    page.goto(spoken(f"{link}/choose", language))
    ticks = {"what": "category-occupation", "use": "purpose-referral", "who": "reach-everyone"}
    for step in STEPS:
        if step == name:
            break
        answer(page, t, ticks.get(step, "no_employer"))
    if wrong:
        press(page, t("step.to_check" if name == "time" else "page.continue"))


def to_check(page: Any, link: str, *, language: str) -> None:
    """Answer everything."""
    to_step(page, link, "time", language=language)
    answer(page, words(language), "adult-yes", last=True)


def to_granted(page: Any, link: str, *, language: str) -> None:
    """And confirm it."""
    to_check(page, link, language=language)
    press(page, words(language)("check.confirm"))


def open_all(page: Any) -> None:
    """Unfold whatever is folded, so that it is looked at, too."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")


@pytest.mark.parametrize("language", ["de", "en", "de_simple"])
def test_every_page_in_every_state_can_be_read_by_everybody(
    town: Town, tab: Any, audit: Any, language: str
) -> None:
    """axe in both themes, narrow and wide, folded parts open; nothing runs out sideways."""
    page = tab()
    for name, come in pages_of(town, language).items():
        if language != "de" and name in SAID_ELSEWHERE:
            continue
        come(page)
        assert page.locator("h1").count() == 1, name
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
        to_step(page, home + urlsplit(str(link.link)).path, "who", language="de")
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
        for language in ("en", "de_simple", "de"):
            page.goto(spoken(abroad + mine, language))
            assert page.locator("h1").inner_text() == words(language)("foreign.title")
            audit(page, f"desk-foreign-{language}")
        press(page, t("open.withdraw"), kind="link")
        press(page, t("withdraw.confirm_all"))
        audit(page, "desk-foreign-ended")
        two.settle()
        page.goto(home + mine)
        assert page.locator("h1").inner_text() == t("closed.title_withdrawn")


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("node/desk", "de", "en", "de-simple") == []

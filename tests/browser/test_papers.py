"""The coordinator's papers in a real Chromium: the report, and a breach from report to close."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from fachkraft_share import Candidate
from fachkraft_share.model.profile import Endorsement
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.office.site import office_site
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.visit import Person, Visit

WHO = Person("konto-1", "Katrin Koordination", frozenset({"coordinator"}))
PEOPLE = 11


def everybody(_: Visit) -> Person:
    """Let whoever comes be the coordinator: signing in is the login's matter."""
    return WHO


@pytest.fixture(scope="module")
def town() -> Alliance:
    """An alliance that has worked: eleven people consented, seven met a firm."""
    made = Alliance("muster", "beispiel", "dritte")
    muster, beispiel, dritte = made.members
    for member in (beispiel, dritte):
        member.add_search(occupation="43414", near="38640", within_km=50)
    people = []
    for number in range(PEOPLE):
        asked = muster.recommend(
            Candidate(given="Aylin", family="B", email="a@example.org", occupation="43414"),
            Endorsement(rank="second", strengths=["careful"]),
            application=f"ATS-{number}",
            rejected_on=date(2026, 11, 19),
        )
        people.append(made.person(asked.link))
        people[-1].grant()
    made.settle()
    for match in list(beispiel.inbox())[:7]:
        beispiel.request_contact(match, job="Backend")
    made.settle()
    for one in people:
        for request in one.requests():
            one.agree(request.request)
    made.settle()
    return made


@pytest.fixture(scope="module")
def office(town: Alliance) -> Iterator[str]:
    """The papers' pages where the office shows them."""
    node = town.world.node.service
    site = office_site(node, gate=everybody)
    with serving(node, office=site) as url:
        yield f"{url}/office"


def given(town: Alliance) -> str:
    """Return a referral whose documents Beispiel has."""
    return str(next(iter(town.members[1].received())).referral)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_yearly_report_can_be_read_by_everybody(
    office: str, tab: Any, audit: Any, language: str
) -> None:
    """Of this year, and of one before the alliance began."""
    page = tab()
    for year in (2026, 2025):
        page.goto(f"{office}/report?lang={language}&year={year}")
        audit(page, f"papers-report-{year}-{language}")


@pytest.mark.parametrize(
    ("language", "javascript"), [("de", True), ("de", False), ("en", True), ("en", False)]
)
def test_a_breach_is_dealt_with_from_report_to_close(
    office: str, town: Alliance, tab: Any, audit: Any, language: str, javascript: bool
) -> None:
    """By what the pages say alone, with and without JavaScript."""
    page, referral = tab(javascript=javascript), given(town)

    def look(name: str) -> None:
        audit(page, f"papers-breach-{name}-{language}", axe_can_run=javascript)

    page.goto(f"{office}/breach?lang={language}")
    look("list")
    page.get_by_role("link", name=re.compile("Falschen Empfänger|wrong recipient")).click()
    page.get_by_role("button", name=re.compile("Weiter|Continue")).click()
    look("start-fault")
    page.locator("#referral").fill(referral)
    page.get_by_role("button", name=re.compile("Weiter|Continue")).click()
    look("who")
    page.locator("#hours").fill("nie")
    page.get_by_role("button", name=re.compile("Fall beginnen|Begin the case")).click()
    look("who-fault")
    page.get_by_label("Beispiel GmbH").check()
    page.locator("#hours").fill("50")
    page.get_by_role("button", name=re.compile("Fall beginnen|Begin the case")).click()
    assert "22" in page.locator("main").inner_text()
    look("open")
    page.get_by_role("link", name=re.compile("Jetzt zurückrufen|Recall now")).click()
    look("recall")
    page.get_by_role("button", name=re.compile("Jetzt zurückrufen|Recall now")).click()
    town.settle()
    page.reload()
    page.get_by_label(re.compile("hohes Risiko:|high risk:")).check()
    page.get_by_role("button", name=re.compile("Abwägung festhalten|Record it")).click()
    look("weighed")
    for letter, done in (
        ("Meldung ansehen|See the report", "Ich habe es gemeldet|I have reported it"),
        ("Brief ansehen|See the letter", "Die Person weiß es|The person knows"),
    ):
        page.get_by_role("link", name=re.compile(letter)).click()
        look("authority" if "report" in letter else "person")
        with page.expect_download() as saved:
            page.get_by_role("link", name=re.compile("PDF")).click()
        assert saved.value.suggested_filename.endswith(".pdf")
        page.go_back()
        page.get_by_role("button", name=re.compile(done)).click()
    page.get_by_role("button", name=re.compile("Fall abschließen|Close the case")).click()
    look("closed")
    assert referral not in {one.referral for one in town.members[1].received()}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", ["record", "dpia", "measures"])
def test_what_the_law_wants_can_be_read_by_everybody(
    office: str, tab: Any, audit: Any, name: str, language: str
) -> None:
    """Each a page, from which its files are saved."""
    page = tab()
    page.goto(f"{office}/papers?lang={language}")
    audit(page, f"papers-law-{language}")
    page.locator(f"main a[href*='/{name}']").click()
    audit(page, f"papers-{name}-{language}")
    for file in ("PDF", "Markdown"):
        with page.expect_download() as saved:
            page.get_by_role("link", name=re.compile(file)).click()
        assert saved.value.suggested_filename.startswith(name)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_member_in_wrong_hands_is_reported_as_a_whole(
    office: str, town: Alliance, tab: Any, audit: Any, language: str
) -> None:
    """All it was given, without naming a referral."""
    page = tab()
    page.goto(f"{office}/breach/find?lang={language}")
    page.locator("#member").select_option(label="Dritte GmbH")
    page.get_by_role("button", name=re.compile("Weiter|Continue")).click()
    audit(page, f"papers-breach-member-{language}")
    page.get_by_role("button", name=re.compile("Fall beginnen|Begin the case")).click()
    audit(page, f"papers-breach-member-open-{language}")


def test_a_breach_is_reported_with_the_keyboard_alone(
    office: str, tab: Any, town: Alliance
) -> None:
    """Every step can be reached and sent without a mouse."""
    page, referral = tab(), given(town)
    page.goto(f"{office}/breach/find")
    page.locator("#referral").focus()
    page.keyboard.type(referral)
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=recipient]")
    page.locator("input[name=recipient]").first.focus()
    page.keyboard.press("Space")
    page.locator("#hours").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("section.box")
    assert "Noch 72 Stunden" in page.locator("main").inner_text()


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("node/papers", "de", "en") == []

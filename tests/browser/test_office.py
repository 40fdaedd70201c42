"""The coordinator's pages in a real Chromium: stories from the first click to the last."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import attrs
import pytest

from fachkraft_share import Candidate, limits
from fachkraft_share.node.http.serve import serving
from fachkraft_share.node.office.acts import write_act
from fachkraft_share.node.office.site import DAILY, LOOKING_AFTER, office_site
from fachkraft_share.node.records import HeadDispute
from fachkraft_share.node.service import Node
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.web.visit import Person, Visit

PATHS = [link.path for link in (*DAILY, *LOOKING_AFTER)]
MUSTER, BEISPIEL = "https://muster.example", "https://beispiel.example"
GOSLAR = "https://node.goslar.example"
WORDS = {
    "de": {
        "suspend": "Aussetzen",
        "suspend_now": "Jetzt aussetzen",
        "resume": "Wieder teilnehmen lassen",
        "suspended": "ausgesetzt",
        "active": "nimmt teil",
        "invite": "Mitglied einladen",
        "make": "Einladung erstellen",
        "name": "Name der Organisation",
        "fault": "Bitte geben Sie den Namen der Organisation an",
        "erasures": "Löschungen ansehen",
        "reminded": "Ich habe erinnert",
        "noted": "Vermerkt",
        "pause": "Pause",
        "begin": "Pause beginnen",
        "paused": "Die Pause hat begonnen",
        "end": "Pause beenden",
    },
    "en": {
        "suspend": "Suspend",
        "suspend_now": "Suspend now",
        "resume": "Let take part again",
        "suspended": "suspended",
        "active": "takes part",
        "invite": "Invite a member",
        "make": "Make the invitation",
        "name": "Name of the organisation",
        "fault": "Please name the organisation",
        "erasures": "See the erasures",
        "reminded": "I have reminded them",
        "noted": "Noted",
        "pause": "Pause",
        "begin": "Begin the pause",
        "paused": "The pause has begun",
        "end": "End the pause",
    },
}


def gate(visit: Visit) -> Person | None:
    """Believe a cookie: how staff signs in is tested with the login."""
    role = visit.cookie("who")
    return Person(f"a-{role}", "Petra Beispiel", frozenset({role})) if role else None


@attrs.frozen
class Place:
    """A served office."""

    node: Node
    url: str


def busy_alliances() -> TwoAlliances:
    """Return two alliances in which much went wrong: something for every page."""
    both = TwoAlliances()
    muster, _ = (both.harz.join(one) for one in ("muster", "beispiel"))
    both.recognise(days=20)
    made = muster.member.recommend(
        Candidate(given="Quirina", family="Beutel", postcode="38640", occupation="43414"),
        application="ATS-1",
        rejected_on=dt.date(2026, 11, 19),
    )
    both.settle()
    person = both.harz.person(made.link)
    person.grant()
    both.pass_time(limits.HOUR)
    person.withdraw()
    both.cut(both.goslar)
    node = both.harz.node.service
    for _ in range(15):
        both.clock.pass_time(limits.DAY)
        muster.member.sync()
        node.tick()
    node.enrolment.invite("Stadtwerke Musterstadt", ["employer", "advice"])
    with node.exchange.store.begin() as transaction:
        at = node.exchange.now()
        transaction.put(HeadDispute(GOSLAR, 1, "rolled-back", "x", "", at))
    write_act(node.exchange, "a-administrator", "member.roles", about=MUSTER, outcome="begun")
    write_act(node.exchange, "a-coordinator", "peer.clear", about=GOSLAR, outcome="refused")
    return both


@pytest.fixture(scope="module")
def places() -> Iterator[dict[str, Place]]:
    """An office in which nothing has happened, and one with something to do on every page."""
    nodes = {
        "quiet": Alliance().world.node.service,
        "busy": busy_alliances().harz.node.service,
    }
    nodes["quiet"].tick()
    with ExitStack() as stack:
        yield {
            name: Place(
                node, stack.enter_context(serving(node, office=office_site(node, gate=gate)))
            )
            for name, node in nodes.items()
        }


@pytest.fixture
def story() -> Iterator[Place]:
    """An office of its own for a story that changes something."""
    node = busy_alliances().harz.node.service
    with serving(node, office=office_site(node, gate=gate)) as url:
        yield Place(node, url)


@pytest.fixture
def office(tab: Any) -> Callable[..., Any]:
    """Open a tab of somebody with a role: `office(place, "/members", language="en")`."""

    def opened(
        place: Place,
        path: str = "/",
        *,
        who: str = "coordinator",
        language: str = "de",
        **more: Any,
    ) -> Any:
        page = tab(locale="de-DE" if language == "de" else "en-GB", **more)
        page.context.add_cookies([{"name": "who", "value": who, "url": place.url}])
        page.goto(f"{place.url}/office{path}")
        return page

    return opened


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("state", ["quiet", "busy"])
@pytest.mark.parametrize("path", PATHS)
def test_every_page_can_be_used_by_everybody(
    places: dict[str, Place], office: Any, audit: Any, path: str, state: str, language: str
) -> None:
    """Empty and full, both themes, narrow and wide."""
    page = office(places[state], path, who="administrator", language=language)
    audit(page, f"office-{path.strip('/') or 'start'}-{state}-{language}")


INNER = {
    "member": f"/members/one?id={BEISPIEL}",
    "roles": f"/members/roles?id={MUSTER}",
    "suspend": f"/members/change/suspend?id={MUSTER}",
    "leave": f"/members/change/leave?id={MUSTER}",
    "stale": f"/members/change/resume?id={MUSTER}",
    "invite": "/members/invite",
    "pause": f"/peers/pause?node={GOSLAR}",
}


@pytest.mark.parametrize("name", INNER)
def test_every_page_behind_a_page_can_be_used_by_everybody(
    places: dict[str, Place], office: Any, audit: Any, name: str
) -> None:
    """Forms before anything was typed."""
    audit(office(places["busy"], INNER[name]), f"office-{name}")


def test_officials_read(places: dict[str, Place], office: Any, audit: Any) -> None:
    """There is no button on any page they may open."""
    for path in (*PATHS, f"/members/one?id={MUSTER}"):
        page = office(places["busy"], path, who="reader")
        buttons = page.locator("main button")
        assert buttons.count() == 0, path
    audit(office(places["busy"], "/mail", who="reader"), "office-forbidden")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_coordinator_invites_a_member(
    places: dict[str, Place], office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """From the list to a letter to print; what is wrong is said and nothing typed is lost."""
    said = WORDS[language]
    page = office(places["busy"], "/members", language=language, javascript=javascript)
    page.get_by_role("link", name=said["invite"]).click()
    page.get_by_label(said["name"]).fill("  ")
    page.locator("#domains").fill("neu.example")
    page.get_by_role("button", name=said["make"]).click()
    assert page.get_by_text(said["fault"]).count() == 2
    assert page.locator("#domains").input_value() == "neu.example"
    audit(page, f"office-invite-fault-{language}", axe_can_run=javascript)
    page.get_by_label(said["name"]).fill("Neu & Söhne GmbH")
    page.get_by_role("button", name=said["make"]).click()
    letter = page.locator("article.letter").inner_text()
    assert "--id https://neu.example --name 'Neu & Söhne GmbH' --folder neu" in letter
    audit(page, f"office-letter-{language}", axe_can_run=javascript)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_coordinator_suspends_a_member_and_takes_it_back(
    story: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """Each time the page says first what it causes."""
    said = WORDS[language]
    page = office(story, "/members", language=language, javascript=javascript)
    page.get_by_role("link", name="Muster GmbH").click()
    page.get_by_role("link", name=said["suspend"], exact=True).click()
    page.get_by_role("button", name=said["suspend_now"]).click()
    assert page.locator(".badge").inner_text() == said["suspended"]
    audit(page, f"office-suspended-{language}", axe_can_run=javascript)
    page.get_by_role("link", name=said["resume"]).click()
    page.get_by_role("button", name=said["resume"]).click()
    assert page.locator(".badge").inner_text() == said["active"]


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_coordinator_reminds_of_an_overdue_erasure(
    story: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """From today's page to the note that the member was called; no person is named anywhere."""
    said = WORDS[language]
    page = office(story, language=language, javascript=javascript)
    page.get_by_role("link", name=said["erasures"]).first.click()
    assert "Quirina" not in page.content()
    page.get_by_role("link", name="Beispiel GmbH").click()
    audit(page, f"office-erasure-{language}", axe_can_run=javascript)
    page.get_by_role("button", name=said["reminded"]).click()
    assert page.get_by_text(said["noted"]).count() == 1
    audit(page, f"office-reminded-{language}", axe_can_run=javascript)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_coordinator_pauses_a_partner(
    story: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """And ends the pause."""
    said = WORDS[language]
    page = office(story, "/peers", language=language, javascript=javascript)
    page.get_by_role("link", name=said["pause"]).click()
    page.get_by_role("button", name=said["begin"]).click()
    assert page.get_by_text(said["paused"]).count() == 1
    audit(page, f"office-paused-{language}", axe_can_run=javascript)
    page.get_by_role("button", name=said["end"]).click()
    assert page.get_by_role("button", name=said["end"]).count() == 0


def test_everything_is_reached_by_keyboard(story: Place, office: Any) -> None:
    """A member is suspended without a mouse."""
    page = office(story, f"/members/change/suspend?id={MUSTER}")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.innerText || ''")
        if "Jetzt aussetzen" in focused:
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/members/one?**")
    assert page.locator(".badge").inner_text() == "ausgesetzt"


def test_a_letter_prints_alone(places: dict[str, Place], office: Any) -> None:
    """Neither navigation nor buttons go on the paper."""
    page = office(places["busy"], "/members/invite")
    page.get_by_label("Name der Organisation").fill("Papier GmbH")
    page.get_by_role("button", name="Einladung erstellen").click()
    page.emulate_media(media="print")
    assert page.locator("article.letter").is_visible()
    assert not page.locator("nav.room").is_visible()
    assert not page.get_by_text("Die Einladung ist erstellt").is_visible()


def test_hostile_names_stay_text(story: Place, office: Any) -> None:
    """On every page that shows a member."""
    name = '<img src=x onerror="window.hit=1">"><script>window.hit=1</script>'
    story.node.enrolment.invite(name, ["employer"])
    page = office(story, "/members")
    assert page.evaluate("window.hit") is None
    assert page.get_by_text(name).count() >= 1


def test_no_page_was_left_unseen(not_looked_at: Any) -> None:
    """Every page of this room was audited above, in every language and with its faults."""
    assert not_looked_at("node/office", "de", "en") == []

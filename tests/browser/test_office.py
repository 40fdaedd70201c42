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
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.visit import Person, Visit

PATHS = [link.path for link in (*DAILY, *LOOKING_AFTER)]
MUSTER, BEISPIEL = "https://muster.example", "https://beispiel.example"
GOSLAR = "https://node.goslar.example"


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
def town() -> Iterator[Place]:
    """An office of its own, quick to make: two members, and a letter that waits."""
    made = Alliance("muster", "beispiel")
    made.members[0].recommend(
        Candidate(
            given="A", family="B", email="a@privat.example", postcode="38640", occupation="43414"
        ),
        application="ATS-1",
        rejected_on=dt.date(2026, 11, 19),
        mail=True,
    )
    made.settle()
    node = made.world.node.service
    with serving(node, office=office_site(node, gate=gate)) as url:
        yield Place(node, url)


@pytest.fixture(scope="module")
def ending() -> Iterator[Place]:
    """An office whose members' keys end soon."""
    made = Alliance("muster", "beispiel")
    made.world.clock.pass_time(limits.KEY_DAYS * limits.DAY - limits.ENDS_SOON + 1)
    node = made.world.node.service
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


@pytest.mark.parametrize(("state", "language"), [("busy", "de"), ("busy", "en"), ("quiet", "de")])
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
    """Forms before anything was typed; the stories look at the same pages in both languages."""
    audit(office(places["busy"], INNER[name]), f"office-{name}-de")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_navigation_fits_one_line(places: dict[str, Place], office: Any, language: str) -> None:
    """Of a wide window, also for the administrator, who sees most; so do the pages behind one."""
    page = office(places["busy"], "/audit", who="administrator", language=language)
    for nav in ("nav.room", "nav.parts"):
        tops = page.locator(f"{nav} li").evaluate_all("all => all.map(one => one.offsetTop)")
        assert len(set(tops)) == 1


def test_officials_read(places: dict[str, Place], office: Any, audit: Any) -> None:
    """There is no button on any page they may open."""
    for path in (*PATHS, f"/members/one?id={MUSTER}"):
        page = office(places["busy"], path, who="reader")
        buttons = page.locator("main button")
        assert buttons.count() == 0, path
    audit(office(places["busy"], "/mail", who="reader"), "office-forbidden")


EVERY_WAY = pytest.mark.parametrize(
    ("language", "javascript"), [("de", True), ("de", False), ("en", True), ("en", False)]
)


@EVERY_WAY
def test_a_coordinator_invites_a_member(
    places: dict[str, Place], office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """From the list to a letter to print; what is wrong is said and nothing typed is lost."""
    t = catalogue(language).text
    page = office(places["busy"], "/members", language=language, javascript=javascript)
    page.get_by_role("link", name=t("office.invite.title")).click()
    page.get_by_label(t("office.invite.name")).fill("  ")
    page.locator("#domains").fill("neu.example")
    page.get_by_role("button", name=t("office.invite.button")).click()
    assert page.get_by_text(t("office.fault.name")).count() == 2
    assert page.locator("#domains").input_value() == "neu.example"
    audit(page, f"office-invite-fault-{language}", axe_can_run=javascript)
    page.get_by_label(t("office.invite.name")).fill("Neu & Söhne GmbH")
    page.get_by_role("button", name=t("office.invite.button")).click()
    letter = page.locator("article.letter").inner_text()
    assert "--id https://neu.example --name 'Neu & Söhne GmbH' --folder neu" in letter
    audit(page, f"office-letter-{language}", axe_can_run=javascript)


@EVERY_WAY
def test_a_member_gets_tasks_is_suspended_and_leaves(
    town: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """Each time the page says first what it causes; what cannot be undone is asked twice."""
    t = catalogue(language).text
    page = office(town, "/members", language=language, javascript=javascript)

    def follow(name: str) -> None:
        page.get_by_role("link", name=t(name), exact=True).click()

    def press(name: str) -> None:
        page.get_by_role("button", name=t(name)).click()

    page.get_by_role("link", name="Muster GmbH").click()
    follow("office.roles.title")
    page.locator("input[value=employer]").uncheck()
    press("office.roles.button")
    assert page.get_by_text(t("office.fault.role")).count() == 2
    audit(page, f"office-roles-fault-{language}", axe_can_run=javascript)
    page.locator("input[value=education]").check()
    press("office.roles.button")
    assert t("role.education") in page.locator("dl.facts").inner_text()
    follow("office.change.suspend.short")
    press("office.change.suspend.button")
    assert page.locator(".badge").inner_text() == t("office.status.suspended")
    audit(page, f"office-suspended-{language}", axe_can_run=javascript)
    follow("office.change.resume.short")
    press("office.change.resume.button")
    assert page.locator(".badge").inner_text() == t("office.status.active")
    follow("office.change.leave.short")
    press("office.change.leave.button")
    assert page.get_by_text(t("office.change.sure_fault")).count() >= 1
    audit(page, f"office-leave-fault-{language}", axe_can_run=javascript)
    page.locator("#sure").check()
    press("office.change.leave.button")
    assert page.get_by_text(t("office.done.leave")).count() == 1
    audit(page, f"office-left-{language}", axe_can_run=javascript)


@EVERY_WAY
def test_a_coordinator_reminds_of_an_overdue_erasure_and_notes_a_confirmation(
    story: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """From today's page to the note that it came in writing; no person is named anywhere."""
    t = catalogue(language).text
    page = office(story, language=language, javascript=javascript)

    def open_one() -> None:
        page.get_by_role("link", name=f"{t('office.erasures.see')} Beispiel GmbH").click()

    page.get_by_role("link", name=t("office.act.overdue")).first.click()
    assert "Quirina" not in page.content()
    open_one()
    audit(page, f"office-erasure-{language}", axe_can_run=javascript)
    page.get_by_role("button", name=t("office.erasures.remind_button")).click()
    assert page.get_by_text(t("office.erasures.done.remind")).count() == 1
    audit(page, f"office-reminded-{language}", axe_can_run=javascript)
    open_one()
    page.get_by_role("button", name=t("office.erasures.confirm_button")).click()
    assert page.get_by_text(t("office.erasures.sure_fault")).count() >= 1
    audit(page, f"office-erasure-fault-{language}", axe_can_run=javascript)
    page.locator("#sure").check()
    page.get_by_role("button", name=t("office.erasures.confirm_button")).click()
    assert page.get_by_text(t("office.erasures.done.confirm")).count() == 1
    assert "Quirina" not in page.content()


@EVERY_WAY
def test_a_coordinator_pauses_a_partner(
    story: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """And ends the pause."""
    t = catalogue(language).text
    page = office(story, "/peers", language=language, javascript=javascript)
    page.get_by_role("link", name=t("office.peers.pause")).click()
    audit(page, f"office-pause-{language}", axe_can_run=javascript)
    page.get_by_role("button", name=t("office.peers.pause_button")).click()
    assert page.get_by_text(t("office.peers.done.pause")).count() == 1
    audit(page, f"office-paused-{language}", axe_can_run=javascript)
    page.get_by_role("button", name=t("office.peers.resume")).click()
    assert page.get_by_role("button", name=t("office.peers.resume")).count() == 0


@EVERY_WAY
def test_keys_about_to_expire_are_seen_in_time(
    ending: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """From today's page to the member, where the remedy stands."""
    t = catalogue(language).text
    page = office(ending, language=language, javascript=javascript)
    page.get_by_role("link", name=t("office.act.keys")).first.click()
    page.get_by_role("link", name="Muster GmbH").click()
    assert page.get_by_text(t("office.members.keys_how")).count() == 1
    audit(page, f"office-keys-{language}", axe_can_run=javascript)


@EVERY_WAY
def test_letters_are_shown_and_then_deleted_until_a_mail_server_is_set(
    town: Place, office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """From today's page; what was sent is deleted here, and the record says who did it."""
    t = catalogue(language).text
    page = office(town, language=language, javascript=javascript)
    page.get_by_role("link", name=t("office.act.mail")).click()
    audit(page, f"office-mail-waiting-{language}", axe_can_run=javascript)
    page.get_by_role("button", name=t("office.mail.show")).click()
    assert page.get_by_text("a@privat.example").first.is_visible()
    audit(page, f"office-mail-read-{language}", axe_can_run=javascript)
    page.get_by_role("button", name=t("office.mail.sent")).click()
    assert page.get_by_text(t("office.mail.done")).is_visible()
    audit(page, f"office-mail-sent-{language}", axe_can_run=javascript)
    page.goto(f"{town.url}/office/audit")
    assert page.get_by_text(t("office.deed.mail.read")).count() == 1
    assert "a@privat.example" not in page.content()


@EVERY_WAY
def test_an_administrator_looks_after_the_node(
    places: dict[str, Place], office: Any, audit: Any, language: str, javascript: bool
) -> None:
    """Checks with cause and remedy, the record, the settings: one after the other."""
    t = catalogue(language).text
    page = office(places["busy"], who="administrator", language=language, javascript=javascript)
    page.get_by_role("link", name=t("office.nav.after")).first.click()
    page.get_by_text(t("office.health.technical")).first.click()
    assert page.get_by_text(t("office.health.remedy"), exact=True).first.is_visible()
    audit(page, f"office-health-open-{language}", axe_can_run=javascript)
    parts = page.locator("nav.parts")
    parts.get_by_role("link", name=t("office.nav.audit")).click()
    assert page.get_by_text(t("office.audit.whole")).count() == 1
    parts.get_by_role("link", name=t("office.nav.settings")).click()
    assert page.get_by_text("policy.k", exact=True).count() == 1


def test_everything_is_reached_by_keyboard(town: Place, office: Any) -> None:
    """A member is suspended without a mouse."""
    page = office(town, f"/members/change/suspend?id={MUSTER}")
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

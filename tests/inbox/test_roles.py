"""Roles: who may open which page, and that every address and every form is checked."""

import re
from typing import Any

import pytest

from fachkraft_share.member.inbox.home import home_routes
from fachkraft_share.member.inbox.room import ACT, MANAGE, READ
from fachkraft_share.member.inbox.site import ROUTES, inbox_site
from fachkraft_share.web.site import Route

from .conftest import gate

FIGURES = {"/", "/searches", "/figures"}  # what a works council reads, and nothing changes
MANAGING = {"/settings", "/settings/change", "/checks", "/websites"}
OTHERS = {ACT: ("reader",), MANAGE: ("hr", "reader"), READ: ()}


def routes() -> list[Route]:
    """Return the inbox's own routes."""
    makers = (home_routes, *ROUTES)
    return [route for make in makers for route in make(None)]  # type: ignore[arg-type]


def real(path: str, referral: str) -> str:
    """Return an address of something that is there."""
    return re.sub(r"\{[a-z]+\}", "1", path.replace("{referral}", referral))


def test_every_page_belongs_to_one_of_three_circles() -> None:
    """No page is open by mistake: what is managed, what is read along, and the daily work."""
    for route in routes():
        wanted = READ if route.path in FIGURES else MANAGE if route.path in MANAGING else ACT
        assert route.roles == wanted, route.path
        assert route.post is None or route.roles != READ, route.path
    assert {route.path for route in routes()} >= FIGURES | MANAGING


def test_every_address_refuses_every_wrong_role(town: Any) -> None:
    """Each page and each form, and who is not signed in at all; the refusal shows nobody."""
    town.beispiel.add_search(occupation="43")
    referral, _ = town.disclosed()
    for route in routes():
        for role in ("", "nobody", *OTHERS[route.roles]):
            tab, path = town.tab(town.beispiel, role=role), real(route.path, referral)
            answers = [tab.get(path)] if route.get else []
            answers += [tab.post(path)] if route.post else []
            for answer in answers:
                assert answer.status == (403 if role else 303), (path, role)
                assert b"Aylin" not in answer.body, (path, role)


@pytest.mark.parametrize("role", ["administrator", "hr", "reader"])
def test_every_address_lets_every_right_role_in(town: Any, role: str) -> None:
    """Nobody is refused what is theirs; a works council sees no person there."""
    town.beispiel.add_search(occupation="43")
    referral, _ = town.disclosed()
    tab = town.tab(town.beispiel, role=role)
    for route in routes():
        if role in route.roles and route.get is not None:
            answer = tab.get(real(route.path, referral))
            assert answer.status != 403, route.path
            assert role != "reader" or b"Aylin" not in answer.body, route.path


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("administrator", {"Überblick", "Profile", "Empfehlen", "Zahlen", "Verwaltung"}),
        ("hr", {"Überblick", "Profile", "Empfehlen", "Zahlen"}),
        ("reader", {"Überblick", "Zahlen"}),
    ],
)
def test_nobody_is_shown_a_way_that_is_closed(town: Any, role: str, names: set[str]) -> None:
    """Neither in the navigation nor on the start page."""
    page = town.tab(town.beispiel, role=role).text("/")
    every = {"Überblick", "Profile", "Empfehlen", "Zahlen", "Verwaltung"}
    assert {name for name in every if f">{name}</a>" in page} == names
    for path in MANAGING:
        assert role == "administrator" or f'href="{path}"' not in page


def test_who_does_the_daily_work_is_told_who_can_mend_it(town: Any) -> None:
    """A problem is named to everybody, with its remedy to who may do something about it."""
    town.shown()
    town.alliance.world.clock.pass_time(20 * 86400)
    assert "die diesen Posteingang verwaltet" in town.tab(town.beispiel).text("/")
    assert "Ursachen und Abhilfe" in town.tab(town.beispiel, role="administrator").text("/")


def test_the_page_that_watches_long_work_is_for_who_may_begin_it(town: Any) -> None:
    """And for nobody else."""
    site = inbox_site(lambda: town.muster, gate=gate, start=lambda work: work())
    found, _ = site._find("/job/x")  # type: ignore[misc]
    assert found.roles == ACT


def test_employers_are_told_of_their_works_council(town: Any) -> None:
    """§ 87(1) no. 6 BetrVG stands beside the rules."""
    page = town.tab(town.beispiel, role="reader").text("/figures")
    assert "§ 87 Abs. 1 Nr. 6 BetrVG" in page
    assert "Art. 22" in page


def test_a_form_from_elsewhere_changes_nothing(town: Any) -> None:
    """Whoever is signed in."""
    referral, _ = town.disclosed()
    tab = town.tab(town.beispiel)
    foreign = {"sec-fetch-site": "cross-site"}
    path = f"/received/{referral}/outcome"
    assert tab.post(path, "outcome=hired", **foreign).status == 403
    assert "Noch kein Ausgang" in tab.text("/received")

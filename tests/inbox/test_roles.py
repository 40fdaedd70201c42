"""Roles: what a works council sees, and that every address and every form is checked."""

from typing import Any

import pytest

from fachkraft_share.member.inbox.room import ACT
from fachkraft_share.member.inbox.site import ROUTES, inbox_site
from fachkraft_share.web.site import Route

SEEN = {"/", "/searches", "/figures", "/settings", "/checks"}


def routes(town: Any) -> list[Route]:
    """Return the inbox's own routes."""
    made = inbox_site(lambda: town.muster, gate=lambda _: None)
    assert made is not None
    return [route for make in ROUTES for route in make(None)]  # type: ignore[arg-type]


def test_every_page_names_its_roles(town: Any) -> None:
    """No page is open by mistake, and whatever changes something is for those who decide."""
    for route in routes(town):
        assert route.roles, route.path
        assert route.post is None or route.roles == ACT, route.path


def test_a_works_council_reads_figures_and_rules_and_no_person(town: Any) -> None:
    """Everything else is refused, whatever happened meanwhile."""
    town.beispiel.add_search(occupation="43")
    referral, _ = town.disclosed()
    reader = town.tab(town.beispiel, role="reader")
    for route in routes(town):
        path = route.path.replace("{referral}", referral).replace("{number}", "1")
        path = path.replace("{id}", "x").replace("{ref}", "x")
        if route.get is not None:
            answer = reader.get(path)
            assert answer.status == (200 if route.path in SEEN else 403), path
            assert b"Aylin" not in answer.body
        if route.post is not None:
            assert reader.post(path).status == 403, path


def test_employers_are_told_of_their_works_council(town: Any) -> None:
    """§ 87(1) no. 6 BetrVG stands beside the rules."""
    page = town.tab(town.beispiel, role="reader").text("/figures")
    assert "§ 87 Abs. 1 Nr. 6 BetrVG" in page
    assert "Art. 22" in page


@pytest.mark.parametrize("role", ["administrator", "hr"])
def test_who_decides_sees_everything(town: Any, role: str) -> None:
    """Both roles."""
    referral, _ = town.disclosed()
    assert "Aylin" in town.tab(town.beispiel, role=role).text(f"/received/{referral}")


def test_a_form_from_elsewhere_changes_nothing(town: Any) -> None:
    """Whoever is signed in."""
    referral, _ = town.disclosed()
    tab = town.tab(town.beispiel)
    foreign = {"sec-fetch-site": "cross-site"}
    path = f"/received/{referral}/outcome"
    assert tab.post(path, "outcome=hired", **foreign).status == 403
    assert "Noch kein Ausgang" in tab.text("/received")

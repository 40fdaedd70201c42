"""What each page of the inbox shows and does, through its address."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from fachkraft_share.model.consent import Category
from fachkraft_share.rules.matching import Search

PAGES = (
    *("/", "/profiles", "/searches", "/searches/new", "/searches/import", "/waiting", "/received"),
    *("/recommend", "/recommended", "/rights", "/websites", "/figures", "/settings", "/checks"),
)


def form(**fields: str) -> str:
    return urlencode(fields)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_is_there_while_nothing_waits(town: Any, path: str, language: str) -> None:
    """In both languages."""
    tab = town.tab(town.beispiel, role="administrator")
    assert "<h1>" in tab.text(f"{path}?lang={language}")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_when_much_happened(town: Any, path: str) -> None:
    """On both sides of a recommendation."""
    town.beispiel.add_search(occupation="43", near="38640", within_km=50)
    town.disclosed()
    for member in (town.muster, town.beispiel):
        assert "<h1>" in town.tab(member, role="administrator").text(path)


def test_a_profile_is_shown_with_its_reasons_and_no_name(town: Any) -> None:
    """Why a search applies, in words, and how many days are left."""
    town.beispiel.add_search(occupation="43")
    referral, _ = town.shown()
    page = town.tab(town.beispiel).text("/profiles")
    assert referral in page
    assert "Beruf:" in page
    assert "noch" in page
    assert "Aylin" not in page


def test_nobody_is_hidden(town: Any) -> None:
    """A profile no search applies to stands in the list, too (R12)."""
    town.beispiel.add_search(occupation="11")
    referral, _ = town.shown()
    page = town.tab(town.beispiel).text("/profiles")
    assert "Alle anderen" in page
    assert referral in page


def test_asking_for_contact_leads_to_its_state(town: Any) -> None:
    """And the person sees exactly what was written."""
    referral, person = town.shown()
    tab = town.tab(town.beispiel)
    sent = form(job="Entwicklerin", message="Wir suchen", contact="Frau Muster")
    answer = tab.post(f"/profiles/{referral}", sent)
    assert answer.headers["Location"] == "/waiting?said=asked"
    assert "Zugestellt" in tab.text("/waiting")
    assert re.search(r"Antwort möglich bis \d+\. \w+ \d{4}", tab.text("/waiting"))
    town.alliance.settle()
    [contact] = person.requests()
    assert (contact.job, contact.message) == ("Entwicklerin", "Wir suchen")


def test_a_request_names_a_job(town: Any) -> None:
    """Else the form says what is missing, and keeps what was typed."""
    referral, _ = town.shown()
    answer = town.tab(town.beispiel).post(f"/profiles/{referral}", form(job=" ", message="Hallo"))
    assert answer.status == 422
    assert "Hallo" in answer.body.decode()
    assert "die Stelle fehlt" in answer.body.decode()


def test_who_agreed_is_shown_with_everything(town: Any) -> None:
    """Contact data, what the origin says, documents."""
    referral, _ = town.disclosed()
    page = town.tab(town.beispiel).text(f"/received/{referral}")
    for said in ("Aylin", "05321 123", "aylin@example.org", "ist zuverlässig", "Lebenslauf"):
        assert said in page


def test_an_outcome_takes_one_click_and_may_be_corrected(town: Any) -> None:
    """The last one counts, and the origin sees it."""
    referral, _ = town.disclosed()
    tab = town.tab(town.beispiel)
    for said in ("not_hired", "hired"):
        answer = tab.post(f"/received/{referral}/outcome", form(outcome=said))
        assert answer.status == 303
    assert "Eingestellt" in tab.text(f"/received/{referral}")
    town.alliance.settle()
    assert "Glückwunsch" in town.tab(town.muster).text(f"/recommended/{referral}")
    assert tab.post(f"/received/{referral}/outcome", form(outcome="x")).status == 400


def test_a_search_is_changed_and_removed(town: Any) -> None:
    """Its form comes back as it was."""
    made = town.beispiel.add_search(occupation="43", near="38640", within_km=25)
    tab = town.tab(town.beispiel)
    assert 'value="38640"' in tab.text(f"/searches/{made.id}")
    assert tab.post(f"/searches/{made.id}", form(occupation="26")).status == 303
    [changed] = town.beispiel.searches()
    assert changed == Search(made.id, "26")
    assert tab.post(f"/searches/{made.id}/remove").status == 303
    assert town.beispiel.searches() == ()
    assert tab.get(f"/searches/{made.id}").status == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"near": "99"}, "Postleitzahl"), ({"occupation": "9x"}, "Berufsschlüssel")],
)
def test_a_search_that_cannot_be_says_why(town: Any, sent: dict[str, str], said: str) -> None:
    """At the field it is about."""
    answer = town.tab(town.beispiel).post("/searches/new", form(**sent))
    assert answer.status == 422
    assert said in answer.body.decode()


def test_a_level_nobody_offers_is_refused(town: Any) -> None:
    """No browser sends it."""
    assert town.tab(town.beispiel).post("/searches/new", form(level="9")).status == 400


POSTING = """<html><script type="application/ld+json">{"@type": "JobPosting", "title":
"Elektroniker für Betriebstechnik", "jobLocation": {"address": {"postalCode": "38640",
"addressLocality": "Goslar"}}}</script></html>"""


def test_a_vacancy_becomes_a_proposed_search(town: Any) -> None:
    """Nothing is saved before somebody confirms it."""
    tab = town.tab(town.beispiel)
    answer = tab.post("/searches/import", form(text=POSTING))
    page = answer.body.decode()
    assert answer.status == 200
    assert "Goslar" in page
    assert 'value="38640"' in page
    assert re.search(r'name="called"[^>]* value="[^"]+"', page)  # its title is proposed as the name
    assert town.beispiel.searches() == ()
    assert tab.post("/searches/import", form(text="nichts")).status == 422


def test_rights_are_answered_within_their_month(town: Any) -> None:
    """With everything held at hand."""
    referral, person = town.shown()
    person.exercise("access")
    town.alliance.settle()
    tab = town.tab(town.muster)
    assert "Ein Anliegen" in tab.text("/") or "1 Anliegen" in tab.text("/")
    page = tab.text("/rights")
    assert "Aylin" in page
    held = tab.get(f"/rights/{referral}/export")
    assert b"fks-person-export/1" in held.body
    assert "attachment" in held.headers["Content-Disposition"]
    named = dict(re.findall(r'name="(referral|kind|jti)" value="([^"]+)"', page))
    assert tab.post("/rights", form(**named)).status == 303
    assert tab.post("/rights", form(**named)).status == 404
    assert tab.get(f"/rights/{referral}/export").status == 404


def test_a_rectification_says_what_was_ticked_as_wrong(town: Any) -> None:
    """In words, beside the person."""
    _, person = town.shown()
    person.exercise("rectification", categories=[Category.SKILLS])
    town.alliance.settle()
    page = town.tab(town.muster).text("/rights")
    assert "Als falsch angekreuzt: Kenntnisse" in page


def test_a_recommendation_is_ended_only_by_who_is_sure(town: Any) -> None:
    """It is final."""
    referral, _ = town.shown()
    tab = town.tab(town.muster)
    assert tab.post(f"/recommended/{referral}/end", form(reason="recalled")).status == 409
    done = tab.post(f"/recommended/{referral}/end", form(reason="recalled", sure="yes"))
    assert done.status == 303
    town.alliance.settle()
    assert "Beendet" in tab.text(f"/recommended/{referral}")
    assert tab.post(f"/recommended/{referral}/file-erased").status == 303


@pytest.mark.parametrize(
    "path",
    ["/profiles/x", "/received/x", "/recommended/x", "/recommend/x", "/received/x/documents/1"],
)
def test_what_is_not_there_is_not_found(town: Any, path: str) -> None:
    """Whoever guesses an address learns nothing."""
    assert town.tab(town.beispiel).get(path).status in (404, 409)


def test_settings_say_where_they_come_from(town: Any) -> None:
    """And credentials are never among them."""
    page = town.tab(town.beispiel, role="administrator").text("/settings")
    assert "Beispiel GmbH" in page
    assert "vom Programm gegeben" in page


def test_a_restored_state_says_what_to_do(town: Any) -> None:
    """Instead of profiles that may have ended."""
    town.shown()
    town.alliance.world.clock.pass_time(20 * 86400)
    tab = town.tab(town.beispiel)
    assert "gleichen Sie" in tab.text("/")
    answer = tab.get("/profiles")
    assert answer.status == 409
    assert "abgelaufen" in answer.body.decode()


def test_who_synchronises_while_it_runs_is_told_what_happens(town: Any) -> None:
    """The running one does the work, and another follows."""
    page = town.tab(town.beispiel).text("/?said=at-work")
    assert "die nächste Runde folgt von selbst" in page

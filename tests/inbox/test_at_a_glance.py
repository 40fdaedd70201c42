"""What somebody with one minute sees without opening anything, and what is not lost by a slip."""

from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share.member.recommended import recommended
from fachkraft_share.model.profile import Years

from .conftest import AYLIN
from .test_documents import PDF, pdf, with_document

TYPED = {"given": "A", "family": "B", "title": "Elektroniker", "rejected_on": "2026-01-01"}


def test_a_profile_says_more_than_its_field_in_the_list(town: Any) -> None:
    """Region, skills, praise; and what ends when."""
    town.shown()
    page = town.tab(town.beispiel).text("/profiles")
    card = page[page.index("<article") : page.index("</article>")]
    for words in ("Braunschweig, Goslar", "Python", "an zweiter Stelle", "sichtbar: noch"):
        assert words in card


def test_what_is_new_stands_first(town: Any) -> None:
    """Before those whose contact data are here already."""
    town.beispiel.add_search(occupation="43")
    first, _ = town.disclosed()
    second = town.recommended(AYLIN, application="A-2")
    town.alliance.settle()
    town.alliance.person(second.link).grant()
    town.alliance.settle()
    page = town.tab(town.beispiel).text("/profiles")
    assert page.index(second.referral) < page.index(first)


def test_who_was_hired_is_no_longer_under_way(town: Any) -> None:
    """A heading of its own; the own file number tells them apart."""
    referral, _ = town.disclosed()
    town.beispiel.report(referral, "hired")
    town.alliance.settle()
    page = town.tab(town.muster).text("/recommended")
    assert "<h2>Eingestellt</h2>" in page
    assert "<h2>Laufend</h2>" not in page
    assert "A-1" in page


def test_what_has_ended_is_named_by_its_day(town: Any) -> None:
    """No id for a headline; and who had the data is not said to have them still."""
    referral, person = town.disclosed()
    person.withdraw()
    town.alliance.settle()
    tab = town.tab(town.muster)
    assert "Empfehlung vom 22. November 2026, Daten gelöscht" in tab.text("/recommended")
    page = tab.text(f"/recommended/{referral}")
    assert "Hatte Kontaktdaten und Unterlagen und muss sie löschen." in page
    assert "Hat Kontaktdaten" not in page


def test_what_happens_within_a_second_is_told_in_its_order(town: Any) -> None:
    """Nobody agrees after the documents were handed over."""
    referral, _ = town.disclosed()
    assert recommended(town.muster.engine)
    page = town.tab(town.muster).text(f"/recommended/{referral}")
    told = page[page.index('<ol class="timeline">') :]
    steps = ("Empfehlung vorbereitet", "Anfrage der Person gezeigt", "Unterlagen übergeben")
    places = [told.index(one) for one in steps]
    assert places == sorted(places)
    assert "22. November 2026, 01:00 Uhr:" in told


@pytest.mark.parametrize(("since", "status"), [("12/2019", 303), ("2019", 303), ("bald", 422)])
def test_a_year_is_understood_or_asked_about(town: Any, since: str, status: int) -> None:
    """Never thrown away in silence."""
    tab = town.tab(town.muster)
    answer = tab.post("/recommend", urlencode({**TYPED, "since": since}))
    assert answer.status == status
    if status == 303:
        assert 'value="2019"' in tab.text(f"{answer.headers['Location']}/edit")
    else:
        assert "gehört eine Jahreszahl hin" in answer.body.decode()


def test_the_radius_of_a_saved_search_is_among_those_to_choose_from(town: Any) -> None:
    """Or saving it again would change it."""
    made = town.beispiel.add_search(occupation="43", near="38640", within_km=60)
    page = town.tab(town.beispiel).text(f"/searches/{made.id}")
    assert '<option value="60" selected>' in page


def test_languages_stand_where_one_looks_for_them(town: Any) -> None:
    """German and English first, then by their names in the page's language."""
    page = town.tab(town.muster).text("/recommend")
    found = [page.index(f">{one}</option>") for one in ("Deutsch", "Englisch", "Arabisch")]
    assert found == sorted(found)


def test_a_downloaded_file_says_whose_it_is_in_plain_letters(town: Any) -> None:
    """Whatever somebody is called, no path and no second header comes of it."""
    person = attrs.evolve(with_document(PDF, pdf()), given='../"Ä; X: y', family="Öz")
    referral, _ = town.disclosed(person)
    answer = town.tab(town.beispiel).get(f"/received/{referral}/documents/1")
    assert answer.headers["Content-Disposition"].endswith('="lebenslauf-ae-x-y-oez.pdf"')


def test_what_a_profile_does_not_say_is_no_reason(town: Any) -> None:
    """It stands apart, as open."""
    town.shown()
    town.beispiel.add_search(occupation="43", years=Years.MORE)
    [match] = town.beispiel.inbox()
    assert match.unknown
    assert not set(match.unknown) & set(match.reasons)
    assert f"Offen: {match.unknown[0]}" in town.tab(town.beispiel).text("/profiles")


def test_a_search_for_everything_is_asked_about_once(town: Any) -> None:
    """An empty form is mostly an accident."""
    tab = town.tab(town.beispiel)
    asked = tab.post("/searches/new", "title=&near=")
    assert (asked.status, "jedes Profil" in asked.body.decode()) == (200, True)
    assert not town.beispiel.searches()
    assert tab.post("/searches/new", "title=&near=&everything=yes").status == 303
    assert len(town.beispiel.searches()) == 1


def test_a_late_joiner_reads_why_the_list_is_empty(town: Any) -> None:
    """Nothing is broken: earlier consents did not name them."""
    assert "neu im Verbund" in town.tab(town.beispiel).text("/profiles")


def test_each_outcome_says_what_it_means(town: Any) -> None:
    """And that it changes nothing about the data."""
    referral, _ = town.disclosed()
    page = town.tab(town.beispiel).text(f"/received/{referral}")
    for words in ("nicht erreicht", "Sie haben sich geeinigt", "ändert es nichts"):
        assert words in page


def test_first_steps_stand_on_the_start_page_until_they_are_done(town: Any) -> None:
    """What is done says so; who only reads is not asked."""
    tab = town.tab(town.muster)
    assert "Die ersten Schritte" in tab.text("/")
    town.muster.add_search(occupation="43")
    assert "erledigt" in tab.text("/")
    town.shown()
    assert "Die ersten Schritte" not in tab.text("/")
    assert "Die ersten Schritte" not in town.tab(town.beispiel, "reader").text("/")

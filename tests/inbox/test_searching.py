"""Making a search by the words people say: titles and towns that mean one thing or several."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share.member.records import SearchRow
from fachkraft_share.rules.coding import suggest
from fachkraft_share.rules.official_lists import vocabulary_of

ONE = "Krankenschwester"
SEVERAL = "Informatiker und Elektroniker"
TOWNS = """zipcode,place,state_code,community,community_code,latitude,longitude
38640,Goslar,NI,Landkreis Goslar,03153,51.9,10.4
38642,Goslar,NI,Landkreis Goslar,03153,51.91,10.44
31535,Neustadt,NI,Region Hannover,03241,52.5,9.46
67433,Neustadt,RP,Neustadt an der Weinstraße,07316,49.35,8.15
"""


def form(**fields: str) -> str:
    return urlencode(fields)


def with_towns(town: Any, more: str = "") -> Any:
    """Let beispiel have a list of postcodes, and return its inbox."""
    engine = town.beispiel.engine
    engine._vocabulary = vocabulary_of({"places": (TOWNS + more).encode()})
    engine.forget_words()
    return town.tab(town.beispiel)


def test_a_title_that_means_one_occupation_is_taken_and_shown(town: Any) -> None:
    """Saved with one click, and the next page says as what."""
    [found] = suggest(ONE, vocabulary=town.beispiel.engine.vocabulary)
    tab = town.tab(town.beispiel)
    saved = tab.post("/searches/new", form(title=ONE, near="38640", within_km="25"))
    assert saved.status == 303
    [search] = town.beispiel.searches()
    assert (search.occupation, search.near, search.within_km) == (found.code, "38640", 25)
    page = tab.text(saved.headers["Location"])
    assert f"<strong>{found.label}, 25 km um 38640</strong>" in page
    assert f'href="/searches/{search.id}"' in page


def test_a_search_has_the_name_people_give_it(town: Any) -> None:
    """In the list and among the reasons; what it looks for stands beside it, and it can change."""
    tab, fields = town.tab(town.beispiel), {"title": "Informatiker", "near": "38640"}
    [found, *_] = suggest("Informatiker", vocabulary=town.beispiel.engine.vocabulary)
    chosen = {"titled": "Informatiker", "occupation": found.code, **fields}
    name = "Nachfolge <b>Werkstatt</b>"
    saved = tab.post("/searches/new", form(**chosen, called=f" {name} "))
    [search] = town.beispiel.searches()
    assert search.name == name
    shown = "Nachfolge &lt;b&gt;Werkstatt&lt;/b&gt;"
    assert f"{shown}: " in tab.text(saved.headers["Location"])
    listed = tab.text("/searches")
    assert f">{shown}</a>" in listed
    assert "km um 38640" in listed
    assert f'value="{shown}"' in tab.text(f"/searches/{search.id}")
    tab.post(f"/searches/{search.id}", form(**chosen, called=""))
    assert [one.name for one in town.beispiel.searches()] == [""]
    assert "Werkstatt" not in tab.text("/searches")


def test_a_name_alone_is_no_search(town: Any) -> None:
    """Whoever gives nothing else is asked whether everything is meant, as without a name."""
    tab = town.tab(town.beispiel)
    assert tab.post("/searches/new", form(called="Alle")).status == 200
    assert town.beispiel.searches() == ()
    assert tab.post("/searches/new", form(called="Alle", everything="yes")).status == 303


def test_a_search_saved_before_there_were_names_still_counts(town: Any) -> None:
    """Rows of an earlier release have no such field."""
    search = town.beispiel.add_search(occupation="43")
    with town.beispiel.engine.store.begin() as transaction:
        row = transaction.get(SearchRow, search.id)
        body = json.loads(row.body)
        body.pop("name", None)
        transaction.put(attrs.evolve(row, body=json.dumps(body)))
    assert town.beispiel.searches() == (search,)


def test_a_title_that_means_several_is_asked_about(town: Any) -> None:
    """As a step, not as a fault: nothing is red, what was typed stays, a choice saves it."""
    tab = town.tab(town.beispiel)
    asked = tab.post("/searches/new", form(title=SEVERAL, near="38640", years="2-4"))
    page = asked.body.decode()
    assert asked.status == 200
    assert "Noch eine Frage" in page
    assert 'class="box faults"' not in page
    codes = re.findall(r'name="occupation" value="(\d+)"', page)
    assert len(codes) > 1
    sent = form(title=SEVERAL, titled=SEVERAL, occupation=codes[1], near="38640", years="2-4")
    assert tab.post("/searches/new", sent).status == 303
    assert [one.occupation for one in town.beispiel.searches()] == [codes[1]]


def test_another_title_goes_before_what_was_chosen_for_the_first(town: Any) -> None:
    """Also where a saved search gets a new title."""
    made = town.beispiel.add_search(occupation="26")
    [found] = suggest(ONE, vocabulary=town.beispiel.engine.vocabulary)
    sent = form(title=ONE, titled="", occupation="26")
    assert town.tab(town.beispiel).post(f"/searches/{made.id}", sent).status == 303
    assert [one.occupation for one in town.beispiel.searches()] == [found.code]


def test_a_title_that_means_nothing_is_said_to(town: Any) -> None:
    """At its field."""
    answer = town.tab(town.beispiel).post("/searches/new", form(title="Xyzzy"))
    assert answer.status == 422
    assert "dazu wurde kein Beruf gefunden" in answer.body.decode()


@pytest.mark.parametrize(
    ("near", "said"),
    [("Göttingen", "Postleitzahl statt des Ortsnamens"), ("00000", "nicht bekannt")],
)
def test_without_a_list_a_town_is_told_what_to_type(town: Any, near: str, said: str) -> None:
    """At the field, with what was typed still there."""
    answer = town.tab(town.beispiel).post("/searches/new", form(occupation="43", near=near))
    assert answer.status == 422
    assert said in answer.body.decode()
    assert f'value="{near}"' in answer.body.decode()


def test_with_a_list_a_town_is_found_by_its_name(town: Any) -> None:
    """By one of its own postcodes, however it is written."""
    tab = with_towns(town)
    assert "Ort oder Postleitzahl" in tab.text("/searches/new")
    assert tab.post("/searches/new", form(occupation="43", near=" goslar ")).status == 303
    assert town.beispiel.searches()[0].near in ("38640", "38642")


def test_a_town_there_is_twice_is_asked_about(town: Any) -> None:
    """With the district beside it; the choice saves it, and counts for this name only."""
    tab = with_towns(town)
    asked = tab.post("/searches/new", form(occupation="43", near="Neustadt"))
    page = asked.body.decode()
    assert asked.status == 200
    assert "Welcher Ort ist gemeint?" in page
    assert "Region Hannover, 31535" in page
    chosen = {"occupation": "43", "towned": "Neustadt", "town": "67433"}
    assert tab.post("/searches/new", form(near="Goslar", **chosen)).status == 303
    assert tab.post("/searches/new", form(near="Neustadt", **chosen)).status == 303
    found = {one.near for one in town.beispiel.searches()}
    assert "67433" in found
    assert len(found) == 2


def test_a_town_that_is_on_no_list_is_said_to_be(town: Any) -> None:
    """And not that a postcode alone is understood."""
    answer = with_towns(town).post("/searches/new", form(occupation="43", near="Xyzzy"))
    assert answer.status == 422
    assert "gibt es in der Liste nicht" in answer.body.decode()


def test_a_name_of_very_many_towns_is_not_asked_about(town: Any) -> None:
    """Nobody reads a list like that."""
    rows = (f"{n},Neustadt,NI,Kreis {n},{n},52.5,9.4\n" for n in range(31600, 31620))
    answer = with_towns(town, "".join(rows)).post("/searches/new", form(near="Neustadt"))
    assert "so heißen zu viele Orte" in answer.body.decode()


def test_a_vacancy_without_a_postcode_names_its_town(town: Any) -> None:
    """Where towns are known."""
    where = {"address": {"addressLocality": "Goslar"}}
    posting = json.dumps({"@type": "JobPosting", "title": "Pfleger", "jobLocation": where})
    page = with_towns(town).post("/searches/import", form(text=posting)).body.decode()
    assert 'value="Goslar"' in page

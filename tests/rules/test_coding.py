"""Job titles to occupation codes: gendered forms, ambiguity, and what happens when nobody asks."""

import csv
import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.ports.tables import load_vocabulary
from fachkraft_share.rules.coding import Suggestion, settle, suggest
from fachkraft_share.rules.occupation_lists import parse_titles
from fachkraft_share.rules.tables.occupations import GROUPS, KEYWORDS
from fachkraft_share.rules.titles import title_words
from fachkraft_share.rules.vocabulary import Vocabulary, shipped, vocabulary

SHARED = Path(os.environ.get("FKS_SHARED", Path(__file__).parents[2] / ".." / "shared"))
TITLES = SHARED / "data" / "vocab" / "berufsbenennungen_kldb_2025-01-21.csv"
needs_titles = pytest.mark.skipif(not TITLES.exists(), reason="the titles are not there")

INVENTED = """Berufsbenennungen;KldB 2010 (5-Steller)
Muster-Entwickler/in;43414
Entwickler/in - Musterbau;27103
Musterkoch/-köchin;29302
Beispiel-Ing. - Doppeltechnik;26313
Beispiel-Ing. - Doppeltechnik;26314
Abteilungsleiter/in (Musterei);28293
;
Erstellungsdatum: heute;© niemand
"""


def invented() -> Vocabulary:
    """A vocabulary with an invented title list."""
    return vocabulary(titles=parse_titles(INVENTED.splitlines(keepends=True)))


@cache
def official() -> Vocabulary:
    """The vocabulary with the official title list, loaded once."""
    return load_vocabulary(titles=TITLES)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Softwareentwickler/in", "Softwareentwicklerin", "Softwareentwickler (m/w/d)"),
        ("Softwareentwickler:in", "Softwareentwickler*in", "Softwareentwickler_in"),
        ("SoftwareentwicklerIn", "Softwareentwickler(in)", "Softwareentwickler/-in m/w/d"),
        ("Kaufmann/-frau", "Kauffrau", "Kaufmann"),
        ("Facharzt/-ärztin", "Fachärztin", "FACHARZT"),
        ("Koch/Köchin", "Köchin", "Koch (all genders)"),
        ("Bauer/Bäuerin", "Bäuerin"),
        ("Rechtsanwalt/-anwältin", "Rechtsanwältin"),
        ("Archäologe/Archäologin", "Archäologin"),
        ("Beamt(er/in)", "Beamter", "Beamtin"),
        ("Gehilf(e/in)", "Gehilfe", "Gehilfin"),
        ("Technische/r Assistent/in", "Technischer Assistent", "Technische Assistentin"),
        ("Angestellte/r", "Angestellter", "Angestellte"),
        ("Steuerer/-steuerin", "Steuerin"),
    ],
)
def test_all_gendered_spellings_of_a_title_are_one(spellings: tuple[str, ...]) -> None:
    """The official form and what people write meet in one key."""
    assert len({title_words(spelling) for spelling in spellings}) == 1


def test_two_words_with_a_slash_that_are_not_one_pair_stay_two() -> None:
    """Only forms of one word are put together."""
    assert title_words("Maler/Lackiererin") == title_words("Maler Lackiererin")


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Softwareentwicklerin", "43"),
        ("Krankenpfleger", "81"),
        ("Altenpflegerin", "82"),
        ("Bürokauffrau", "71"),
        ("Zerspanungsmechaniker:in", "24"),
        ("Köchin", "29"),
        ("Staff Software Engineer, Distributed Systems", "43"),
        ("LKW-Fahrer", "52"),
        ("Research Scientist", "41"),
    ],
)
def test_the_shipped_keywords_lead_to_a_main_group(title: str, code: str) -> None:
    """Without the official list two digits are found, and certain when only one group fits."""
    [found] = suggest(title, vocabulary=shipped())
    assert (found.code, found.certain) == (code, True)


def test_every_keyword_finds_its_main_group() -> None:
    """No group is out of reach."""
    known = shipped()
    assert [code for code, _ in KEYWORDS] == [code for code, _, _ in GROUPS]
    for group, words in KEYWORDS:
        for word in words:
            assert group in {one.code for one in suggest(word.strip("*"), vocabulary=known)}


def test_a_title_between_two_groups_gives_both() -> None:
    """Equal claims are both shown, none is certain, and nothing is settled."""
    both = suggest("Lehrer, Maurer", vocabulary=shipped())
    assert not any(one.certain for one in both)
    assert {one.code for one in both} == {"84", "32"}
    assert settle(both) is None


@pytest.mark.parametrize("title", ["", "quatsch", "(m/w/d)", "Senior"])
def test_a_title_that_says_nothing_gives_nothing(title: str) -> None:
    """No guess is made from nothing."""
    assert suggest(title, vocabulary=shipped()) == ()
    assert suggest(title, vocabulary=invented()) == ()
    assert settle(()) is None


def test_an_official_title_gives_five_digits() -> None:
    """An exact title is certain, in German and English."""
    [found] = suggest("Senior Musterentwickler, Muster-Entwicklerin", vocabulary=invented())[:1]
    assert found.code == "43414"
    [exact] = suggest("Muster-Entwicklerin (w/m/d)", vocabulary=invented(), language="en")
    assert exact == Suggestion("43414", "Computing, communication technology", certain=True)
    assert settle([exact]) == "43414"


def test_a_title_with_two_codes_gives_both() -> None:
    """One official title has two codes; a person chooses, otherwise the group is taken."""
    found = suggest("Beispiel-Ing. Doppeltechnik", vocabulary=invented())
    assert [(one.code, one.certain) for one in found] == [("26313", False), ("26314", False)]
    assert settle(found) == "26"


def test_a_compound_is_led_back_to_its_last_part() -> None:
    """A title nobody listed is compared by what it ends with, within the keywords' group."""
    found = suggest("Backendentwickler", vocabulary=invented())
    assert [(one.code, one.certain) for one in found] == [("43414", False)]
    assert settle(found) == "43"


def test_likeness_without_any_keyword_is_still_shown() -> None:
    """When no keyword helps, what is alike is shown as uncertain."""
    found = suggest("Musterei", vocabulary=invented())
    assert [one.code for one in found] == ["28293"]
    assert not found[0].certain


def test_a_keyword_wins_when_likeness_leads_astray() -> None:
    """The group a keyword names stands when no alike title lies in it."""
    found = suggest("Bäcker Musterbau", vocabulary=invented())
    assert [(one.code, one.certain) for one in found] == [("29", False)]


@given(st.text(max_size=60))
def test_any_title_is_survived(title: str) -> None:
    """Whatever people write, at most five suggestions come back and certainty is single."""
    found = suggest(title, vocabulary=invented())
    assert len(found) <= 5
    assert sum(one.certain for one in found) <= 1


@needs_titles
def test_official_titles_are_coded_as_they_are_listed() -> None:
    """Every title of the list leads to its own code; only two have more than one."""
    loaded = official()
    with TITLES.open(encoding="utf-8", newline="") as rows:
        index = parse_titles(rows)
    assert loaded.titles is not None
    assert dict(loaded.titles.codes) == dict(index.codes)
    assert sum(len(codes) > 1 for codes in index.codes.values()) == 2
    with TITLES.open(encoding="utf-8", newline="") as rows:
        listed = [row for row in csv.reader(rows, delimiter=";") if row[1].isdigit()]
    assert len(listed) > 18_000
    for title, code, *_ in listed:
        assert code in index.codes[" ".join(title_words(title))]


@needs_titles
@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Softwareentwicklerin", "43414"),
        ("Ärztin", "81404"),
        ("Köchin", "29302"),
        ("Fachinformatiker Anwendungsentwicklung", "43412"),
        ("Elektroniker für Betriebstechnik", "26252"),
        ("Altenpflegerin", "82102"),
    ],
)
def test_everyday_titles_meet_the_official_list(title: str, code: str) -> None:
    """What people write is found in the official list."""
    [found] = suggest(title, vocabulary=official())
    assert (found.code, found.certain) == (code, True)

"""Job titles to occupation codes: gendered forms, ambiguity, and what happens when nobody asks."""

import csv
import os
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.ports.tables import load_vocabulary
from fachkraft_share.rules.coding import Source, Suggestion, code_of, settle, suggest
from fachkraft_share.rules.esco import EscoCodes
from fachkraft_share.rules.occupation_lists import parse_titles
from fachkraft_share.rules.tables.occupations import GROUPS, KEYWORDS
from fachkraft_share.rules.titles import title_words
from fachkraft_share.rules.vocabulary import Vocabulary, shipped, vocabulary

ROOT = Path(__file__).parents[2]
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


def module_of(path: Path) -> Any:
    """Return a module that lies beside the package."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[path.stem] = module  # attrs looks there
    spec.loader.exec_module(module)
    return module


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


def test_a_title_that_was_cut_finds_those_that_begin_so() -> None:
    """Some systems keep thirty letters; a few letters alone say nothing."""
    found = suggest("Abteilungsleiterin (Mus", vocabulary=invented())
    assert found[0].code == "28293"
    assert not found[0].certain
    assert suggest("Abteilung", vocabulary=invented()) == ()


def test_the_records_own_code_goes_before_the_title() -> None:
    """A KldB code of a known group; anything else is as if it were not there."""
    known = invented()
    own = code_of("29302", "Muster-Entwicklerin", vocabulary=known)
    assert (own.code, own.label, own.source) == ("29302", "Lebensmittel", Source.RECORD)
    assert [one.code for one in own.others] == ["43414"]
    for other in ("", "1", "99302", "293021", "Koch", "http://data.europa.eu/esco/x"):
        title = code_of(other, "Muster-Entwicklerin", vocabulary=known, language="en")
        assert (title.code, title.source, title.others) == ("43414", Source.TITLE, ())
        assert title.label == "Computing, communication technology"
    nothing = code_of("", "quatsch", vocabulary=known)
    assert (nothing.code, nothing.label, nothing.suggestions) == (None, "", ())


@pytest.mark.parametrize(
    ("codes", "code"),
    [(("43414",), "43414"), (("43414", "43412"), "43"), (("43414", "29302"), None), ((), None)],
)
def test_an_esco_uri_of_the_record_is_led_to_its_code(codes: tuple[str, ...], code: str) -> None:
    """One code in full, several as far as they agree."""
    known = attrs.evolve(invented(), esco=EscoCodes({"http://esco/1": codes}))
    assert code_of("http://esco/1", "", vocabulary=known).code == code


def test_a_code_is_known_as_far_as_the_classification_is_loaded() -> None:
    """Without the list every code of a known group; with it only those that exist."""
    loaded = vocabulary(occupations={"43": "a", "434": "b", "43414": "c"})
    for code, plain, strict in (
        ("43414", True, True),
        ("434", True, True),
        ("43499", True, False),
        ("99", False, False),
        ("4", False, False),
        ("Koch", False, False),
    ):
        assert (shipped().lists(code), loaded.lists(code)) == (plain, strict)


@given(st.text(max_size=60), st.sampled_from(["", "43", "29302", "x"]))
def test_every_coding_names_a_code_that_is_one(title: str, own: str) -> None:
    """What is gone on with and what is shown beside it are codes, each once."""
    known = invented()
    found = code_of(own, title, vocabulary=known)
    codes = [one.code for one in found.others] + ([found.code] if found.code else [])
    assert len(set(codes)) == len(codes)
    assert all(known.is_code(code) for code in codes)
    assert (found.source is Source.RECORD) == known.is_code(own)


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
def test_the_share_of_titles_coded_right_is_as_told() -> None:
    """The page tells these figures; a tenth of the list is enough to hold them."""
    measuring = module_of(ROOT / "benchmarks" / "coding.py")
    known, pairs = official(), measuring.listed(TITLES.read_bytes())
    least = {
        "as listed": 0.99,
        "feminine": 0.99,
        "masculine (m/w/d)": 0.98,
        "colon": 0.99,
        "no umlauts": 0.99,
        "without brackets": 0.92,
        "cut at 30": 0.93,
    }
    for name, share in least.items():
        form = measuring.FORMS[name]
        found = measuring.measured(((form(t), c) for t, c in pairs[::20]), known=known)
        assert found.first >= share, name
    unknown, without = measuring.left_out(pairs, known)
    found = measuring.measured(unknown[::3], known=without)
    assert found.first >= 0.25
    assert found.group >= 0.5


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

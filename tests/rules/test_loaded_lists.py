"""The lists an operator loads, row by row, and what they change in the vocabulary."""

import math

import pytest

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import Cefr
from fachkraft_share.rules import languages
from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.occupation_lists import parse_kldb, parse_titles
from fachkraft_share.rules.place_lists import parse_districts, parse_places
from fachkraft_share.rules.places import (
    Postcode,
    distance_km,
    german,
    middle,
    point,
    shipped_places,
    with_postcodes,
)
from fachkraft_share.rules.tables.languages import FLUENCY, LANGUAGES
from fachkraft_share.rules.tables.skills import SKILLS
from fachkraft_share.rules.vocabulary import Kind, shipped, vocabulary

COLUMNS = "zipcode,state_code,community,community_code,latitude,longitude\n"
LOADED = {"4341": "Softwareentwicklung", "43414": "Experte", "43": "Anders", "999": "Neu"}


def test_what_is_loaded_changes_nothing_else() -> None:
    """The hand-made words are all there, in their order, whatever lies over them."""
    loaded, plain = vocabulary(occupations=LOADED), shipped()
    assert set(loaded.labels) == set(Kind)
    assert loaded.skill_names == plain.skill_names
    for kind in set(Kind) - {Kind.OCCUPATION}:
        assert loaded.labels[kind] == plain.labels[kind]
        assert loaded.codes(kind) == plain.codes(kind)
    added = [code for code in loaded.codes(Kind.OCCUPATION) if len(code) > 2]
    assert added == ["4341", "43414", "999"]


@pytest.mark.parametrize(
    ("code", "german", "english"),
    [
        ("43414", "Experte", "Experte"),
        ("43413", "Softwareentwicklung", "Softwareentwicklung"),
        ("4341", "Softwareentwicklung", "Softwareentwicklung"),
        ("434", "Informatik, Kommunikationstechnik", "Computing, communication technology"),
        ("43", "Informatik, Kommunikationstechnik", "Computing, communication technology"),
        ("9991", "Neu", "Neu"),
        ("99888", "99888", "99888"),
        ("9", "9", "9"),
    ],
)
def test_an_occupation_is_called_by_its_finest_name(code: str, german: str, english: str) -> None:
    """Its own, that of the group above, or ours of two digits, which no list replaces."""
    loaded = vocabulary(occupations=LOADED)
    assert loaded.label(Kind.OCCUPATION, code) == german
    assert loaded.label(Kind.OCCUPATION, code, language="en") == english
    assert loaded.label(Kind.LEVEL, "43414") == "43414"


def test_every_name_of_every_skill_leads_to_it() -> None:
    """Its code, both labels and all other spellings."""
    known = vocabulary()
    for code, german_name, english, others in SKILLS:
        for name in (code, german_name, english, *others):
            assert known.skill_names[fold(name)] == code
            assert known.skill_codes(name) == (code,)


def test_every_name_of_every_language_and_level_is_understood() -> None:
    """Codes, both labels and all other spellings."""
    for code, german_name, english, others in LANGUAGES:
        for name in (code, german_name, english, *others):
            assert languages.language_code(name) == code
    for one in Cefr:
        assert languages.level(one.lower()) is one
    for cefr, names in FLUENCY:
        for name in names:
            assert languages.level(name.upper()) is cefr


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Köchin für Öl & Übergröße", "koechin fuer oel uebergroesse"),
        ("C++, C#; .NET", "c++ c# .net"),
        ("a . b", "a b"),
        ("Dipl.-Ing.  (FH)", "dipl ing fh"),
        ("Node.js.", "node.js"),
        ("čeština Français", "cestina francais"),
        ("u\u0308ber", "ueber"),
        (" - ", ""),
    ],
)
def test_a_folded_text_is_plain_and_single_spaced(text: str, folded: str) -> None:
    """And folding it again changes nothing."""
    assert fold(text) == fold(folded) == folded


@pytest.mark.parametrize("text", ["Java und SQL", "Java and SQL", "Java,SQL", "Java/SQL;Java"])
def test_several_skills_in_one_text_are_each_found_once(text: str) -> None:
    """However they are set apart."""
    assert shipped().skill_codes(text) == ("java", "sql")


# Occupations ------------------------------------------------------------------------------------


def test_a_row_of_four_columns_is_a_whole_row() -> None:
    """The first row is the header, empty ones are skipped, a short title goes before a long one."""
    rows = ["43;2;Kopf;Kopf\n", "\n", "43 ; 2; Lang ;Kurz\n", "434;3;Lang;\n", "4;1;Eins;E\n"]
    assert parse_kldb(rows) == {"43": "Kurz", "434": "Lang"}


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("43;2;Lang\n", "line 3: fewer than four columns"),
        ("434;2;Lang;Kurz\n", "line 3: not a code of its level"),
        ("43;zwei;Lang;Kurz\n", "line 3: not a code of its level"),
    ],
)
def test_a_broken_row_is_named_by_its_line(row: str, complaint: str) -> None:
    """As an editor counts it, the header being the first."""
    with pytest.raises(MalformedError, match=f"^{complaint}$"):
        parse_kldb(["Kopf\n", "43;2;Lang;Kurz\n", row])


def test_a_title_needs_a_code_of_five_digits() -> None:
    """Other rows are no titles; blanks around are nothing."""
    rows = ["Kopf;00000\n", " Koch ; 29302 \n", "Bäcker;2922\n", "Maurer;x2101\n", "Allein\n"]
    index = parse_titles(rows)
    assert dict(index.codes) == {"koch": ("29302",)}
    assert dict(index.keys) == {"koch": ("koch",)}


# Places -----------------------------------------------------------------------------------------


def test_a_postcode_lies_where_most_of_its_places_lie() -> None:
    """More rows win, whichever code is lower; a tie goes to the lower code."""
    rows = [
        *("38640,NI,Goslar,03153,51.9,10.4\n", "38640,NI,Northeim,03155,51.7,10.0\n"),
        *("38640,NI,Northeim,03155,51.8,10.1\n", "37574,NI,Northeim,03155,51.7,10.0\n"),
        "37574,NI,Goslar,03153,51.9,10.4\n",
    ]
    found = parse_places([COLUMNS, *rows])
    assert {one.code: one.region for one in found.postcodes} == {
        "38640": "ags:03155",
        "37574": "ags:03153",
    }
    assert found.names == {"ags:03153": "Goslar", "ags:03155": "Northeim"}
    shared = {code: [one.code for one in members] for code, members in found.districts.items()}
    assert shared == {"ags:03153": ["38640", "37574"], "ags:03155": ["38640", "37574"]}
    centre = found.postcodes[0].centre
    assert distance_km(centre, point(51.8, 10.1667)) < 0.1


@pytest.mark.parametrize("row", ["38640,07,Firma,03153,1,1\n", "38640,NI,Ort,3153,1,1\n"])
def test_a_row_of_a_company_or_without_a_district_is_no_place(row: str) -> None:
    """It would move a town, or invent a district."""
    assert parse_places([COLUMNS, row]).postcodes == ()


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("38640,NI,Goslar,03153,nord,10.4\n", "line 3: coordinates are no numbers"),
        ("38640,NI,Goslar,03153,51.9,ost\n", "line 3: coordinates are no numbers"),
        ("38640,NI,Goslar,03153,51.9\n", "line 3: column longitude is missing"),
    ],
)
def test_a_broken_place_is_named_by_its_line(row: str, complaint: str) -> None:
    """As an editor counts it."""
    with pytest.raises(MalformedError, match=f"^{complaint}$"):
        parse_places([COLUMNS, "38640,NI,Goslar,03153,51.9,10.4\n", row])


def test_a_district_list_gives_lost_zeros_back() -> None:
    """And names the line where a column is missing."""
    assert parse_districts(["AGS;name\n", "3153; Goslar \n", "14612;Dresden\n"]) == {
        "ags:03153": "Goslar",
        "ags:14612": "Dresden",
    }
    with pytest.raises(MalformedError, match=r"^line 3: column name is missing$"):
        parse_districts(["AGS;name\n", "3153;Goslar\n", "3155\n"])


def test_a_district_reaches_as_far_as_its_farthest_postcode() -> None:
    """Not as far as the nearest, or somebody at the edge would be out of reach."""
    members = [Postcode(f"3864{n}", "ags:1", point(51 + n / 10, 10)) for n in (0, 1, 8)]
    known = with_postcodes(shipped_places(), members, districts={"ags:1": members}, names={})
    assert known.regions["ags:1"].radius_km == pytest.approx(55.6, abs=0.1)


def test_a_degree_is_a_hundred_and_eleven_kilometres() -> None:
    """On a sphere of the earth's mean radius: along a meridian, and half of it at sixty degrees."""
    assert distance_km(point(51, 10), point(52, 10)) == pytest.approx(111.195, abs=0.001)
    assert distance_km(point(60, 10), point(60, 11)) == pytest.approx(55.597, abs=0.01)
    assert distance_km(point(0, 0), point(0, 180)) == pytest.approx(6371 * math.pi)
    between = middle([point(50, 10), point(52, 10)])
    assert distance_km(between, point(51, 10)) < 0.001


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (" 38640 ", "38640"),
        ("D-38640", "38640"),
        ("DE-38640", "38640"),
        ("AT-1010", ""),
        ("3864", ""),
        ("386400", ""),
        ("3864x", ""),
        ("３８６４０", ""),
    ],
)
def test_a_german_postcode_has_five_digits(written: str, code: str) -> None:
    """With or without the country before it."""
    assert german(written) == code


def test_a_district_is_as_large_as_its_postcodes_lie_apart() -> None:
    """It lies inside a region of two digits when all its postcodes do; its name may be its code."""
    north, south = (
        Postcode("38640", "ags:1", point(52, 10)),
        Postcode("38100", "ags:1", point(51, 10)),
    )
    other = Postcode("37154", "ags:2", point(51, 11))
    known = with_postcodes(
        shipped_places(),
        [north, south, other],
        districts={"ags:1": [north, south], "ags:2": [south, other]},
        names={"ags:1": "Eins"},
    )
    one, two = known.regions["ags:1"], known.regions["ags:2"]
    assert (one.name, one.inside, two.name, two.inside) == ("Eins", "plz:38", "ags:2", None)
    assert one.radius_km == pytest.approx(55.6, abs=0.1)
    assert known.ladder("38640") == ("ags:1", "plz:38", "de")
    assert known.centre_of("38640") == north.centre
    assert known.centre_of("38641") == known.regions["plz:38"].centre
    assert (known.holds("plz:38", inner="ags:1"), known.holds("plz:38", inner="ags:2")) == (
        True,
        False,
    )

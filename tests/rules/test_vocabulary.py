"""The closed vocabularies and the lists an operator may load over them."""

import os
from pathlib import Path

import pytest

from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    Level,
    Rank,
    WorkModel,
    Years,
)
from fachkraft_share.ports.tables import load_vocabulary
from fachkraft_share.rules import languages
from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.occupation_lists import parse_kldb, parse_titles
from fachkraft_share.rules.place_lists import parse_districts, parse_places
from fachkraft_share.rules.places import Places, distance_km, point
from fachkraft_share.rules.tables.skills import SKILLS
from fachkraft_share.rules.tables.strengths import CONFIRMED
from fachkraft_share.rules.vocabulary import Kind, Vocabulary, shipped

SHARED = Path(os.environ.get("FKS_SHARED", Path(__file__).parents[2] / ".." / "shared"))
VOCAB = SHARED / "data" / "vocab"
needs_lists = pytest.mark.skipif(not VOCAB.exists(), reason="the lists are not beside the project")

# Invented lists of the official shape.
KLDB = """\ufeffSchlüssel KldB 2010, V. 2020;Ebene;Titel;Kurztitel;;
1;1;Erste;Erste;;
1;2;Zweite Ebene;Zweite;;
43;2;Informatik;Informatik;;
4341;4;"Softwareentwicklung
und mehr";;;
43414;5;Softwareentwicklung - Experte;Softwareentw.;;
8112;4;(weggefallen);(weggefallen);;
"""
PLACES = """country_code,zipcode,place,state,state_code,province,province_code,\
community,community_code,latitude,longitude
DE,38640,Goslar,Niedersachsen,NI,,00,Landkreis Goslar,03153,51.91,10.43
DE,38640,Firma GmbH,Niedersachsen,07,,00,Landkreis Goslar,03153,48.00,10.43
DE,37574,Irgendwo,Niedersachsen,NI,,00,Landkreis Goslar,03153,51.80,10.10
DE,37574,Nebenan,Niedersachsen,NI,,00,Landkreis Northeim,03155,51.82,10.02
DE,37154,Northeim,Niedersachsen,NI,,00,Landkreis Northeim,03155,51.70,10.00
DE,87491,Jungholz,Bayern,BY,,00,,,47.57,10.45
"""


def lines(text: str) -> list[str]:
    """The lines of a file, with their ends."""
    return text.splitlines(keepends=True)


def test_every_code_has_a_german_and_an_english_label() -> None:
    """Nobody has to read a code."""
    vocabulary = shipped()
    for kind in Kind:
        for code in vocabulary.codes(kind):
            assert vocabulary.label(kind, code)
            assert vocabulary.label(kind, code, language="en")


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Kind.LEVEL, Level),
        (Kind.YEARS, Years),
        (Kind.AVAILABILITY, Availability),
        (Kind.WORK_MODEL, WorkModel),
        (Kind.CEFR, Cefr),
        (Kind.RANK, Rank),
    ],
)
def test_every_closed_field_is_labelled(kind: Kind, values: type) -> None:
    """The labels and the model name the same values."""
    assert set(shipped().codes(kind)) == {str(value) for value in values}


def test_the_shipped_tables_are_as_large_as_they_should_be() -> None:
    """37 main groups, all two-digit postcode regions, and enough skills for every trade."""
    vocabulary = shipped()
    assert len(vocabulary.codes(Kind.OCCUPATION)) == 37
    assert len([code for code in vocabulary.codes(Kind.REGION) if code.startswith("plz:")]) == 96
    assert len(vocabulary.codes(Kind.SKILL)) > 150
    strengths = set(vocabulary.codes(Kind.STRENGTH))
    assert set(CONFIRMED) < strengths
    assert 20 <= len(strengths - set(CONFIRMED)) <= 25
    assert len(vocabulary.codes(Kind.LANGUAGE)) > 40


def test_no_name_of_a_skill_means_two_skills() -> None:
    """An alias leads to one code, however it is spelt."""
    owners: dict[str, set[str]] = {}
    for code, german, english, others in SKILLS:
        for name in (code, german, english, *others):
            owners.setdefault(fold(name), set()).add(code)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Schweissen", ("welding",)),
        ("SCHWEISSEN", ("welding",)),
        ("mag-schweißen", ("welding",)),
        ("C++", ("cpp",)),
        ("c#", ("csharp",)),
        (".NET", ("csharp",)),
        ("Node.js", ("javascript",)),
        ("HTML/CSS", ("web-frontend",)),
        ("Java und SQL (Oracle Database)", ("java", "sql")),
        ("Töpfern", ()),
        ("", ()),
    ],
)
def test_a_skill_is_found_however_it_is_spelt(text: str, codes: tuple[str, ...]) -> None:
    """Case, umlauts and several skills in one line are no obstacle; the unknown has no code."""
    assert shipped().skill_codes(text) == codes


def test_labels_fall_back_to_what_is_known() -> None:
    """A fine occupation is called after its group; an unknown code by itself."""
    vocabulary = shipped()
    assert vocabulary.label(Kind.OCCUPATION, "43414") == "Informatik, Kommunikationstechnik"
    assert vocabulary.label(Kind.OCCUPATION, "99") == "99"
    assert vocabulary.label(Kind.REGION, "de", language="en") == "Germany"
    assert vocabulary.knows(Kind.STRENGTH, "careful")
    assert not vocabulary.knows(Kind.STRENGTH, "young")


def test_languages_and_their_levels_are_read_as_people_write_them() -> None:
    """Codes, German, English and own names; CEFR letters and everyday words."""
    assert languages.language_code("de-DE") == languages.language_code("GERMAN") == "de"
    assert languages.language_code("Türkçe") == "tr"
    assert languages.language_code("Klingonisch") is None
    assert languages.level("verhandlungssicher") is Cefr.C1
    assert languages.level("b2") is Cefr.B2
    assert languages.level("irgendwie") is None


def test_the_kldb_list_is_read_with_its_traps() -> None:
    """Lost zeros come back by level, dropped codes and the first level stay out."""
    assert parse_kldb(lines(KLDB.removeprefix("\ufeff"))) == {
        "01": "Zweite",
        "43": "Informatik",
        "4341": "Softwareentwicklung\nund mehr",
        "43414": "Softwareentw.",
    }


@pytest.mark.parametrize("row", ["1;1", "x;2;a;b;", "123;2;a;b;"])
def test_a_row_that_is_no_code_of_its_level_is_refused(row: str) -> None:
    """A wrong file is refused instead of loaded half."""
    with pytest.raises(MalformedError, match="line 2"):
        parse_kldb(["header\n", row])


def test_a_title_list_without_titles_is_refused() -> None:
    """A wrong file is refused instead of loaded empty."""
    with pytest.raises(MalformedError, match="no row"):
        parse_titles(["a;b\n", "c;d\n", ";\n"])


def loaded_places(folder: Path, *, districts: str = "") -> Vocabulary:
    """The vocabulary with the invented place list."""
    (folder / "places.csv").write_text(PLACES, encoding="utf-8")
    if districts:
        (folder / "districts.csv").write_text(districts, encoding="utf-8")
    return load_vocabulary(
        places=folder / "places.csv", districts=folder / "districts.csv" if districts else None
    )


def test_a_loaded_place_list_yields_districts_and_ignores_companies(tmp_path: Path) -> None:
    """Post-office boxes do not move a town, and a postcode is in the district it is mostly in."""
    places = loaded_places(tmp_path).places
    assert places.ladder("38640") == ("ags:03153", "plz:38", "de")
    assert places.ladder("D-37574") == ("ags:03153", "plz:37", "de")
    assert places.ladder("10117") == ("plz:10", "de")
    goslar = places.centre_of("38640")
    assert goslar is not None
    assert distance_km(goslar, point(51.91, 10.43)) < 0.1
    assert places.regions["ags:03155"].radius_km > 5
    assert places.centre_of("87491") == shipped().places.centre_of("87491")


def test_a_district_lies_in_a_postcode_region_only_as_a_whole(tmp_path: Path) -> None:
    """Counting a district that reaches beyond would count people who are not there."""
    places = loaded_places(tmp_path).places
    assert places.holds("plz:37", inner="ags:03155")
    assert not places.holds("plz:38", inner="ags:03153")
    assert places.holds("de", inner="ags:03153")
    assert places.holds("ags:03153", inner="ags:03153")
    assert not places.holds("plz:38", inner="plz:37")
    assert not places.holds("plz:38", inner="ags:99999")


def test_districts_carry_the_official_name_when_it_is_loaded(tmp_path: Path) -> None:
    """The official list names districts better than the postcode list."""
    plain = loaded_places(tmp_path)
    assert plain.label(Kind.REGION, "ags:03153") == "Landkreis Goslar"
    named = loaded_places(tmp_path, districts="AGS;type;name\n3153;Landkreis;Goslar (Kreis)\n")
    assert named.label(Kind.REGION, "ags:03153") == "Goslar (Kreis)"
    assert named.label(Kind.REGION, "ags:03155") == "Landkreis Northeim"


def test_a_place_list_with_a_missing_column_or_a_bad_number_is_refused() -> None:
    """The line is named, so that the file can be mended."""
    with pytest.raises(MalformedError, match="column state_code is missing"):
        parse_places(["a,b\n", "1,2\n"])
    broken = PLACES.replace("51.91", "nord", 1)
    with pytest.raises(MalformedError, match="line 2: coordinates"):
        parse_places(lines(broken))
    with pytest.raises(MalformedError, match="column AGS is missing"):
        parse_districts(["a;b\n", "1;2\n"])


@pytest.mark.parametrize("postcode", ["", "US-06511", "3864", "38 640", "٣٨٦٤٠", "05999"])
def test_a_foreign_or_unknown_postcode_is_nowhere(postcode: str) -> None:
    """What is no German postcode leads to no region, in particular not to a wrong one."""
    places: Places = shipped().places
    assert places.ladder(postcode) == ("de",)
    assert places.centre_of(postcode) is None


def test_a_table_that_cannot_be_read_says_which_and_why(tmp_path: Path) -> None:
    """The operator learns the file's name and what to do."""
    with pytest.raises(SetupError, match=r"missing\.csv: cannot be read"):
        load_vocabulary(titles=tmp_path / "missing.csv")
    other = tmp_path / "other.csv"
    other.write_text("a;b\nc;d\n", encoding="utf-8")
    with pytest.raises(SetupError, match=r"^other\.csv: no line is the header of the list titles"):
        load_vocabulary(titles=other)
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("Berufsbenennungen;KldB 2010 (5-Steller)\nc;d\n", encoding="utf-8")
    with pytest.raises(SetupError, match=r"^wrong\.csv: no row holds a title and a five"):
        load_vocabulary(titles=wrong)


def test_a_table_of_an_old_code_page_is_understood(tmp_path: Path) -> None:
    """The list of titles was made on one."""
    path = tmp_path / "old.csv"
    text = "Berufsbenennungen;KldB 2010 (5-Steller)\nKöchin;29302\n"
    path.write_bytes(text.encode("cp850"))
    found = load_vocabulary(titles=path, kldb=None)
    assert found.titles is not None
    assert dict(found.titles.codes) == {"koch": ("29302",)}


@needs_lists
def test_the_official_lists_load_with_their_known_counts() -> None:
    """Counts and control values of the official editions."""
    vocabulary = load_vocabulary(
        kldb=VOCAB / "kldb2010_v2020_2025-02-03.csv",
        titles=VOCAB / "berufsbenennungen_kldb_2025-01-21.csv",
        places=VOCAB / "geonames_plz_de_2026-03-30.csv",
        districts=VOCAB / "landkreise_2018.csv",
    )
    codes = vocabulary.codes(Kind.OCCUPATION)
    assert sum(len(code) == 5 for code in codes) == 1300
    assert sum(len(code) == 2 for code in codes) == 37
    assert vocabulary.titles is not None
    titled = {code for found in vocabulary.titles.codes.values() for code in found}
    assert titled == {code for code in codes if len(code) == 5}
    places = vocabulary.places
    assert len(places.postcodes) == 8309
    assert sum(code.startswith("ags:") for code in places.regions) == 400
    assert places.ladder("38640")[0] == "ags:03153"
    assert vocabulary.label(Kind.REGION, "ags:03153") == "Goslar"


@needs_lists
@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [("38640", "38855", 26.1), ("89518", "73430", 17.9), ("37073", "37154", 20.8)],
)
def test_distances_meet_the_control_values(one: str, other: str, kilometres: float) -> None:
    """Goslar-Wernigerode, Heidenheim-Aalen, Göttingen-Northeim, as far as postcodes tell."""
    with (VOCAB / "geonames_plz_de_2026-03-30.csv").open(encoding="utf-8", newline="") as rows:
        centres = {postcode.code: postcode.centre for postcode in parse_places(rows).postcodes}
    assert distance_km(centres[one], centres[other]) == pytest.approx(kilometres, abs=1.5)


@needs_lists
def test_every_postcode_lies_near_its_hand_made_region() -> None:
    """The shipped centres are approximate, but nine of ten postcodes lie within the radius."""
    with (VOCAB / "geonames_plz_de_2026-03-30.csv").open(encoding="utf-8", newline="") as rows:
        postcodes = parse_places(rows).postcodes
    regions = shipped().places.regions
    near = [
        distance_km(region.centre, one.centre) <= region.radius_km
        for one in postcodes
        if (region := regions.get(f"plz:{one.code[:2]}"))
    ]
    assert len(near) == len(postcodes)
    assert sum(near) / len(near) > 0.9

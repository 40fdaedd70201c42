"""Official lists as files: told by their header, mended in the open, joined into one vocabulary."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.coding import settle, suggest
from fachkraft_share.rules.csv_rows import Fate, numbered
from fachkraft_share.rules.decoding import decode
from fachkraft_share.rules.esco import esco_codes, parse_esco, parse_mapping
from fachkraft_share.rules.official_lists import NAMES, official, recognise, vocabulary_of
from fachkraft_share.rules.vocabulary import Kind, shipped

INVENTED = Path(__file__).parents[1] / "official"
SHARED = Path(os.environ.get("FKS_SHARED", Path(__file__).parents[2] / ".." / "shared"))
VOCAB = SHARED / "data" / "vocab"
needs_lists = pytest.mark.skipif(not VOCAB.exists(), reason="the lists are not here: FKS_SHARED")
URI = "http://data.europa.eu/esco/occupation/"


def content(name: str) -> bytes:
    """Return an invented list as a file has it."""
    return (INVENTED / f"{name}.csv").read_bytes()


@pytest.mark.parametrize(
    ("name", "encoding", "stamp", "rows", "notes"),
    [
        (
            "kldb",
            "utf-8",
            "V. 2020",
            10,
            [
                (3, "leading zero given back"),
                (4, "leading zero given back"),
                (10, "a code that no longer exists"),
            ],
        ),
        (
            "titles",
            "cp850",
            "21.01.2025",
            6,
            [(line, "no title with a code of five digits") for line in (6, 7)],
        ),
        ("esco", "utf-8", "2024-04-30", 4, [(8, "no occupation in force")]),
        (
            "mapping",
            "utf-8",
            "20220518",
            7,
            [
                (7, "an ISCO group, no occupation"),
                (11, "an ISCO group, no occupation"),
                (13, "no relation; a quote may be broken"),
            ],
        ),
        (
            "places",
            "utf-8",
            "",
            4,
            [(3, "a company or post-office boxes"), (5, "without a German district")],
        ),
        ("districts", "utf-8", "", 2, [(2, "leading zero given back")]),
        ("employment", "utf-16", "", 4, [(4, "a hidden number, counted as nobody")]),
    ],
)
def test_a_list_is_told_by_its_header_and_says_what_was_wrong(
    name: str, encoding: str, stamp: str, rows: int, notes: list[tuple[int, str]]
) -> None:
    """Lines are those an editor shows, also after quoted line breaks and a preamble."""
    found = recognise(content(name))
    assert (found.official.name, found.encoding, found.stamp, found.rows) == (
        name,
        encoding,
        stamp,
        rows,
    )
    assert [(one.line, one.why) for one in found.notes] == notes
    assert recognise(content(name), name=name) == found


def test_every_list_says_what_its_licence_demands() -> None:
    """A title, a licence and a sentence; the invented files cover all there are."""
    assert {path.stem for path in INVENTED.glob("*.csv")} == set(NAMES)
    for name in NAMES:
        one = official(name)
        assert one.name == name
        assert one.title
        assert one.licence
        assert one.attribution


@pytest.mark.parametrize(
    ("given_", "name", "complaint"),
    [
        (b"Name;Telefon\nErika;1\n", None, r"no line is the header of a known list \(kldb, titl"),
        (b"Name;Telefon\n", "kldb", "no line is the header of the list kldb: Schl"),
        (content("titles"), "kldb", "no line is the header of the list kldb: Schl"),
        (b"", None, "no line is the header"),
        (b"\n" * 41 + content("districts"), None, "no line is the header"),
        (b"PK\x03\x04 workbook", None, "a workbook or an archive, not a text"),
        (b"AGS;name\n\0;x\n", None, "not a text"),
        (b"AGS;name\n03153\n", None, "line 2: column name is missing"),
        (b'AGS;name\n03153;"' + b"x" * 140_000, None, "line 2: a quote that is never closed"),
        (content("mapping").replace(b"/occupation/", b"/skill/"), None, "no row maps an occ"),
        (content("esco").replace(b"released", b"obsolete"), None, "no row is an ESCO occupation"),
        (b"conceptUri,iscoGroup,preferredLabel,altLabels,status\nx\n", None, "line 2: column alt"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(
    given_: bytes, name: str | None, complaint: str
) -> None:
    """It says where and what; nothing of the content is quoted."""
    with pytest.raises(MalformedError, match=f"^{complaint}") as caught:
        recognise(given_, name=name)
    assert "Erika" not in str(caught.value)


def test_a_list_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes and rows, each with its own sentence."""
    monkeypatch.setattr(limits, "VOCABULARY_ROWS", 1)
    with pytest.raises(MalformedError, match="more than 1 rows"):
        recognise(content("districts"))
    monkeypatch.setattr(limits, "VOCABULARY_BYTES", 2**20)
    assert recognise(b"AGS;name\n03153;" + b"x" * 2**16).rows == 1
    with pytest.raises(MalformedError, match="larger than 1 MB"):
        recognise(b"AGS;name\n03153;" + b"x" * 2**20)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"])
def test_umlauts_survive_every_encoding(encoding: str) -> None:
    """Official lists come from Excel, Windows and DOS."""
    text = "Köche, Bäcker und Gärtner für Übergrößen: Straße"
    told = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert decode(text.encode(encoding)) == (text, told)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(given_: bytes) -> None:
    """Nothing but the one error comes out."""
    for name in (None, *NAMES):
        try:
            recognise(given_, name=name)
        except MalformedError:
            continue


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2), max_size=5)
)
def test_rows_are_numbered_by_their_lines(rows: list[list[str]]) -> None:
    """Each row begins where all before it end; cells come back as they were."""

    def written(row: list[str]) -> str:
        cells = (one.replace("\r", "").replace('"', '""') for one in row)
        return '"' + '","'.join(cells) + '"'

    lines = [f"{one}\n" for one in "\n".join(map(written, rows)).split("\n")]
    begins, expected = 1, []
    for row in rows:
        cells = [one.replace("\r", "") for one in row]
        expected.append((begins, cells))
        begins += 1 + sum(one.count("\n") for one in cells)
    assert list(numbered(lines, delimiter=",")) == expected


def test_the_lists_together_are_one_vocabulary() -> None:
    """Names, regions, titles, numbers and ESCO, each over or beside what is shipped."""
    known = vocabulary_of({name: content(name) for name in NAMES})
    assert known.label(Kind.OCCUPATION, "43414") == "Softwareentwicklung - Experte"
    assert known.label(Kind.OCCUPATION, "011") == "Offiziere"
    assert known.label(Kind.REGION, "ags:03153") == "Goslar"
    assert known.places.ladder("38640") == ("ags:03153", "plz:38", "de")
    assert known.places.ladder("04861")[0] == "ags:14730"
    assert known.employment is not None
    assert known.employment.groups["43"][0].count == 120
    [musterkoch] = suggest("Musterköchin", vocabulary=known)
    assert (musterkoch.code, musterkoch.label, musterkoch.certain) == (
        "29302",
        "Köche - Fachkraft",
        True,
    )


def test_without_any_list_the_hand_made_tables_serve() -> None:
    """And districts alone name nothing, for no place lies in them."""
    for found in (vocabulary_of({}), vocabulary_of({"districts": content("districts")})):
        assert found.labels == shipped().labels
        assert (found.titles, found.employment) == (None, None)


def test_a_list_under_a_wrong_name_is_refused() -> None:
    """The message begins with the name."""
    with pytest.raises(MalformedError, match=r"^titles: no line is the header"):
        vocabulary_of({"titles": content("kldb")})


def test_esco_titles_lead_to_codes_that_mean_the_same() -> None:
    """Labels of several occupations to all their codes; what is wider or narrower to none."""
    known = vocabulary_of({name: content(name) for name in ("esco", "mapping", "titles")})
    assert known.esco.by_uri == {f"{URI}aaaa": ("43414",), f"{URI}bbbb": ("29302",)}
    [one] = suggest("Programmwerkerin (m/w/d)", vocabulary=known)
    assert (one.code, one.certain) == ("43414", True)
    [pair] = suggest("Erfundene Softwarebauerin", vocabulary=known)
    assert (pair.code, pair.certain) == ("43414", True)
    both = suggest("Codeschmiedin", vocabulary=known)
    assert [(two.code, two.certain) for two in both] == [("43414", False), ("29302", False)]
    assert settle(both) is None
    assert suggest("Nur weiter gefasst", vocabulary=known) == ()


def test_esco_without_the_mapping_adds_nothing() -> None:
    """Neither is of use alone; they are joined by URI."""
    labels = parse_esco(content("esco").decode().splitlines(keepends=True))
    mapping = parse_mapping(content("mapping").decode().splitlines(keepends=True)[5:])
    assert set(labels) == {f"{URI}{one}" for one in ("aaaa", "bbbb", "cccc")}
    assert esco_codes(labels, {}).by_title == {}
    assert esco_codes({}, mapping).by_title == {}
    assert esco_codes({f"{URI}aaaa": ("", "für")}, mapping).by_title == {}
    assert set(esco_codes({}, mapping).by_uri) == {f"{URI}aaaa", f"{URI}bbbb"}


@needs_lists
def test_the_official_files_are_read_as_they_were_counted() -> None:
    """Rows, repairs and losses of the editions the counts were made on."""
    told = {}
    for path in VOCAB.iterdir():
        try:
            found = recognise(path.read_bytes())
        except MalformedError:
            continue
        fates = Counter(one.fate for one in found.notes)
        told[found.official.name] = (found.rows, fates[Fate.REPAIRED], fates[Fate.DROPPED])
    assert told == {
        "kldb": (2195, 13, 2),
        "titles": (18_840, 0, 2),
        "places": (23_297, 0, 6820),
        "districts": (401, 0, 0),
        "esco": (3039, 0, 0),
        "mapping": (8735, 0, 193),
    }

"""Export files of recruiters: read row by row, or reported with row, column and remedy."""

import datetime as dt

import pytest
from table_harness import HEADINGS, connected, rows
from table_writing import Failed, Formula, write_csv, write_ods, write_xlsx

from fachkraft_share.errors import SetupError
from fachkraft_share.model.candidate import Stage
from fachkraft_share.ports.reading import Change
from fachkraft_share.testing.adapter_harness import invented, reading
from fachkraft_share.testing.system_harness import START

WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "ods": write_ods}
WORKBOOKS = {"xlsx": write_xlsx, "ods": write_ods}


@pytest.mark.parametrize("ending", WRITERS)
def test_each_row_of_an_export_is_an_application(harness, ending):
    """The same from CSV, XLSX and ODS: person, stage, day of the rejection."""
    harness.lay(f"Export.{ending}", WRITERS[ending](rows({}, {"PLZ": 38640})))
    changes, problems = harness.read()
    assert problems == []
    assert [one.application.id for one in changes] == ["A-1", "A-2"]
    first = changes[0]
    assert first.application.rejected_on == "2026-11-19"
    assert first.application.stage is Stage.REJECTED
    read, meant = first.candidate, invented(1)
    for name in ("given", "family", "email", "phone", "street", "postcode", "city", "skills"):
        assert getattr(read, name) == getattr(meant, name)
    assert read.languages == meant.languages
    assert changes[1].candidate.postcode == "38640"


@pytest.mark.parametrize(
    ("headings", "line"),
    [
        ("Application ID,First name,Last name,Email address,Zip", "7,Ann,Lee,a@mail.example,38640"),
        ("Bewerber-ID\tName\tE-Mail\tPLZ", "7\tLee, Ann\ta@mail.example\t38640"),
        ("sep=;\r\nNr;Vorname;Nachname;Mail;Ort", "7;Ann;Lee;a@mail.example;Goslar"),
    ],
)
def test_english_headings_and_other_delimiters_are_understood(harness, headings, line):
    """Which delimiter it is shows in the headings."""
    harness.lay("export.csv", f"{headings}\r\n{line}\r\n")
    [change], problems = harness.read()
    assert problems == []
    assert change.application.id == "7"
    assert (change.candidate.given, change.candidate.family) == ("Ann", "Lee")
    assert change.candidate.email == "a@mail.example"


CELLS = {
    "date": ({"Absagedatum": "gestern"}, "not a date", "19.11.2026"),
    "slashes": ({"Absagedatum": "03/04/2026"}, "slashes", "19.11.2026"),
    "no such day": ({"Absagedatum": "31.02.2026"}, "does not exist", "correct"),
    "year": ({"Absagedatum": "19.11.1922"}, "year", "1904"),
    "mail": ({"E-Mail": "a@mail.example, b@mail.example"}, "not one mail address", "exactly one"),
    "formula": ({"Ort": "=WEBSERVICE(A1)"}, "formula", "values"),
    "error": ({"Ort": "#BEZUG!"}, "error value", "correct"),
    "rounded": ({"Bewerbernummer": "4,95E+15"}, "rounded", "text"),
    "number": ({"Bewerbernummer": ""}, "empty", "number"),
    "person": ({"Vorname": "", "Nachname": ""}, "empty", "name"),
    "long": ({"Ort": "x" * 501}, "longer than 500", "shorten"),
    "document": ({"Dokumente": "fehlt.pdf"}, "not there", "beside"),
    "kind": ({"Dokumente": "Export.csv"}, "kind that is not taken", "PDF"),
    "path": ({"Dokumente": "../../secret.pdf"}, "not there", "beside"),
    "stage": ({"Status": "Eingestellt"}, "another stage", "correct"),
}


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_that_cannot_be_read_is_named_with_row_column_and_remedy(harness, kind):
    """One row is left out, the others are read, and no word of the cell is repeated."""
    cell, what, fix = CELLS[kind]
    harness.lay("Export.csv", write_csv(rows({}, cell, {})))
    changes, [problem] = harness.read()
    assert [one.application.id for one in changes] == ["A-1", "A-3"]
    heading = "Nachname" if kind == "person" else next(iter(cell))
    column = chr(65 + HEADINGS.index(heading))
    assert problem.field == f"row 3, column {column} ({heading})"
    assert what in problem.what
    assert fix in problem.fix
    assert problem.place.startswith("in/rejected/Export.csv")


SPREADSHEET_CELLS = {
    "number as date": ({"Absagedatum": 46345}, "a number, not a date"),
    "date as number": ({"Bewerbernummer": dt.date(2026, 2, 1)}, "made a date"),
    "rounded": ({"Bewerbernummer": 4.95e15}, "rounded"),
    "never computed": ({"E-Mail": Formula("HYPERLINK(A1)")}, "formula without a value"),
}


@pytest.mark.parametrize("ending", WORKBOOKS)
@pytest.mark.parametrize("kind", SPREADSHEET_CELLS)
def test_what_a_spreadsheet_made_of_a_cell_is_not_guessed_back(harness, kind, ending):
    """Rounded numbers, dates made of numbers, formulas nobody computed."""
    cell, what = SPREADSHEET_CELLS[kind]
    harness.lay(f"Export.{ending}", WORKBOOKS[ending](rows({}, cell)))
    [_], [problem] = harness.read()
    heading = next(iter(cell))
    assert problem.field == f"row 3, column {chr(65 + HEADINGS.index(heading))} ({heading})"
    assert what in problem.what


def test_an_error_behind_a_formula_is_no_empty_cell(harness):
    """`#REF!` in the mail address must not look as if there was none."""
    harness.lay("Export.xlsx", write_xlsx(rows({"E-Mail": Failed()})))
    changes, [problem] = harness.read()
    assert changes == []
    assert "row 2, column D (E-Mail)" in problem.field


@pytest.mark.parametrize("ending", WORKBOOKS)
def test_a_formula_counts_with_the_value_it_was_saved_with(harness, ending):
    """It is never computed here."""
    cell = {"Ort": Formula('"Bad " & "Harzburg"', "Goslar")}
    harness.lay(f"Export.{ending}", WORKBOOKS[ending](rows(cell)))
    [change], _ = harness.read()
    assert change.candidate.city == "Goslar"


def test_dates_of_the_1904_system_are_the_same_days(harness):
    """Old workbooks of the Mac count from another day."""
    harness.lay("Export.xlsx", write_xlsx(rows({}), date1904=True))
    [change], _ = harness.read()
    assert change.application.rejected_on == "2026-11-19"


@pytest.mark.parametrize(
    ("cells", "postcode", "noted"),
    [
        ({"PLZ": 1067, "Land": "Deutschland"}, "01067", False),
        ({"PLZ": 1067}, "", True),
        ({"PLZ": 1070, "Land": "Österreich"}, "AT-1070", False),
        ({"PLZ": "01067"}, "01067", False),
    ],
)
def test_a_lost_zero_of_a_postcode_comes_back_only_when_certain(harness, cells, postcode, noted):
    """Four digits are Dresden without its zero, or Vienna: without a country nobody can know."""
    headings = [*HEADINGS, "Land"]
    harness.lay("Export.xlsx", write_xlsx(rows(cells, headings=headings)))
    [change], problems = harness.read()
    assert problems == []
    assert change.candidate.postcode == postcode
    assert any("row 2, column G (PLZ)" in note for note in change.notes) is noted


def test_the_settings_may_say_whose_postcodes_these_are(harness, tmp_path):
    """A German company says so once."""
    harness.lay("Export.xlsx", write_xlsx(rows({"PLZ": 1067, "Telefon": 495321123})))
    items = list(reading(connected(harness, 'country = "DE"\n', tmp_path), at=START))
    [change] = [one for one in items if isinstance(one, Change)]
    assert change.candidate.postcode == "01067"
    assert change.candidate.phone == ""  # its plus or zero is lost
    assert any("(Telefon)" in note for note in change.notes)


def test_own_headings_come_from_a_settings_file(harness, tmp_path):
    """What the customer's system calls its columns is data."""
    table = [["Lfd.", "Rufname", "Sippe"], ["7", "Ann", "Lee"]]
    harness.lay("Export.csv", write_csv(table))
    _, [problem] = harness.read()
    assert problem.what == "no row of known headings"
    own = '[columns]\nid = "Lfd."\ngiven = ["Rufname"]\nfamily = "Sippe"\n'
    items = list(reading(connected(harness, own, tmp_path), at=START))
    assert [one.candidate.family for one in items if isinstance(one, Change)] == ["Lee"]


@pytest.mark.parametrize(
    "text",
    [
        "[columns",
        "[columns]\nshoe = 'Schuh'\n",
        "[columns]\nid = 7\n",
        "[columns]\ntitle = 'Geburtsdatum'\n",
        "country = 49\n",
        "colour = 'red'\n",
    ],
)
def test_settings_that_say_nonsense_are_refused(harness, tmp_path, text):
    """A column that must never leave cannot be mapped either."""
    with pytest.raises(SetupError):
        connected(harness, text, tmp_path)


def test_two_columns_of_one_meaning_are_refused(harness):
    """Which mail address is the person's, only the recruiter knows."""
    harness.lay("Export.csv", write_csv([["Nr", "Name", "E-Mail", "Mail"], ["1", "A", "", ""]]))
    changes, [problem] = harness.read()
    assert changes == []
    assert problem.field == "row 1, columns C and D"


@pytest.mark.parametrize(
    ("headings", "missing"), [("Vorname;Nachname", "number"), ("Nr;E-Mail", "name")]
)
def test_an_export_without_numbers_or_names_is_refused(harness, headings, missing):
    """Without a number nobody could be found again."""
    harness.lay("Export.csv", f"{headings}\r\na;b\r\n")
    _, [problem] = harness.read()
    assert missing in problem.what
    assert problem.field == "row 1"

"""Export files as a whole: numbers, totals, hidden rows, documents, memory and preview."""

import json
import os
import re
from pathlib import Path

import pytest
from table_harness import HEADINGS, connected, rows
from table_writing import write_csv, write_ods, write_xlsx

from fachkraft_share import limits
from fachkraft_share.model.candidate import DocumentKind
from fachkraft_share.ports.reading import Change, Problem
from fachkraft_share.testing.adapter_harness import everything, pdf, reading
from fachkraft_share.testing.system_harness import START
from fachkraft_share_files.columns import HEADINGS_BY_FIELD

WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "ods": write_ods}
WORKBOOKS = {"xlsx": write_xlsx, "ods": write_ods}


def test_one_number_in_two_rows_is_read_from_neither(harness):
    """The problem names both rows."""
    harness.lay("Export.csv", write_csv(rows({}, {"Bewerbernummer": "X"}, {"Bewerbernummer": "X"})))
    changes, [problem] = harness.read()
    assert [one.application.id for one in changes] == ["A-1"]
    assert problem.field == "rows 3, 4, column A (Bewerbernummer)"


def test_one_number_in_two_files_is_read_from_neither(harness):
    """Each problem names both files and both rows."""
    harness.lay("a.csv", write_csv(rows({})))
    harness.lay("b.xlsx", write_xlsx(rows({}, {})))
    changes, problems = harness.read()
    assert [one.application.id for one in changes] == ["A-2"]
    assert [one.place for one in problems] == [
        "in/rejected/a.csv, row 2; in/rejected/b.xlsx, row 2",
        "in/rejected/b.xlsx, row 2; in/rejected/a.csv, row 2",
    ]


def test_a_copy_of_an_export_is_reported_once(harness):
    """Not with every row."""
    for name in ("a.csv", "Kopie von a.csv"):
        harness.lay(name, write_csv(rows({}, {})))
    changes, [problem] = harness.read()
    assert len(changes) == 2
    assert "export lies there twice" in problem.what


def test_titles_empty_rows_and_totals_are_passed_over(harness):
    """Exports have lines above the headings and a sum below."""
    head, *people = rows({}, {})
    table = [["Bewerbungen 2026"], [], head, people[0], [""] * 3, people[1], [], ["Summe", "2"]]
    harness.lay("Export.csv", write_csv(table))
    changes, problems = harness.read()
    assert len(changes) == 2
    assert problems == []
    [preview] = harness.fresh().preview()
    assert preview.notes == ("row 8: a total, passed over",)


@pytest.mark.parametrize("ending", WORKBOOKS)
def test_hidden_rows_are_not_read(harness, ending):
    """Nobody is passed on whom the recruiter does not see."""
    harness.lay(f"Export.{ending}", WORKBOOKS[ending](rows({}, {}, {}), hidden=(3,)))
    changes, [problem] = harness.read()
    assert [one.application.id for one in changes] == ["A-1", "A-3"]
    assert problem.field == "row 3"
    assert "hidden" in problem.what


def test_merged_rows_are_refused_and_merged_titles_are_not(harness):
    """Of merged cells only one holds the value."""
    table = [["Bewerbungen 2026"], *rows({}, {}, {})]
    harness.lay("Export.xlsx", write_xlsx(table, merged=("A1:C1", "H3:H4")))
    changes, problems = harness.read()
    assert [one.application.id for one in changes] == ["A-3"]
    assert [one.field for one in problems] == ["row 3", "row 4"]


def test_merged_rows_of_opendocument_are_refused(harness):
    """The same as in Excel."""
    harness.lay("Export.ods", write_ods(rows({}, {}, {}), merged=(2,)))
    changes, problems = harness.read()
    assert [one.application.id for one in changes] == ["A-3"]
    assert [one.field for one in problems] == ["row 2", "row 3"]


def test_hidden_sheets_are_not_read_and_two_visible_ones_need_a_word(harness, tmp_path):
    """Which sheet is meant must be certain."""
    other = rows({"Bewerbernummer": "B"})
    harness.lay("Export.xlsx", write_xlsx(rows({}), more=[("Alt", "hidden", other)]))
    [change], problems = harness.read()
    assert (change.application.id, problems) == ("A-1", [])
    harness.lay("Export.xlsx", write_xlsx(rows({}), more=[("Alt", "visible", other)]))
    changes, [problem] = harness.read()
    assert (changes, problem.field) == ([], "sheet")
    items = list(reading(connected(harness, 'sheet = "Alt"\n', tmp_path), at=START))
    assert [one.application.id for one in items if isinstance(one, Change)] == ["B"]
    items = list(reading(connected(harness, 'sheet = "Neu"\n', tmp_path), at=START))
    assert [one.field for one in items if isinstance(one, Problem)] == ["sheet"]


def test_more_cells_than_headings_are_not_shifted(harness):
    """A comma nobody quoted would move every later cell."""
    harness.lay("Export.csv", "Nr,Vorname,Nachname\r\n1,Ann,Lee\r\n2,Bo,Lee,Meier\r\n")
    [_], [problem] = harness.read()
    assert problem.field == "row 3"
    assert "more cells" in problem.what


def test_forbidden_and_unknown_columns_are_shown_but_never_read(harness):
    """The preview says what every column means, how many rows there are, and the first errors."""
    headings = [*HEADINGS[:4], "Geburtsdatum", "Notiz intern"]
    secret = {"Geburtsdatum": "qzx", "Notiz intern": "qzx"}
    harness.lay("Export.csv", write_csv(rows(secret, {"E-Mail": "qzx"}, headings=headings)))
    [preview] = harness.fresh().preview()
    assert preview.place == "in/rejected/Export.csv"
    assert preview.rows == 1
    assert preview.columns == (
        ("A", "Bewerbernummer", "id"),
        ("B", "Vorname", "given"),
        ("C", "Nachname", "family"),
        ("D", "E-Mail", "email"),
        ("E", "Geburtsdatum", "never read (R13, R24)"),
        ("F", "Notiz intern", "not read"),
    )
    assert [one.field for one in preview.problems] == ["row 3, column D (E-Mail)"]
    assert "qzx" not in everything(preview)
    changes, _ = harness.read()
    assert "qzx" not in everything([one.candidate for one in changes])


def test_documents_that_rows_name_lie_beside(harness):
    """In the folder of the stage, or with the export in a folder of its own."""
    names = {"Dokumente": "ZEUGNIS Ä.pdf; Lebenslauf.pdf"}
    for name in ("Zeugnis ä.pdf", "Lebenslauf.pdf"):
        harness.lay(name, pdf(name).content)
        harness.lay(f"November/{name}", pdf(f"{name} 2").content)
    harness.lay("Export.csv", write_csv(rows(names)))
    harness.lay("November/Export.csv", write_csv(rows({}, names)[:1] + rows({}, names)[2:]))
    changes, problems = harness.read()
    assert problems == []
    for change in changes:
        adapter = harness.fresh()
        documents = adapter.documents(change.application.id)
        assert [one.kind for one in documents] == [DocumentKind.CERTIFICATE, DocumentKind.CV]
        suffix = b" 2\n" if change.application.id == "A-2" else b"pdf\n"
        assert suffix in adapter.read_document(documents[1]).content


def test_a_document_that_is_a_link_is_not_followed(harness, tmp_path):
    """Through a link nothing is read."""
    (tmp_path / "secret.pdf").write_bytes(pdf("secret").content)
    harness.lay("Export.csv", write_csv(rows({"Dokumente": "link.pdf"})))
    (harness.root / "in/rejected/link.pdf").symlink_to(tmp_path / "secret.pdf")
    changes, problems = harness.read()
    assert changes == []
    assert any("column N (Dokumente)" in one.field for one in problems)


def test_a_row_needs_a_stage_from_folder_or_column(harness):
    """An export directly in `in/` says it in its rows; what nobody mapped is reported."""
    table = rows({}, {"Status": ""}, {"Status": "Wiedervorlage"}, {"Status": "Offen"})
    harness.lay("../Export.csv", write_csv(table))
    changes, problems = harness.read()
    assert [one.application.id for one in changes] == ["A-1"]
    assert ["row 3" in one.field or one.field == "stage" for one in problems] == [True, True]


def test_a_column_may_say_who_is_no_runner_up(harness):
    """Rejected, but not to be recommended."""
    headings = [*HEADINGS, "Empfehlen"]
    table = rows({"Empfehlen": "ja"}, {"Empfehlen": "nein"}, {"Empfehlen": "?"}, headings=headings)
    harness.lay("Export.csv", write_csv(table))
    [change], [problem] = harness.read()
    assert change.application.id == "A-1"
    assert problem.field == "row 4, column O (Empfehlen)"


def test_a_number_with_strange_letters_becomes_an_opaque_id(harness):
    """`2026/17` and a mail address are ids for people, not for us; they stay recognisable."""
    cells = [{"Bewerbernummer": "2026/17"}, {"Bewerbernummer": "a@mail.example"}]
    harness.lay("Export.csv", write_csv(rows(*cells)))
    first, _ = harness.read()
    assert all(one.application.id.startswith("f") for one in first)
    assert len({one.application.id for one in first}) == 2
    harness.lay("Export.csv", write_csv(rows(*reversed(cells))))
    again, _ = harness.read()
    assert {one.application.id for one in again} == {one.application.id for one in first}


def test_many_errors_are_counted_not_repeated(harness):
    """A column exported wrongly must not bury everything else."""
    wrong = [{"E-Mail": "none"}] * (limits.TABLE_PROBLEMS + 5)
    harness.lay("Export.csv", write_csv(rows(*wrong)))
    _, problems = harness.read()
    assert len(problems) == limits.TABLE_PROBLEMS + 1
    assert problems[-1].what == "5 more rows cannot be read"


def test_a_changed_export_is_read_anew_and_an_unchanged_one_from_memory(harness):
    """One adapter keeps what it read only while the file is the same."""
    path = harness.lay("Export.csv", write_csv(rows({})))
    os.utime(path, (START - 100, START - 100))
    adapter = harness.fresh()
    for city in ("Goslar", "Celle", "Uelzen"):
        path.write_bytes(write_csv(rows({"Ort": city})))
        os.utime(path, (START - 100 + len(city), START - 100 + ord(city[0])))
        for _ in range(2):
            items = list(reading(adapter, at=START))
            assert [one.candidate.city for one in items if isinstance(one, Change)] == [city]


def test_ten_thousand_rows_are_read_in_seconds_and_documents_found_at_once(harness):
    """Neither reading nor asking for documents looks at every row for each row."""
    import time

    path = harness.lay("Export.csv", write_csv(rows(*[{}] * 10_000)))
    os.utime(path, (START, START))
    adapter = harness.fresh()
    begin = time.process_time()
    ids = [one.application.id for one in reading(adapter, at=START) if isinstance(one, Change)]
    assert len(ids) == 10_000
    assert [adapter.documents(one) for one in ids] == [()] * 10_000
    assert time.process_time() - begin < 30  # five here; forty million looks take longer


def test_a_json_file_and_a_row_of_one_number_are_read_from_neither(harness):
    """Ids are one space, whatever they came in."""
    harness.lay("Export.csv", write_csv(rows({})))
    profile = {"basics": {"name": "Ann Lee"}, "meta": {"application": {"id": "A-1"}}}
    harness.lay("one.json", json.dumps(profile))
    changes, problems = harness.read()
    assert changes == []
    assert {one.what for one in problems} == {"this id is used twice"}


def test_the_documentation_names_every_heading_that_is_known():
    """Whoever exports can look up how a column may be called."""
    page = Path(__file__).parents[2] / "docs" / "adapters" / "files.md"
    if not page.exists():
        pytest.skip("the documentation is not beside the adapter")
    words = {one.strip() for one in re.split(r"[,;|:]", page.read_text(encoding="utf-8"))}
    known = {heading for names in HEADINGS_BY_FIELD.values() for heading in names.split("|")}
    assert known - words == set()

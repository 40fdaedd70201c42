"""Encodings and archives of export files: certain, or refused with a remedy."""

import io
import warnings
import zipfile

import pytest
from table_writing import sheet_xml, write_csv, write_ods, write_xlsx, zipped

from fachkraft_share import limits
from fachkraft_share_files.columns import known_headings, read_columns
from fachkraft_share_files.csv_files import read_csv
from fachkraft_share_files.grid import CellError
from fachkraft_share_files.workbooks import read_workbook

PLAIN = [["Bewerbernummer", "Vorname", "Nachname"], ["1", "Jörg", "Groß"]]
MAPPED = read_columns()


def known(grid):
    """Count the headings."""
    return known_headings(grid, MAPPED)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_that_are_certain_are_read(encoding, delimiter):
    """UTF-8 with and without its mark, UTF-16 with it, and what German Excel writes."""
    content = write_csv(PLAIN, encoding=encoding, delimiter=delimiter)
    assert read_csv(content, known).rows == PLAIN


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman", "iso8859_2", "cp1250", "utf-16-le"])
def test_an_encoding_that_is_not_certain_is_refused(harness, encoding):
    """A wrong guess would change a person's name."""
    name = "Łukasz" if encoding in ("iso8859_2", "cp1250") else "Jörg"
    table = [PLAIN[0], ["1", name, "Müller"]]
    harness.lay("Export.csv", write_csv(table, encoding=encoding))
    changes, [problem] = harness.read()
    assert changes == []
    assert "UTF-8" in problem.fix


def test_a_csv_file_that_is_cut_off_is_waited_for(harness):
    """In the middle of a row or of quotation marks: half a mail address is nobody's."""
    for content in ("Nr;Vorname;Nachname\r\n1;Ann;Lee\r\n2;Bo", 'Nr;Vorname;Nachname\r\n1;"An'):
        harness.lay("Export.csv", content)
        changes, [problem] = harness.read()
        assert (changes, problem.temporary) == ([], True)
    harness.lay("Export.csv", "Nr;Vorname;Nachname\r\n1;Ann;Lee")
    assert len(harness.read()[0]) == 1


def test_a_delimiter_that_is_not_certain_is_refused(harness):
    """Headings that two delimiters divide into two columns each."""
    harness.lay("Export.csv", "Nr;Vorname\r\nNr,Vorname\r\n")
    _, [problem] = harness.read()
    assert problem.field == "row 1"
    assert "semicolons" in problem.fix


def test_broken_quotation_marks_are_named_with_their_line(harness):
    """What CSV does not know is not repaired."""
    harness.lay("Export.csv", 'Nr;Vorname;Nachname\r\n1;"Ann" x;Lee\r\n')
    changes, [problem] = harness.read()
    assert (changes, problem.field) == ([], "line 2")


def swollen(name):
    """Return a workbook one part of which is far larger inside than outside."""
    return write_xlsx(PLAIN, parts={name: b" " * (limits.TABLE_SMALL + 2**20)})


def doubled():
    """Return a workbook in which one name stands for two parts."""
    packed = io.BytesIO(write_xlsx(PLAIN))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("xl/styles.xml", "<x/>")
    return packed.getvalue()


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # zipfile's own, about the name that stands there twice
    DOUBLED = doubled()
FAR = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
MANY = (
    '<x xmlns:table="t" xmlns:office="o"><table:table table:name="a"><table:table-row '
    'table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
    'office:value="1" table:number-columns-repeated="16384"/></table:table-row></table:table></x>'
)
BOMB = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><x>&c;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
LOCKED = b'<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>'
REFUSED = {
    "old.xls": (OLE, "old .xls"),
    "old.xlsx": (OLE, "old .xls"),
    "locked.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "locked.ods": (write_ods(PLAIN, parts={"META-INF/manifest.xml": LOCKED}), "password"),
    "html.xlsx": (b"<html><table>", "no workbook"),
    "other.xlsx": (zipped({"word/document.xml": "<x/>"}), "no workbook"),
    "bomb.xlsx": (swollen("xl/styles.xml"), "far larger inside"),
    "far.xlsx": (write_xlsx(PLAIN, parts={"xl/worksheets/sheet1.xml": FAR}), "rows"),
    "many.ods": (write_ods(PLAIN, parts={"content.xml": MANY}), "rows"),
    "entities.xlsx": (write_xlsx(PLAIN, parts={"xl/styles.xml": BOMB}), "entities"),
    "entities.ods": (write_ods(PLAIN, parts={"styles.xml": BOMB}), "entities"),
    "damaged.xlsx": (write_xlsx(PLAIN, parts={"xl/styles.xml": "<x>"}), "damaged"),
    "sheet.xlsx": (
        write_xlsx(PLAIN, parts={"xl/_rels/workbook.xml.rels": "<x/>"}),
        "damaged",
    ),
    "double.xlsx": (DOUBLED, "damaged"),
    "merged.xlsx": (write_xlsx(PLAIN, merged=("A1:X",)), "damaged"),
    "missing.ods": (zipped({"content.xml": "<x/>"}), "damaged"),
    "apple.numbers": (b"x", "Apple"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_plain_workbook_ends_in_one_clear_sentence(harness, name):
    """Old, locked, damaged or hostile: refused before a cell is read, and the rest goes on."""
    content, what = REFUSED[name]
    harness.lay(name, content)
    harness.lay("good.csv", write_csv(PLAIN))
    [change], [problem] = harness.read()
    assert change.candidate.family == "Groß"
    assert what in problem.what
    assert problem.fix
    assert not problem.temporary


def test_an_archive_that_lies_about_its_size_is_counted_as_it_comes():
    """The size an entry claims is not believed."""
    content = bytearray(swollen("xl/styles.xml"))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/styles.xml").file_size
    content = bytes(content).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(CellError, match="file"):
        read_workbook(content, known)


def test_too_many_parts_and_locked_entries_are_refused():
    """An archive within the archive's limits, whatever it holds."""
    many = write_xlsx(PLAIN, parts={f"{n}.txt": "" for n in range(limits.TABLE_PARTS)})
    with pytest.raises(CellError, match="too many parts"):
        read_workbook(many, known)
    locked = bytearray(write_xlsx(PLAIN))
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(CellError, match="password"):
        read_workbook(bytes(locked), known)


def test_half_a_workbook_is_waited_for(harness):
    """Its table of contents stands at its end."""
    for ending, write in (("xlsx", write_xlsx), ("ods", write_ods)):
        path = harness.lay(f"Export.{ending}", write(PLAIN)[:-40])
        changes, [problem] = harness.read()
        assert (changes, problem.temporary) == ([], True)
        path.unlink()


def test_macros_are_never_looked_at(harness):
    """A workbook with macros is read like one without; the macro part is left outside."""
    harness.lay("Export.xlsm", write_xlsx(PLAIN, parts={"xl/vbaProject.bin": b"\x00MACRO"}))
    [change], problems = harness.read()
    assert (change.candidate.given, problems) == ("Jörg", [])


def test_a_table_may_not_grow_without_end(harness):
    """Too many rows or columns name the first one that is too many."""
    wide = [[*PLAIN[0], *[""] * limits.TABLE_COLUMNS, "x"], PLAIN[1]]
    harness.lay("wide.csv", write_csv(wide))
    harness.lay("long.csv", write_csv([*PLAIN, *[["2", "", ""]] * limits.TABLE_ROWS]))
    changes, problems = harness.read()
    assert changes == []
    assert {one.field for one in problems} == {"row 20001", "row 1, column GS"}


def test_cells_without_references_are_counted(harness):
    """Some systems leave out where a cell stands."""
    sheet = sheet_xml(PLAIN)
    for part in ('r="1"', 'r="2"', *(f'r="{one}{row}"' for one in "ABC" for row in (1, 2))):
        sheet = sheet.replace(f" {part}", "")
    assert 'r="' not in sheet
    content = write_xlsx(PLAIN, parts={})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    harness.lay("Export.xlsx", zipped({**parts, "xl/worksheets/sheet1.xml": sheet}))
    [change], problems = harness.read()
    assert (change.candidate.family, problems) == ("Groß", [])

"""Cells, dates and texts of export files: read back as they were written, or refused."""

import datetime as dt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from table_writing import write_csv, write_ods, write_xlsx

from fachkraft_share import limits
from fachkraft_share_files import cells
from fachkraft_share_files.columns import known_headings, read_columns
from fachkraft_share_files.csv_files import read_csv
from fachkraft_share_files.grid import CellError, letters
from fachkraft_share_files.workbooks import read_workbook

PLAIN = [["Bewerbernummer", "Vorname", "Nachname"], ["1", "Jörg", "Groß"]]
MAPPED = read_columns()
FEW = settings(max_examples=60, deadline=None)


def known(grid):
    """Count the headings."""
    return known_headings(grid, MAPPED)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]
WORDS = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Zs", "Cf"]), min_size=1, max_size=12
)
DATES = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))


@FEW
@given(DATES, st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d.%m.%Y 23:59", "%Y-%m-%dT00:00+02:00"]))
def test_any_day_is_read_back_from_its_text(day, form):
    """German and international, with a clock beside it or without."""
    assert cells.read_date(day.strftime(form)) == day.isoformat()


@FEW
@given(DATES, st.booleans())
def test_any_day_is_read_back_from_a_workbook(day, old):
    """From the serial number of either system, and from OpenDocument."""
    table = [["Nr", "Absagedatum"], ["1", day]]
    for content in (write_xlsx(table, date1904=old), write_ods(table)):
        assert cells.read_date(read_workbook(content, known).rows[1][1]) == day.isoformat()


@FEW
@given(st.lists(WORDS, min_size=3, max_size=3), st.sampled_from(ENCODINGS))
def test_any_text_is_read_back_or_refused(words, encoding):
    """Whatever the encoding: never another text than was written, if it is no UTF-8 as well."""
    table = [PLAIN[0], words]
    content = write_csv(table, encoding=encoding)
    if encoding == "cp1252":  # C2 A1 is two letters, or one: nobody can tell
        assume(content.isascii() or not _is_utf8(content))
    try:
        grid = read_csv(content, known)
    except (CellError, UnicodeError) as error:
        assert encoding == "cp1252" or "twice" in str(error)  # noqa: PT017
    except Exception as error:
        assert "encoded twice" in str(error)  # noqa: PT017
    else:
        assert grid.rows == table


def _is_utf8(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@FEW
@given(st.lists(WORDS.filter(lambda one: not one.startswith("=")), min_size=3, max_size=3))
def test_any_text_is_read_back_from_a_workbook(words):
    """From XLSX and ODS alike."""
    table = [PLAIN[0], words]
    for write in (write_xlsx, write_ods):
        assert read_workbook(write(table), known).rows == table


@FEW
@given(st.integers(0, 10**15 - 1))
def test_any_number_that_excel_keeps_is_read_back(number):
    """Up to fifteen digits; beyond that it is refused."""
    assert cells.read_id(float(number)) == str(number)
    with pytest.raises(CellError):
        cells.read_id(float(number + 10**15))


@FEW
@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_clear_error(content):
    """Nothing else comes out, whatever is dropped."""
    from fachkraft_share.errors import AdapterError

    for read in (read_csv, read_workbook):
        try:
            read(content, known)
        except AdapterError as error:
            assert str(error)  # noqa: PT017


@FEW
@given(st.sampled_from([write_xlsx(PLAIN), write_ods(PLAIN)]), st.data())
def test_a_workbook_with_wrong_bytes_is_read_or_refused(content, data):
    """Whatever breaks on the way: a clear error, never one of the reader's own."""
    from fachkraft_share.errors import AdapterError

    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_workbook(bytes(broken), known)
    except AdapterError as error:
        assert str(error)  # noqa: PT017


def test_columns_are_named_as_excel_names_them():
    """A to Z, then AA."""
    assert [letters(one) for one in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("read", "cell", "meant"),
    [
        (cells.read_text, '="00123"', "00123"),
        (cells.read_text, 17.0, "17"),
        (cells.read_text, 2.5, "2.5"),
        (cells.read_text, True, "ja"),
        (cells.read_flag, False, False),
        (cells.read_list, 7.0, ["7"]),
        (cells.read_date, "1.2.26", "2026-02-01"),
        (cells.read_date, dt.datetime.fromisoformat("2026-11-19T23:59"), "2026-11-19"),
        (cells.read_country, "Schweiz", "CH"),
        (cells.read_country, "us", "US"),
        (cells.read_mail, "mailto:a@mail.example", "a@mail.example"),
    ],
)
def test_cells_mean_what_people_meant(read, cell, meant):
    """Forms that Excel and exports are known for."""
    assert read(cell) == meant


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (cells.read_text, dt.timedelta(1)),
        (cells.read_text, float("nan")),
        (cells.read_flag, "vielleicht"),
        (cells.read_country, "Atlantis"),
        (cells.read_list, ";".join("x" * 1 for _ in range(limits.CV_ENTRIES + 1))),
    ],
)
def test_cells_that_mean_nothing_certain_are_refused(read, cell):
    """With a remedy."""
    with pytest.raises(CellError) as raised:
        read(cell)
    assert raised.value.fix

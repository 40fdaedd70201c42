"""A list of mail addresses, pasted or as a file (CSV, XLSX, ODS): what can be read, row by row."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.web.addresses import is_mail_address
from fachkraft_share.web.forms import Upload

_BOOKS = (".xlsx", ".ods", ".xlsm", ".xls")
_APART = re.compile(r"[\s,;<>\"()]+")


@attrs.frozen
class RowFault:
    """A row that will get no invitation: its number, and a code of the catalogue."""

    row: int
    code: str


@attrs.frozen
class Addresses:
    """What a list says."""

    found: tuple[str, ...] = attrs.field(repr=False)
    faults: tuple[RowFault, ...]


def pasted(text: str) -> Addresses:
    """Read pasted lines; names around an address are passed over."""
    return _read(_APART.split(line) for line in text.splitlines())


def uploaded(file: Upload) -> Addresses:
    """Read a file.

    Raises:
        RefusedError: `list-unreadable`, `list-large`.
    """
    if len(file.content) > limits.PRESENTED_LIST:
        raise RefusedError("list-large")
    if file.name.lower().endswith(_BOOKS):
        return _read(_book(file.content))
    return _read(_table(file.content))


def _table(content: bytes) -> Iterator[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what spreadsheets write on Windows
    head = text[:2000]
    delimiter = max(";,\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise RefusedError("list-unreadable") from error


def _book(content: bytes) -> Iterator[Sequence[str]]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ModuleNotFoundError as error:
        raise RefusedError("list-no-books", "the extra `tables` is not installed") from error
    _demand_small(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False, nrows=limits.TABLE_ROWS)
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise RefusedError("list-unreadable") from error
    for row in rows:
        yield [str(cell) for cell in row[: limits.TABLE_COLUMNS]]


def _demand_small(content: bytes) -> None:
    """Refuse a workbook that unpacks to more than a list can be (a bomb)."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return  # the old format is not packed
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size, parts = sum(one.file_size for one in packed.infolist()), len(packed.infolist())
    except zipfile.BadZipFile as error:
        raise RefusedError("list-unreadable") from error
    if size > limits.TABLE_SMALL or parts > limits.TABLE_PARTS:
        raise RefusedError("list-large")


def _read(rows: Iterable[Sequence[str]]) -> Addresses:
    found: dict[str, None] = {}
    faults: list[RowFault] = []
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells:
            continue
        address = next((one.lower() for one in cells if is_mail_address(one)), None)
        if address is None:
            if number > 1 or "@" in "".join(cells):  # the first row may be a heading
                faults.append(RowFault(number, "none"))
        elif address in found:
            faults.append(RowFault(number, "twice"))
        elif len(found) >= limits.PRESENTED_CLASS:
            faults.append(RowFault(number, "many"))
        else:
            found[address] = None
    return Addresses(tuple(found), tuple(faults[: limits.TABLE_PROBLEMS]))

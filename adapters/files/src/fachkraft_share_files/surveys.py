"""What must be known of a sheet's XML before its cells are read, and what no cell tells.

How far it reaches, which rows are hidden or merged, which formulas have no value. Document types
are refused, and with them every entity.
"""

import re
from collections.abc import Callable
from xml.parsers import expat

import attrs

from fachkraft_share import limits
from fachkraft_share_files.grid import CellError, checked_size

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_SAVE = "open it in Excel or LibreOffice and save it again"
Start = Callable[[str, dict[str, str]], None]


@attrs.define
class Survey:
    """What is known of one sheet; rows and columns counted from 0."""

    hidden: set[int] = attrs.field(factory=set)
    merged: set[int] = attrs.field(factory=set)
    uncomputed: set[tuple[int, int]] = attrs.field(factory=set)


def walk(
    content: bytes,
    start: Start,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Go through XML; names come without their prefix.

    Raises:
        CellError: no XML, or a document type.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, given: start(name.rpartition(":")[2], given)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2]) if end else None
    parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)  # noqa: FBT003 - expat takes no names
    except (expat.ExpatError, ValueError):
        raise CellError("a damaged workbook", _SAVE, field="file") from None


def _refuse(*_: object) -> None:
    raise CellError("it defines entities, which no spreadsheet does", _SAVE, field="file")


class SheetOfXlsx:
    """Surveys one worksheet part."""

    def __init__(self) -> None:
        self.survey = Survey()
        self._row = self._column = -1
        self._cell: dict[str, bool] = {}

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take in a beginning element."""
        if name == "row":
            self._row = int(given["r"]) - 1 if "r" in given else self._row + 1
            self._column = -1
            if given.get("hidden") in ("1", "true"):
                self.survey.hidden.add(self._row)
        elif name == "c":
            self._begin_cell(given)
        elif name in ("f", "v", "is"):
            self._cell[name] = True
        elif name == "mergeCell":
            first, _, last = given.get("ref", "").partition(":")
            rows = range(_place(first)[0], _place(last or first)[0] + 1)
            checked_size(rows.stop, 0)
            self.survey.merged.update(rows)

    def end(self, name: str) -> None:
        """Take in an ending element."""
        if name == "c" and "f" in self._cell and "text" not in self._cell:
            self.survey.uncomputed.add((self._row, self._column))

    def text(self, _: str) -> None:
        """Take in text: within a value it is one."""
        if "v" in self._cell or "is" in self._cell:
            self._cell["text"] = True

    def _begin_cell(self, given: dict[str, str]) -> None:
        if "r" in given:
            self._row, self._column = _place(given["r"])
        else:
            self._column += 1
        checked_size(self._row + 1, self._column + 1)
        self._cell = {"text": True} if given.get("t") == "str" else {}  # "" is a value, too
        if given.get("t") == "e":
            self.survey.uncomputed.add((self._row, self._column))


class TablesOfOds:
    """Surveys every table of a content part."""

    def __init__(self) -> None:
        self.surveys: list[Survey] = []
        self._row = self._column = -1
        self._rows = self._columns = 1

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take in a beginning element."""
        if name == "table" and "table:name" in given:
            self.surveys.append(Survey())
            self._row, self._rows = -1, 1
        elif name == "table-row" and self.surveys:
            self._begin_row(given)
        elif name in ("table-cell", "covered-table-cell") and self.surveys:
            self._begin_cell(given)
        elif name == "p" and self.surveys:
            self._filled()

    def _begin_row(self, given: dict[str, str]) -> None:
        self._row += self._rows
        self._rows = int(given.get("table:number-rows-repeated", 1))
        self._column, self._columns = -1, 1
        if given.get("table:visibility") in ("collapse", "filter"):
            self.surveys[-1].hidden.update(range(self._row, self._row + min(self._rows, 2**15)))

    def _begin_cell(self, given: dict[str, str]) -> None:
        self._column += self._columns
        self._columns = int(given.get("table:number-columns-repeated", 1))
        valued = "office:value-type" in given
        if valued:
            self._filled()
        if given.get("calcext:value-type") == "error" or ("table:formula" in given and not valued):
            self.surveys[-1].uncomputed.add((self._row, self._column))
        down = int(given.get("table:number-rows-spanned", 1))
        if down > 1 or int(given.get("table:number-columns-spanned", 1)) > 1:
            checked_size(self._row + down, 0)
            self.surveys[-1].merged.update(range(self._row, self._row + down))

    def _filled(self) -> None:
        checked_size(self._row + self._rows, self._column + self._columns)


def _place(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise CellError("a damaged workbook", _SAVE, field="file")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return min(int(found[2]), limits.TABLE_ROWS + 1) - 1, column - 1

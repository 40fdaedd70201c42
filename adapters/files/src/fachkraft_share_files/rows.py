"""Rows of an export file to applications: one row is one, and every complaint names its cell.

1. A row that cannot be read whole is not read at all; the others go on.
2. Of rows with the same number nobody can say which is right, so none is read.
3. Hidden rows are not read: nobody is passed on whom the recruiter does not see.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.rules.formats.names import split_name
from fachkraft_share.rules.formats.record import filled
from fachkraft_share_files import cells
from fachkraft_share_files.columns import Columns
from fachkraft_share_files.grid import Cell, CellError, Grid
from fachkraft_share_files.names import fold, id_of_text

_TOTAL = re.compile(r"(zwischen)?summe|gesamt(zahl)?|anzahl|total|subtotal|grand total|count")
_SPOKEN = re.compile(r"([^\s:(–-]+)[\s:(–-]+([^()]+?)\)?")
_PERSONAL = ("given", "family", "name", "email")


@attrs.frozen
class Row:
    """One application; `unclear` names cells of which something was left out."""

    number: int  # as Excel counts
    id: str
    stage: str
    profile: dict[str, Any] = attrs.field(repr=False)
    reason: str = ""
    job: str = attrs.field(default="", repr=False)
    rejected_on: str | None = None
    runner_up: bool | None = None
    documents: tuple[str, ...] = attrs.field(default=(), repr=False)
    unclear: tuple[str, ...] = ()


@attrs.frozen
class Rows:
    """What a file's rows say: applications, what cannot be read, and what was passed over."""

    rows: tuple[Row, ...] = attrs.field(repr=False)
    errors: tuple[CellError, ...]
    passed: tuple[str, ...] = ()


def read_rows(grid: Grid, columns: Columns, *, country: str = "") -> Rows:
    """Read the rows below the headings."""
    reader = _Reader(grid, columns, country)
    found: list[Row] = []
    errors: list[CellError] = []
    totals: list[int] = []
    hidden: list[int] = []
    for index in range(columns.row + 1, len(grid.rows)):
        if all(map(cells.is_empty, grid.rows[index])) and not reader.uncomputed(index):
            continue
        if index in grid.hidden:
            hidden.append(index + 1)
        elif reader.is_total(index):
            totals.append(index + 1)
        else:
            try:
                found.append(reader.row(index))
            except CellError as error:
                errors.append(error)
    kept, twice = _singled(found, columns)
    if hidden:
        fix = "show them, or delete them, and save again"
        errors.append(CellError("hidden rows are not read", fix, field=_named(hidden)))
    passed = (f"{_named(totals)}: a total, passed over",) if totals else ()
    return Rows(kept, _bounded([*errors, *twice]), passed)


def _named(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")
    return f"row {shown}" if len(numbers) == 1 else f"rows {shown}"


def _bounded(errors: list[CellError]) -> tuple[CellError, ...]:
    rest = len(errors) - limits.TABLE_PROBLEMS
    if rest <= 0:
        return tuple(errors)
    last = CellError(f"{rest} more rows cannot be read", "correct those first", field="file")
    return (*errors[: limits.TABLE_PROBLEMS], last)


def _singled(found: list[Row], columns: Columns) -> tuple[tuple[Row, ...], list[CellError]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for one in found:
        numbers[one.id].append(one.number)
    what, fix = "the same number stands in several rows", "leave one row for each application"
    twice = [
        CellError(what, fix, field=f"{_named(several)}, {columns.place('id')}")
        for several in numbers.values()
        if len(several) > 1
    ]
    return tuple(one for one in found if len(numbers[one.id]) == 1), twice


@attrs.frozen
class _Reader:
    grid: Grid
    columns: Columns
    country: str

    def uncomputed(self, index: int) -> bool:
        return any((index, column) in self.grid.uncomputed for column in self._used())

    def is_total(self, index: int) -> bool:
        personal = (str(self._cell(index, one)) for one in _PERSONAL)
        if any(letter.isalpha() for cell in personal for letter in cell):
            return False
        first = next(one for one in [*self.grid.rows[index], ""] if one == "" or _said(one))
        words = first if isinstance(first, str) else ""
        return bool(_TOTAL.match(words.strip().casefold()))

    def row(self, index: int) -> Row:
        self._check_whole(index)
        number = self._read(index, "id", cells.read_id)
        if not number:
            raise self._error(index, "id", CellError("empty", "give it the application's number"))
        unclear: list[str] = []
        profile = self._profile(index, unclear)
        stage, reason, job = (self._text(index, one) for one in ("stage", "reason", "job"))
        return Row(
            index + 1,
            id_of_text(number),
            fold(stage),
            profile,
            reason=reason,
            job=job,
            rejected_on=self._read(index, "rejected_on", cells.read_date),
            runner_up=self._read(index, "runner_up", cells.read_flag),
            documents=tuple(self._list(index, "documents", r"[;|\n]")),
            unclear=tuple(unclear),
        )

    def _profile(self, index: int, unclear: list[str]) -> dict[str, Any]:
        given, family = self._text(index, "given"), self._text(index, "family")
        name = self._text(index, "name")
        if not (given or family or any(split_name(name))):
            field = "family" if "family" in self.columns.places else "name"
            raise self._error(index, field, CellError("empty", "give the person's name"))
        basics = {
            "name": name,
            "label": self._text(index, "title"),
            "email": self._read(index, "email", cells.read_mail),
            "phone": self._certain(index, "phone", cells.read_phone, unclear),
            "location": self._location(index, unclear),
        }
        employer = self._text(index, "employer")
        own = {"given": given, "family": family, "kldb": self._text(index, "kldb")}
        profile = {
            "basics": filled(basics),
            "work": [filled({"name": employer, "position": basics["label"]})] if employer else [],
            "skills": [{"name": one} for one in self._list(index, "skills")],
            "languages": [_spoken(one) for one in self._list(index, "languages")],
        }
        return {"basics": {}, **filled(profile), "meta": {"fachkraftShare": filled(own)}}

    def _location(self, index: int, unclear: list[str]) -> dict[str, object]:
        country = self._read(index, "country", cells.read_country) or self.country
        read = lambda cell: cells.read_postcode(cell, country)  # noqa: E731
        return filled(
            {
                "address": self._text(index, "street"),
                "postalCode": self._certain(index, "postcode", read, unclear),
                "city": self._text(index, "city"),
                "countryCode": country,
            }
        )

    def _text(self, index: int, field: str) -> str:
        return self._read(index, field, cells.read_text) or ""

    def _list(self, index: int, field: str, separators: str = r"[;,|\n]") -> list[str]:
        return self._read(index, field, lambda cell: cells.read_list(cell, separators)) or []

    def _certain(
        self, index: int, field: str, read: Callable[[Cell], str | None], unclear: list[str]
    ) -> str:
        value = self._read(index, field, read)
        if value is None and not cells.is_empty(self._cell(index, field)):
            where = f"row {index + 1}, {self.columns.place(field)}"
            unclear.append(f"{where}: left out, a leading zero may be lost")
        return value or ""

    def _read(self, index: int, field: str, read: Callable[[Cell], Any]) -> Any:
        cell = self._cell(index, field)
        if (index, self.columns.places.get(field, -1)) in self.grid.uncomputed:
            fix = "correct it, then save it in Excel or LibreOffice, so that values are stored"
            raise self._error(
                index, field, CellError("a formula without a value, or with an error", fix)
            )
        if cells.is_empty(cell):
            return None
        try:
            return read(cell)
        except CellError as error:
            raise self._error(index, field, error) from None

    def _cell(self, index: int, field: str) -> Cell:
        column = self.columns.places.get(field, -1)
        row = self.grid.rows[index]
        return row[column] if 0 <= column < len(row) else ""

    def _used(self) -> Iterable[int]:
        return self.columns.places.values()

    def _error(self, index: int, field: str, error: CellError) -> CellError:
        where = f"row {index + 1}, {self.columns.place(field)}"
        return CellError(error.what, error.fix, field=where)

    def _check_whole(self, index: int) -> None:
        row, headings = self.grid.rows[index], self.columns.headings
        if index in self.grid.merged:
            fix = "undo the merging, so that each cell has its own value"
            raise CellError("merged cells", fix, field=f"row {index + 1}")
        if any(_said(cell) for cell in row[len(headings) :]):
            what = f"more cells than the {len(headings)} headings"
            fix = "set text that holds the delimiter in quotation marks"
            raise CellError(what, fix, field=f"row {index + 1}")


def _said(cell: Cell) -> bool:
    return not cells.is_empty(cell)


def _spoken(entry: str) -> dict[str, object]:
    found = _SPOKEN.fullmatch(entry)  # without a level it is told as not understood
    return {"language": found[1], "fluency": found[2].strip()} if found else {"language": entry}

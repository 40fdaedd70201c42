"""What every kind of export file becomes: rows of cells, and what cannot be read of them."""

import datetime as dt
from string import ascii_uppercase

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta


class CellError(InvalidRecordError):
    """What is wrong with a cell, a row or a file, and what to do; never its content."""

    def __init__(self, what: str, fix: str, *, field: str = "") -> None:
        super().__init__(f"{field}: {what}" if field else what)
        self.what, self.fix, self.field = what, fix, field


@attrs.frozen
class Grid:
    """Cells by row and column, counted from 0; everything said of them counts as Excel does.

    `cut` says that the last row may lack its end; `uncomputed` are formulas without a value.
    """

    rows: list[list[Cell]] = attrs.field(repr=False)
    cut: bool = False
    hidden: frozenset[int] = frozenset()
    merged: frozenset[int] = frozenset()
    uncomputed: frozenset[tuple[int, int]] = frozenset()


def letters(column: int) -> str:
    """Return a column's name as Excel shows it: 0 is A, 26 is AA."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = ascii_uppercase[rest] + name
    return name


def checked_size(rows: int, columns: int) -> None:
    """Refuse a table that is none any more.

    Raises:
        CellError: too many rows or columns.
    """
    if rows > limits.TABLE_ROWS:
        raise CellError(
            f"more than {limits.TABLE_ROWS} rows",
            "split the export, or delete what stands below the last row",
            field=f"row {limits.TABLE_ROWS + 1}",
        )
    if columns > limits.TABLE_COLUMNS:
        raise CellError(
            f"more than {limits.TABLE_COLUMNS} columns",
            "export fewer columns, or delete what stands right of the last one",
            field=f"row {rows}, column {letters(limits.TABLE_COLUMNS)}",
        )

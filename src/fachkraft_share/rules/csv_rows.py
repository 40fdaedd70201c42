"""Rows of a list with the line each begins on, and notes on what was mended or left out."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import attrs

from fachkraft_share.errors import MalformedError


class Fate(StrEnum):
    """What became of a row that was not as it should be."""

    REPAIRED = "repaired"
    DROPPED = "dropped"


@attrs.frozen
class Note:
    """A row that was mended or left out: its line as an editor counts, and why; never its text."""

    line: int
    fate: Fate
    why: str


Notes = list[Note]


def numbered(
    lines: Iterable[str], *, delimiter: str, first: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line it begins on, quoted line breaks counted.

    Raises:
        MalformedError: a cell never ends.
    """
    reader = csv.reader(lines, delimiter=delimiter)
    begins = first
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise MalformedError(f"line {begins}: a quote that is never closed") from error
        if row is None:
            return
        if row:
            yield begins, row
        begins = first + reader.line_num


def named_cells(
    lines: Iterable[str], *, delimiter: str, first: int
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row's line and its cells by the header's names; what is missing has no name."""
    rows = numbered(lines, delimiter=delimiter, first=first)
    _, header = next(rows, (first, []))
    names = [name.strip() for name in header]
    for line, row in rows:
        yield line, dict(zip(names, row, strict=False))

"""Read the official occupation lists that an operator loads; pure functions over lines.

Traps of the KldB file: a byte-order mark, leading zeros lost, codes that were dropped. Traps of
the title list: two closing rows, and gendered forms, which `titles` makes comparable.
"""

import csv
from collections.abc import Iterable

from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.titles import TitleIndex, index_titles

_GONE = "(weggefallen)"


def parse_kldb(lines: Iterable[str]) -> dict[str, str]:
    """Return short German titles by KldB 2010 code of 2 to 5 digits.

    Raises:
        MalformedError: a column is missing or a code does not fit its level.
    """
    titles = {}
    for number, row in enumerate(_rows(lines), start=2):
        if len(row) < 4:
            raise MalformedError(f"line {number}: fewer than four columns")
        code, level, title, short = (cell.strip() for cell in row[:4])
        if not (code.isdigit() and level.isdigit() and len(code) <= int(level)):
            raise MalformedError(f"line {number}: not a code of its level")
        if int(level) >= 2 and _GONE not in title:
            titles[code.zfill(int(level))] = short or title
    return titles


def parse_titles(lines: Iterable[str]) -> TitleIndex:
    """Return an index of occupation titles with their five-digit codes.

    Raises:
        MalformedError: no row holds a title and a code.
    """
    pairs = [
        (row[0].strip(), row[1].strip())
        for row in _rows(lines)
        if len(row) > 1 and len(row[1].strip()) == 5 and row[1].strip().isdigit()
    ]
    if not pairs:
        raise MalformedError("no row holds a title and a five-digit code")
    return index_titles(pairs)


def _rows(lines: Iterable[str]) -> list[list[str]]:
    rows = list(csv.reader(lines, delimiter=";"))
    return [row for row in rows[1:] if row]  # the first row is the header, whatever it says

"""Read the official occupation lists that an operator loads; pure functions over lines.

Traps of the KldB file: a byte-order mark, leading zeros lost, codes that were dropped. Traps of
the title list: two closing rows, and gendered forms, which `titles` makes comparable. The first
row is the header; `first` is its line, for the notes.
"""

from collections.abc import Iterable, Iterator

from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.csv_rows import Fate, Note, Notes, numbered
from fachkraft_share.rules.titles import TitleIndex, index_titles

_GONE = "(weggefallen)"


def parse_kldb(
    lines: Iterable[str], *, delimiter: str = ";", first: int = 1, notes: Notes | None = None
) -> dict[str, str]:
    """Return short German titles by KldB 2010 code of 2 to 5 digits; `notes` is added to.

    Raises:
        MalformedError: a column is missing or a code does not fit its level.
    """
    told: Notes = [] if notes is None else notes
    titles = {}
    for line, row in _rows(lines, delimiter=delimiter, first=first):
        if len(row) < 4:
            raise MalformedError(f"line {line}: fewer than four columns")
        code, level, title, short = (cell.strip() for cell in row[:4])
        if not (_digits(code) and _digits(level) and len(code) <= int(level)):
            raise MalformedError(f"line {line}: not a code of its level")
        if _GONE in title:
            told.append(Note(line, Fate.DROPPED, "a code that no longer exists"))
        elif int(level) >= 2:
            if len(code) < int(level):
                told.append(Note(line, Fate.REPAIRED, "leading zero given back"))
            titles[code.zfill(int(level))] = short or title
    return titles


def parse_titles(
    lines: Iterable[str], *, delimiter: str = ";", first: int = 1, notes: Notes | None = None
) -> TitleIndex:
    """Return an index of occupation titles with their five-digit codes; `notes` is added to.

    Raises:
        MalformedError: no row holds a title and a code.
    """
    told: Notes = [] if notes is None else notes
    pairs = []
    for line, row in _rows(lines, delimiter=delimiter, first=first):
        title, code = (cell.strip() for cell in (*row, "")[:2])
        if title and len(code) == 5 and _digits(code):
            pairs.append((title, code))
        else:
            told.append(Note(line, Fate.DROPPED, "no title with a code of five digits"))
    if not pairs:
        raise MalformedError("no row holds a title and a five-digit code")
    return index_titles(pairs)


def _rows(lines: Iterable[str], *, delimiter: str, first: int) -> Iterator[tuple[int, list[str]]]:
    rows = numbered(lines, delimiter=delimiter, first=first)
    next(rows, None)  # the first row is the header, whatever it says
    return rows


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()

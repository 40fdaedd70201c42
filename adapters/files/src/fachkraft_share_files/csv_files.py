"""CSV as Excel, LibreOffice and applicant-tracking systems write it: encoding and delimiter.

Which encoding and which delimiter it is must be certain, or umlauts would come out wrong and
columns shift: a file that leaves it open is refused.
"""

import csv
import io
import re
from collections.abc import Callable

from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share_files.grid import Cell, CellError, Grid, checked_size
from fachkraft_share_files.text import decoded

_DELIMITERS = ";,\t"
_HINT = re.compile(r"sep=(.)\r?\n")  # Excel's own first line
_LATIN = ("cp1252", "cp1250", "cp1254")  # West, middle of Europe, Turkish
_UMLAUTS = set("äöüÄÖÜß")
_INSIDE = re.compile(r"(?<=\w)[\u201a-\u201f](?=\w)")  # quotation marks of DOS umlauts: `M„rz`


def read_csv(content: bytes, known_headings: Callable[[Grid], int]) -> Grid:
    """Return the cells; `known_headings` counts what it recognises, which tells the delimiter.

    Raises:
        InvalidRecordError: encoding or delimiter are not certain, or quotes are broken.
        TemporaryAdapterError: it is still being written.
    """
    text = _text(content)
    hint = _HINT.match(text)
    if hint and hint[1] in _DELIMITERS:
        return _grid(text[hint.end() :], hint[1])  # Excel's row numbers do not count that line
    counts = {one: _known(text, one, known_headings) for one in _DELIMITERS}
    best = max(counts.values())
    chosen = [one for one, count in counts.items() if count == best]
    if best and len(chosen) > 1:
        raise CellError("the delimiter is not certain", "save it with semicolons", field="row 1")
    return _grid(text, chosen[0])


def _text(content: bytes) -> str:
    try:
        return decoded(content)
    except InvalidRecordError as error:
        if "Windows-1252" not in str(error):
            raise
    found = {_decode(content, one) for one in _LATIN}
    [text, *others] = found
    certain = not others and text is not None and _UMLAUTS & set(text)
    if text is None or not certain or _INSIDE.search(text):
        raise CellError(
            "the encoding is not certain, so umlauts might come out wrong",
            "save it as 'CSV UTF-8'",
            field="file",
        )
    return text


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _known(text: str, delimiter: str, known_headings: Callable[[Grid], int]) -> int:
    try:
        return known_headings(_grid(text, delimiter, records=30))
    except (InvalidRecordError, TemporaryAdapterError):
        return 0


def _grid(text: str, delimiter: str, *, records: int | None = None) -> Grid:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = []
    try:
        for row in reader:
            rows.append([*row])
            checked_size(len(rows), len(row))
            if len(rows) == records:
                break
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise TemporaryAdapterError("it ends within quotation marks") from None
        raise CellError(
            "quotation marks are not closed as CSV wants it",
            "save it again from Excel or LibreOffice",
            field=f"line {reader.line_num}",
        ) from None
    return Grid(rows, cut=not text.endswith(("\n", "\r")))

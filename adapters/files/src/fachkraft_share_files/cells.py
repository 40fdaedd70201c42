"""What one cell means: Excel's dates and numbers, texts of people, and when it is not certain."""

import datetime as dt
import re
from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.formats.record import clean
from fachkraft_share_files.grid import Cell, CellError

_QUOTED = re.compile(r'="([^"]*)"')  # how exports keep Excel from changing a text
_ERRORS = {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"} | {
    "#BEZUG!", "#NV", "#WERT!", "#ZAHL!", "#ÜBERLAUF!", "#####",
}  # fmt: skip
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)  # 4,95E+12
_EXACT = 10**15  # Excel keeps fifteen digits
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:,?\s+\d{1,2}:\d{2}.*)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?")
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_YES = {"ja", "yes", "x", "wahr", "true", "j", "y", "1"}
_NO = {"nein", "no", "falsch", "false", "n", "0"}
_COUNTRIES: Final = {
    "deutschland": "DE", "germany": "DE", "d": "DE", "österreich": "AT", "austria": "AT",
    "a": "AT", "schweiz": "CH", "switzerland": "CH", "niederlande": "NL", "netherlands": "NL",
    "polen": "PL", "poland": "PL", "frankreich": "FR", "france": "FR", "dänemark": "DK",
    "denmark": "DK", "belgien": "BE", "belgium": "BE", "luxemburg": "LU", "luxembourg": "LU",
    "tschechien": "CZ", "czechia": "CZ", "italien": "IT", "italy": "IT",
}  # fmt: skip
_AS_TEXT = "format the column as text and enter it again"


def is_empty(cell: Cell) -> bool:
    """Tell whether nothing stands there."""
    return isinstance(cell, str) and not cell.strip()


def read_text(cell: Cell, *, limit: bool = True) -> str:
    """Return a cell's text; a whole number counts as one.

    Raises:
        CellError: an error value, a formula, a date, or a number Excel has rounded.
    """
    if isinstance(cell, str):
        return _cleaned(_unquoted(cell.strip()), limit=limit)
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, int | float):
        return _number(cell)
    raise CellError("the spreadsheet made a date or time of it", _AS_TEXT)


def read_list(cell: Cell, separators: str = r"[;,|\n]") -> list[str]:
    """Return the entries of a cell that lists some."""
    if not isinstance(cell, str):
        return [read_text(cell)]
    parts = [part.strip() for part in re.split(separators, _unquoted(cell.strip()))]
    if len(parts) > limits.CV_ENTRIES:
        raise CellError(f"more than {limits.CV_ENTRIES} entries", "list the important ones")
    return [_cleaned(part, limit=True) for part in parts if part]


def read_id(cell: Cell) -> str:
    """Return an application's number.

    Raises:
        CellError: Excel has rounded it, or made a date of it.
    """
    text = read_text(cell)
    if _ROUNDED.fullmatch(text):
        raise CellError("the spreadsheet has rounded a long number", _AS_TEXT)
    return text


def read_date(cell: Cell) -> str:
    """Return a day as 2026-11-19; a clock beside it is left out, whatever its zone.

    Raises:
        CellError: no date, or one that can be read in two ways.
    """
    if isinstance(cell, dt.datetime | dt.date):
        return _plausible(cell.year, cell.month, cell.day)
    fix = "write it as 19.11.2026 or 2026-11-19"
    if not isinstance(cell, str):
        raise CellError("a number, not a date", "format the column as a date")
    text = _unquoted(cell.strip())
    if german := _GERMAN.fullmatch(text):
        day, month, year = german.groups()
        return _plausible(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    if iso := _ISO.fullmatch(text):
        return _plausible(*(int(one) for one in iso.groups()))
    if "/" in text:
        raise CellError("with slashes it is not certain which is the day", fix)
    raise CellError("not a date", fix)


def read_mail(cell: Cell) -> str:
    """Return a mail address.

    Raises:
        CellError: none, or several.
    """
    text = read_text(cell).removeprefix("mailto:")
    if text and not _MAIL.fullmatch(text):
        raise CellError("not one mail address", "write exactly one, such as name@mail.example")
    return text


def read_flag(cell: Cell) -> bool:
    """Return a yes or no.

    Raises:
        CellError: neither.
    """
    word = read_text(cell).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellError("neither yes nor no", "write ja or nein")


def read_country(cell: Cell) -> str:
    """Return a country's two letters.

    Raises:
        CellError: not known.
    """
    word = read_text(cell)
    known = _COUNTRIES.get(word.casefold())
    if known is None and not re.fullmatch(r"[A-Za-z]{2}", word):
        raise CellError("a country that is not known", "write its two letters, such as DE")
    return known or word.upper()


def read_postcode(cell: Cell, country: str) -> str | None:
    """Return a postcode, or None if a leading zero may be lost and nobody can know.

    Four digits are a whole postcode in Austria and Switzerland, and Dresden without its zero.
    """
    text = read_text(cell)
    if not re.fullmatch(r"\d{4}", text):
        return text
    if country == "DE":
        return f"0{text}"
    return text if country else None


def read_phone(cell: Cell) -> str | None:
    """Return a telephone number, or None if a number cell has lost its zero or plus."""
    text = read_text(cell)
    lost = not isinstance(cell, str) or _ROUNDED.fullmatch(text)
    return None if lost else text


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return quoted[1].strip()
    if text.startswith("="):
        raise CellError("a formula, which is never computed here", "paste it as values")
    if text.upper() in _ERRORS:
        raise CellError("an error value of the spreadsheet", "correct the formula behind it")
    return text


def _cleaned(text: str, *, limit: bool) -> str:
    try:
        return clean(text, where="cell") if limit else text
    except MalformedError as error:
        raise CellError(str(error).removeprefix("cell: "), "shorten or correct it") from None


def _number(cell: float) -> str:
    if abs(cell) >= _EXACT or cell != cell:
        raise CellError("the spreadsheet has rounded a long number", _AS_TEXT)
    return str(int(cell)) if cell == int(cell) else repr(cell)


def _plausible(year: int, month: int, day: int) -> str:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        raise CellError("a day that does not exist", "correct it") from None
    if not 2000 <= year < 2100:
        fix = "correct it; with the 1904 date system dates may be four years off"
        raise CellError("a year that cannot be right", fix)
    return date.isoformat()

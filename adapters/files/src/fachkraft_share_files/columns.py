"""Which column of an export file means what: headings in German and English, or the customer's."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.ports.forbidden import is_forbidden
from fachkraft_share.ports.mapping_file import read_mapping
from fachkraft_share_files.grid import CellError, Grid, letters

HEADINGS_BY_FIELD: Final = {
    "id": "Bewerbernummer|Bewerbungsnummer|Bewerbungs-ID|Bewerber-ID|Kandidatennummer|Kandidaten-ID"
    "|Application ID|Application number|Candidate ID|Applicant ID|ID|Nr",
    "given": "Vorname|Given name|First name|Forename",
    "family": "Nachname|Familienname|Family name|Last name|Surname",
    "name": "Name|Vollständiger Name|Bewerber|Full name|Candidate|Applicant",
    "email": "E-Mail|E-Mail-Adresse|Mailadresse|Email address|Mail",
    "phone": "Telefon|Telefonnummer|Mobil|Mobilnummer|Handy|Rufnummer|Phone|Phone number|Mobile",
    "street": "Straße|Strasse|Straße und Hausnummer|Anschrift|Street|Address",
    "postcode": "PLZ|Postleitzahl|Postcode|Postal code|Zip|Zip code",
    "city": "Ort|Wohnort|Stadt|City|Town",
    "country": "Land|Country|Country code|Ländercode",
    "job": "Stelle|Stellenbezeichnung|Stellentitel|Vakanz|Ausschreibung|Job|Job title|Vacancy"
    "|Position|Requisition",
    "title": "Beruf|Berufsbezeichnung|Aktuelle Tätigkeit|Occupation|Profession|Current title",
    "employer": "Arbeitgeber|Aktueller Arbeitgeber|Employer|Current employer|Company",
    "kldb": "KldB|KldB-Code|KldB 2010",
    "stage": "Status|Stage|Phase|Bewerbungsstatus|Application status",
    "reason": "Absagegrund|Rejection reason",
    "rejected_on": "Absagedatum|Abgesagt am|Absage am|Rejected on|Rejection date|Date rejected",
    "runner_up": "Empfehlen|Zweite Wahl|Silbermedaille|Runner-up|Silver medalist|Recommend",
    "skills": "Skills|Kenntnisse|Fähigkeiten|Kompetenzen|Fachkenntnisse",
    "languages": "Sprachen|Sprachkenntnisse|Languages",
    "documents": "Dokumente|Unterlagen|Anlagen|Dateien|Documents|Files|Attachments",
}
FIELDS: Final = tuple(HEADINGS_BY_FIELD)
_SEARCHED = 20  # rows in which the headings must stand; titles and filters stand above them


def _fold(heading: str) -> str:
    plain = unicodedata.normalize("NFC", heading).casefold()
    return re.sub(r"[\W_]", "", plain)


@attrs.frozen
class Mapped:
    """What the settings say: headings by field, the sheet, and whose addresses these are."""

    headings: Mapping[str, str]  # folded heading to field
    sheet: str = ""
    country: str = ""


def read_columns(path: Path | None = None) -> Mapped:
    """Return the mapping, with the customer's own headings where a file names them.

    Raises:
        SetupError: the file cannot be read, or says something that is not known.
    """
    given = read_mapping(path, adapter="files", what="columns") if path else {}
    own = given.pop("columns", {})
    sheet, country = given.pop("sheet", ""), given.pop("country", "")
    if given or not isinstance(own, dict):
        raise SetupError("files: the file with the columns knows columns, sheet and country")
    if not (isinstance(sheet, str) and isinstance(country, str)):
        raise SetupError("files: sheet and country must be text")
    headings = {
        _fold(one): field for field in FIELDS for one in HEADINGS_BY_FIELD[field].split("|")
    }
    for field, names in own.items():
        _own_headings(headings, str(field), names)
    return Mapped(headings, sheet, country)


def _own_headings(headings: dict[str, str], field: str, names: object) -> None:
    if field not in FIELDS:
        raise SetupError(f"files: columns.{field}: known are {', '.join(FIELDS)}")
    given = [names] if isinstance(names, str) else names
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise SetupError(f"files: columns.{field}: must be a heading or a list of headings")
    for default in [one for one, meant in headings.items() if meant == field]:
        del headings[default]  # what the customer says counts, and nothing beside it
    for name in given:
        if is_forbidden(name):
            raise SetupError(f"files: columns.{field}: a column that must never leave (R13, R24)")
        headings[_fold(name)] = field


@attrs.frozen
class Columns:
    """The headings of one file: their row, and each field's column with its heading."""

    row: int  # counted from 0
    places: Mapping[str, int]
    headings: tuple[str, ...] = attrs.field(repr=False)

    def place(self, field: str) -> str:
        """Return a field's column as people find it: `column D (Absagedatum)`."""
        column = self.places[field]
        return f"column {letters(column)} ({self.headings[column][:40]})"

    @property
    def meanings(self) -> tuple[tuple[str, str, str], ...]:
        """Each column's letters, heading and meaning."""
        fields = {column: field for field, column in self.places.items()}
        return tuple(
            (letters(column), heading, fields.get(column, _unread(heading)))
            for column, heading in enumerate(self.headings)
            if heading
        )


def _unread(heading: str) -> str:
    return "never read (R13, R24)" if is_forbidden(heading) else "not read"


def known_headings(grid: Grid, mapped: Mapped) -> int:
    """Return how many headings are known in the row that knows most."""
    return max((len(_fields(row, mapped)) for row in grid.rows[:_SEARCHED]), default=0)


def find_columns(grid: Grid, mapped: Mapped) -> Columns:
    """Find the row of headings and what each column means.

    Raises:
        CellError: there is none, two mean the same, or a column that is needed is missing.
    """
    counts = [len(_fields(row, mapped)) for row in grid.rows[:_SEARCHED]]
    best = max(counts, default=0)
    if best < 2:
        fix = "let the first row hold headings such as Bewerbernummer, Vorname, Nachname, E-Mail"
        raise CellError("no row of known headings", fix, field="row 1")
    row = counts.index(best)
    headings = tuple(_heading(cell) for cell in grid.rows[row])
    columns = Columns(row, _single(_fields(grid.rows[row], mapped), row), headings)
    _check_needed(columns)
    return columns


def _heading(cell: object) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _fields(row: list, mapped: Mapped) -> list[tuple[str, int]]:  # type: ignore[type-arg]
    found = ((mapped.headings.get(_fold(_heading(cell))), at) for at, cell in enumerate(row))
    return [(field, column) for field, column in found if field]


def _single(fields: list[tuple[str, int]], row: int) -> dict[str, int]:
    places: dict[str, int] = {}
    for field, column in fields:
        if field in places:
            both = f"columns {letters(places[field])} and {letters(column)}"
            fix = f"rename one, or say in the file with the columns which is {field}"
            raise CellError(f"both mean {field}", fix, field=f"row {row + 1}, {both}")
        places[field] = column
    return places


def _check_needed(columns: Columns) -> None:
    at = f"row {columns.row + 1}"
    if "id" not in columns.places:
        fix = "export the column with the application's number (Bewerbernummer, Application ID)"
        raise CellError("no column for the application's number", fix, field=at)
    if not {"name", "family"} & set(columns.places):
        fix = "export the columns Vorname and Nachname"
        raise CellError("no column for the name", fix, field=at)

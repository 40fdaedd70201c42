"""Read lists of postcodes and districts that an operator loads; pure functions over lines.

Traps of the GeoNames export: rows of companies and post-office boxes carry a numeric state code
and stray points; one postcode may lie in several districts. The first row is the header; `first`
is its line, for the notes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.csv_rows import Fate, Note, Notes, named_cells
from fachkraft_share.rules.places import Point, Postcode, Town, distance_km, middle, point


@attrs.frozen
class _Row:
    postcode: str
    district: str
    name: str
    town: str
    centre: Point


@attrs.frozen
class PlaceList:
    """Postcodes, all that each district (`ags:03153`) has a share in, district names, towns."""

    postcodes: tuple[Postcode, ...]
    districts: dict[str, list[Postcode]]
    names: dict[str, str]
    towns: tuple[Town, ...] = ()


def parse_places(
    lines: Iterable[str], *, delimiter: str = ",", first: int = 1, notes: Notes | None = None
) -> PlaceList:
    """Return postcodes and district names of a GeoNames postcode list; `notes` is added to.

    Raises:
        MalformedError: a column is missing or a coordinate is no number.
    """
    told: Notes = [] if notes is None else notes
    by_code: dict[str, list[_Row]] = {}
    for number, cells in named_cells(lines, delimiter=delimiter, first=first):
        if (read := _row(cells, number=number, notes=told)) is not None:
            by_code.setdefault(read.postcode, []).append(read)
    postcodes = {code: _postcode(code, rows) for code, rows in by_code.items()}
    names: dict[str, str] = {}
    districts: dict[str, dict[str, Postcode]] = {}
    towns: dict[tuple[str, str], list[_Row]] = {}
    for row in (row for rows in by_code.values() for row in rows):
        names.setdefault(row.district, row.name)
        districts.setdefault(row.district, {})[row.postcode] = postcodes[row.postcode]
        if row.town:
            towns.setdefault((row.town, row.district), []).append(row)
    members = {district: list(shared.values()) for district, shared in districts.items()}
    return PlaceList(tuple(postcodes.values()), members, names, tuple(map(_town, towns.values())))


def parse_districts(
    lines: Iterable[str], *, delimiter: str = ";", first: int = 1, notes: Notes | None = None
) -> dict[str, str]:
    """Return district names by region code from the columns AGS and name; `notes` is added to.

    Raises:
        MalformedError: a column is missing.
    """
    told: Notes = [] if notes is None else notes
    names = {}
    for number, row in named_cells(lines, delimiter=delimiter, first=first):
        ags, name = _cell(row, "AGS", number=number), _cell(row, "name", number=number)
        if len(ags) < 5:
            told.append(Note(number, Fate.REPAIRED, "leading zero given back"))
        names[f"ags:{ags.zfill(5)}"] = name
    return names


def _row(row: Mapping[str, str], *, number: int, notes: Notes) -> _Row | None:
    state, district = (_cell(row, key, number=number) for key in ("state_code", "community_code"))
    if not state.isalpha() or len(district) != 5:
        company = state.isdigit()
        why = "a company or post-office boxes" if company else "without a German district"
        notes.append(Note(number, Fate.DROPPED, why))
        return None
    try:
        centre = point(
            float(_cell(row, "latitude", number=number)),
            float(_cell(row, "longitude", number=number)),
        )
    except ValueError as error:
        raise MalformedError(f"line {number}: coordinates are no numbers") from error
    return _Row(
        _cell(row, "zipcode", number=number),
        f"ags:{district}",
        _cell(row, "community", number=number),
        row.get("place", "").strip(),
        centre,
    )


def _postcode(code: str, rows: list[_Row]) -> Postcode:
    """Return the postcode in the district with most of its places, the lower code on a tie."""
    counted = Counter(row.district for row in rows)
    district = min(counted, key=lambda one: (-counted[one], one))
    return Postcode(code, district, middle([row.centre for row in rows]))


def _town(rows: list[_Row]) -> Town:
    """Return a town with the postcode nearest to the middle of all it has."""
    centre = middle([row.centre for row in rows])
    nearest = min(rows, key=lambda row: (distance_km(centre, row.centre), row.postcode))
    return Town(nearest.town, nearest.district, nearest.postcode)


def _cell(row: Mapping[str, str], key: str, *, number: int) -> str:
    value = row.get(key)
    if value is None:
        raise MalformedError(f"line {number}: column {key} is missing")
    return value.strip()

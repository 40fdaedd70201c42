"""Which official list a file is, told by its header; what is to be said of it, and what it holds.

1. What an operator adds is kept and handed on as the very bytes the publisher made: the licence of
   the Statistik der Bundesagentur für Arbeit wants it unaltered, and everybody can compare hashes.
2. It is mended while it is read, always in the same way; notes say where.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.csv_rows import Note, Notes, numbered
from fachkraft_share.rules.decoding import decode
from fachkraft_share.rules.esco import esco_codes, parse_esco, parse_mapping
from fachkraft_share.rules.kanonymity import parse_employment
from fachkraft_share.rules.occupation_lists import parse_kldb, parse_titles
from fachkraft_share.rules.place_lists import PlaceList, parse_districts, parse_places
from fachkraft_share.rules.places import Places, shipped_places, with_postcodes
from fachkraft_share.rules.vocabulary import Vocabulary, shipped, vocabulary

_PREAMBLE = 40  # lines before a header; the longest known has 17
_DELIMITERS = (";", ",", "\t")
_BA = "© Statistik der Bundesagentur für Arbeit"
_STAMPS = (
    re.compile(r"Erstellungsdatum: ([0-9]{2}\.[0-9]{2}\.[0-9]{4})"),
    re.compile(r"Mapping project version[;,\t]([0-9]{8})"),
    re.compile(r"KldB 2010, (V\. [0-9]{4})"),
)
_MODIFIED = re.compile(r"[;,\t]([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9:.]+Z[;,\t]")


@attrs.frozen
class Official:
    """One list: its short name, the columns its header has, and what must be said of it.

    With `leading` the header begins with these columns, in this order.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    parse: Callable[..., Any] = attrs.field(repr=False)
    licence: str
    attribution: str
    leading: bool = False

    def fits(self, header: list[str]) -> bool:
        """Tell whether this is the list's header."""
        wanted = [name.casefold() for name in self.columns]
        found = [name.strip().strip('"').casefold() for name in header]
        if self.leading:
            pairs = zip(wanted, found, strict=False)
            return len(found) >= len(wanted) and all(has.startswith(name) for name, has in pairs)
        return set(wanted) <= set(found)


OFFICIAL: Final = (
    Official(
        "kldb",
        "Klassifikation der Berufe 2010 (KldB 2010)",
        ("Schlüssel KldB 2010", "Ebene", "Titel", "Kurztitel"),
        parse_kldb,
        "free to reproduce unaltered, with the source",
        _BA,
        leading=True,
    ),
    Official(
        "titles",
        "Berufsbenennungen mit KldB-Schlüssel",
        ("Berufsbenennungen", "KldB 2010 (5-Steller)"),
        parse_titles,
        "free to reproduce unaltered, with the source",
        _BA,
        leading=True,
    ),
    Official(
        "places",
        "Postleitzahlen (GeoNames)",
        ("zipcode", "state_code", "community", "community_code", "latitude", "longitude"),
        parse_places,
        "CC BY 4.0",
        "Postleitzahlen: GeoNames (geonames.org), CC BY 4.0",
    ),
    Official(
        "districts",
        "Namen der Landkreise und kreisfreien Städte",
        ("AGS", "name"),
        parse_districts,
        "as its publisher says; the npm package landkreise-deutschland: CC BY 4.0",
        "Landkreise: Statistisches Bundesamt (Destatis)",
    ),
    Official(
        "esco",
        "ESCO, Berufe auf Deutsch",
        ("conceptUri", "preferredLabel", "altLabels", "status", "iscoGroup"),
        parse_esco,
        "linked open data of the European Commission (Decision 2011/833/EU)",
        "This service uses the ESCO classification of the European Commission.",
    ),
    Official(
        "mapping",
        "Zuordnung ESCO - KldB 2010 (EURES)",
        ("Classification 1 URI", "Classification 2 ID", "Mapping relation"),
        parse_mapping,
        "not stated in the file; ask its publisher",
        "Zuordnung ESCO - KldB 2010: Bundesagentur für Arbeit",
    ),
    Official(
        "employment",
        "Beschäftigte nach Beruf und Region",
        ("occupation", "level", "region", "years", "count"),
        parse_employment,
        "as the source of its numbers says",
        _BA,
    ),
)
NAMES: Final = tuple(one.name for one in OFFICIAL)


@attrs.frozen
class Recognised:
    """What a file turned out to be; `table` is what its parser returned."""

    official: Official
    encoding: str
    stamp: str  # the version or date within the file, as it stands there
    rows: int
    notes: tuple[Note, ...]
    table: Any = attrs.field(repr=False, eq=False)


@attrs.frozen
class _Found:
    official: Official
    text: str = attrs.field(repr=False)
    encoding: str
    lines: list[str] = attrs.field(repr=False)  # from the header on
    first: int
    delimiter: str

    def parse(self, notes: Notes) -> Any:
        return self.official.parse(
            self.lines, delimiter=self.delimiter, first=self.first, notes=notes
        )

    def rows(self) -> int:
        return sum(1 for _ in numbered(self.lines, delimiter=self.delimiter)) - 1


def recognise(content: bytes, *, name: str | None = None) -> Recognised:
    """Read a file as the official list its header says it is, or as the one named.

    Raises:
        MalformedError: too large, no text, an unknown or another header, or a broken row.
    """
    found, notes = _find(content, name=name), list[Note]()
    table = found.parse(notes)
    if found.rows() > limits.VOCABULARY_ROWS:
        raise MalformedError(f"more than {limits.VOCABULARY_ROWS} rows")
    stamp = _stamp(found.text)
    return Recognised(found.official, found.encoding, stamp, found.rows(), tuple(notes), table)


def official(name: str) -> Official:
    """Return the list of that name."""
    return next(one for one in OFFICIAL if one.name == name)


def vocabulary_of(contents: Mapping[str, bytes]) -> Vocabulary:
    """Return the hand-made vocabulary with these official lists, by name, put over it.

    Raises:
        MalformedError: one is not what its name says; the message begins with its name.
    """
    if not contents:
        return shipped()
    tables = {name: _table(name, content) for name, content in contents.items()}
    return vocabulary(
        occupations=tables.get("kldb"),
        titles=tables.get("titles"),
        places=_places(tables.get("places"), tables.get("districts") or {}),
        employment=tables.get("employment"),
        esco=esco_codes(tables.get("esco") or {}, tables.get("mapping") or {}),
    )


def _table(name: str, content: bytes) -> Any:
    try:
        return _find(content, name=name).parse([])
    except MalformedError as error:
        raise MalformedError(f"{name}: {error}") from error


def _places(found: PlaceList | None, districts: Mapping[str, str]) -> Places | None:
    if found is None:
        return None
    names = {**found.names, **districts}
    return with_postcodes(
        shipped_places(),
        found.postcodes,
        districts=found.districts,
        names=names,
        towns=found.towns,
    )


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; `splitlines` would also split at other characters."""
    return [f"{line}\n" for line in re.split(r"\r\n|\r|\n", text)]


def _find(content: bytes, *, name: str | None) -> _Found:
    if len(content) > limits.VOCABULARY_BYTES:
        raise MalformedError(f"larger than {limits.VOCABULARY_BYTES // 2**20} MB")
    text, encoding = decode(content)
    lines, wanted = _lines(text), [one for one in OFFICIAL if name in (None, one.name)]
    for number, line in enumerate(lines[:_PREAMBLE]):
        for delimiter in _DELIMITERS:
            header = line.rstrip("\n").split(delimiter)
            one = next((one for one in wanted if one.fits(header)), None)
            if one is not None:
                return _Found(one, text, encoding, lines[number:], number + 1, delimiter)
    if name is not None:
        columns = ", ".join(official(name).columns)
        raise MalformedError(f"no line is the header of the list {name}: {columns}")
    raise MalformedError(f"no line is the header of a known list ({', '.join(NAMES)})")


def _stamp(text: str) -> str:
    found = next((match for one in _STAMPS if (match := one.search(text))), None)
    if found is not None:
        return found[1]
    return max(_MODIFIED.findall(text), default="")

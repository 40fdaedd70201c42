"""Load the official tables an operator has set paths for; the parsers themselves are pure."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeVar

from fachkraft_share.errors import MalformedError, SetupError
from fachkraft_share.rules.kanonymity import parse_employment
from fachkraft_share.rules.occupation_lists import parse_kldb, parse_titles
from fachkraft_share.rules.place_lists import parse_districts, parse_places
from fachkraft_share.rules.places import Places, shipped_places, with_postcodes
from fachkraft_share.rules.vocabulary import Vocabulary, vocabulary

TABLES: Final = ("kldb", "titles", "places", "districts", "employment")
_Table = TypeVar("_Table")


def load_vocabulary(
    *,
    kldb: Path | None = None,
    titles: Path | None = None,
    places: Path | None = None,
    districts: Path | None = None,
    employment: Path | None = None,
) -> Vocabulary:
    """Return the shipped vocabulary with every table loaded whose path is given.

    Raises:
        SetupError: a file cannot be read or is not the table it should be.
    """
    return vocabulary(
        occupations=_read(kldb, parse_kldb),
        titles=_read(titles, parse_titles),
        places=_places(places, districts=districts),
        employment=_read(employment, parse_employment),
    )


def _places(places: Path | None, *, districts: Path | None) -> Places | None:
    found = _read(places, parse_places)
    if found is None:
        return None
    names = {**found.names, **(_read(districts, parse_districts) or {})}
    return with_postcodes(shipped_places(), found.postcodes, districts=found.districts, names=names)


def _read(path: Path | None, parse: Callable[[Iterable[str]], _Table]) -> _Table | None:
    if path is None:
        return None
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return parse(lines)
    except (OSError, UnicodeError) as error:
        raise SetupError(f"{path.name}: cannot be read; check the path and UTF-8") from error
    except MalformedError as error:
        raise SetupError(f"{path.name}: {error}") from error

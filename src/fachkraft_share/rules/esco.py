"""ESCO occupations and the Bundesagentur's mapping of them to KldB 2010, as an operator loads them.

Traps of ESCO's file: several labels in one cell, one on each line; labels for man and woman as a
pair; several occupations with one label. Traps of the mapping: a preamble; ISCO groups on either
side; a broken quote, which swallows the next row. It was made for ESCO 1.0.3, so that the two are
joined by URI, never by label.
"""

import re
from collections.abc import Iterable, Mapping

import attrs

from fachkraft_share.errors import MalformedError
from fachkraft_share.rules.csv_rows import Fate, Note, Notes, named_cells
from fachkraft_share.rules.titles import title_words

OCCUPATION = "http://data.europa.eu/esco/occupation/"
_URI, _ID, _RELATION = "Classification 1 URI", "Classification 2 ID", "Mapping relation"
_RELATIONS = frozenset(
    {"skos:exactMatch", "skos:closeMatch", "skos:narrowMatch", "skos:broadMatch"}
)
_EQUAL = frozenset({"skos:exactMatch", "skos:closeMatch"})  # the others mean more, or less
_BA_ID = re.compile(r"B ([0-9]{5})-[0-9]{3}")


@attrs.frozen(eq=False, repr=False)
class EscoCodes:
    """KldB codes by ESCO URI, and by the key of every label of such an occupation."""

    by_uri: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    by_title: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)


def parse_esco(
    lines: Iterable[str], *, delimiter: str = ",", first: int = 1, notes: Notes | None = None
) -> dict[str, tuple[str, ...]]:
    """Return the German labels by URI of the occupations in force; `notes` is added to.

    Raises:
        MalformedError: a column is missing, or no row is an occupation.
    """
    told: Notes = [] if notes is None else notes
    labels = {}
    for line, row in named_cells(lines, delimiter=delimiter, first=first):
        uri, names, status = _cells(row, "conceptUri", "altLabels", "status", line=line)
        if not uri.startswith(OCCUPATION) or status != "released":
            told.append(Note(line, Fate.DROPPED, "no occupation in force"))
            continue
        labels[uri] = (row["preferredLabel"].strip(), *(one.strip() for one in names.split("\n")))
    return _some(labels, "no row is an ESCO occupation")


def parse_mapping(
    lines: Iterable[str], *, delimiter: str = ",", first: int = 1, notes: Notes | None = None
) -> dict[str, tuple[str, ...]]:
    """Return KldB codes by URI of the occupations that mean the same; `notes` is added to.

    Raises:
        MalformedError: a column is missing, or no row maps an occupation.
    """
    told: Notes = [] if notes is None else notes
    codes: dict[str, dict[str, None]] = {}
    for line, row in named_cells(lines, delimiter=delimiter, first=first):
        uri, id, relation = _cells(row, _URI, _ID, _RELATION, line=line)
        found = _BA_ID.fullmatch(id)
        if relation not in _RELATIONS:
            told.append(Note(line, Fate.DROPPED, "no relation; a quote may be broken"))
        elif not uri.startswith(OCCUPATION) or found is None:
            told.append(Note(line, Fate.DROPPED, "an ISCO group, no occupation"))
        else:
            known = codes.setdefault(uri, {})
            if relation in _EQUAL:
                known[found[1]] = None
    return _some({uri: tuple(found) for uri, found in codes.items()}, "no row maps an occupation")


def esco_codes(
    labels: Mapping[str, tuple[str, ...]], mapping: Mapping[str, tuple[str, ...]]
) -> EscoCodes:
    """Join labels and mapping by URI; a label of several occupations has the codes of all."""
    titles: dict[str, dict[str, None]] = {}
    for uri, names in labels.items():
        for name in (half for one in names for half in (one, *_halves(one))):
            if key := " ".join(title_words(name)):
                titles.setdefault(key, {}).update(dict.fromkeys(mapping.get(uri, ())))
    return EscoCodes(
        {uri: codes for uri, codes in mapping.items() if codes},
        {key: tuple(codes) for key, codes in titles.items() if codes},
    )


def _halves(label: str) -> tuple[str, ...]:
    """Return both forms of `Technischer Leiter/Technische Leiterin`."""
    halves = tuple(label.split("/"))
    return halves if len(halves) == 2 and halves[0][:2] == halves[1][:2] else ()


def _cells(row: Mapping[str, str], *names: str, line: int) -> tuple[str, ...]:
    missing = next((name for name in names if name not in row), None)
    if missing is not None:
        raise MalformedError(f"line {line}: column {missing} is missing")
    return tuple(row[name].strip() for name in names)


def _some(found: dict[str, tuple[str, ...]], complaint: str) -> dict[str, tuple[str, ...]]:
    if not found:
        raise MalformedError(complaint)
    return found

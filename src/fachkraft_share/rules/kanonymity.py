"""The k gate: what a profile says must fit at least k people of an employment table.

Invariants, each a property test:
1. a released profile fits at least k people of the table, or it is held back;
2. it is never finer than the one that came in;
3. releasing it again changes nothing.

The table counts employed people, never the pool: a pool of three carpenters says nothing about
how many carpenters live there. Bounded are occupation, level, years and region together; the
other fields and the origin's own shortlist are not.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import Level, Profile, Years
from fachkraft_share.rules.csv_rows import Fate, Note, Notes, named_cells
from fachkraft_share.rules.places import WHOLE, Places

_COLUMNS = ("occupation", "level", "region", "years", "count")
_SECRET = {"", "*", "x", "X", ".", "-"}  # statistics hide small numbers; hidden counts as none
_REGION = re.compile(r"ags:[0-9]{5}|plz:[0-9]{2}|de")
Step = Callable[[Profile], Profile]


@attrs.frozen
class HeldBack:
    """No profile: `code` says why (`occupation-unknown`, `too-few`)."""

    code: str


@attrs.frozen
class Coarsened:
    """A field that says less than it could, for the sake of k."""

    field: str


@attrs.frozen
class Released:
    """A profile that may be shown, and which fields were made coarser."""

    profile: Profile
    coarsened: tuple[Coarsened, ...] = ()


@attrs.frozen
class Row:
    """How many people work in one cell of the table; None: the table does not tell them apart."""

    occupation: str
    level: Level | None
    region: str
    years: Years | None
    count: int


@attrs.frozen(eq=False, repr=False)
class EmploymentTable:
    """Disjoint rows of one granularity, by main group."""

    groups: Mapping[str, tuple[Row, ...]]
    digits: int
    region_kind: str
    knows_level: bool
    knows_years: bool

    def count(self, profile: Profile, *, places: Places) -> int:
        """Return how many people at least fit what the profile says."""
        rows = self.groups.get(profile.occupation[:2], ())
        return sum(row.count for row in rows if _fits(row, profile, places=places))


def employment_table(rows: Iterable[Row]) -> EmploymentTable:
    """Return a table of the rows.

    Raises:
        MalformedError: rows of different granularity, or one cell twice: summing would count
            people more than once and promise a k that is not there.
    """
    found = tuple(attrs.evolve(row, level=_level_of(row)) for row in rows)
    if len({_grain(row) for row in found}) != 1:
        raise MalformedError("an employment table has rows of exactly one granularity")
    cells = {attrs.evolve(row, count=0) for row in found}
    if len(cells) != len(found):
        raise MalformedError("an employment table names one cell twice")
    groups: dict[str, list[Row]] = {}
    for row in found:
        groups.setdefault(row.occupation[:2], []).append(row)
    digits, kind, knows_level, knows_years = _grain(found[0])
    kept = {group: tuple(members) for group, members in groups.items()}
    return EmploymentTable(kept, digits, kind, knows_level, knows_years)


def parse_employment(
    lines: Iterable[str], *, delimiter: str = ";", first: int = 1, notes: Notes | None = None
) -> EmploymentTable:
    """Return a table headed occupation;level;region;years;count; `notes` is added to.

    Raises:
        MalformedError: a column is missing, a value is unknown, or the rows overlap.
    """
    told: Notes = [] if notes is None else notes
    return employment_table(
        _row(row, number=line, notes=told)
        for line, row in named_cells(lines, delimiter=delimiter, first=first)
    )


def release(
    profile: Profile,
    *,
    table: EmploymentTable | None,
    k: int,
    places: Places,
    ladder: tuple[str, ...] = (WHOLE,),
    alliance_region: str = WHOLE,
) -> Released | HeldBack:
    """Make the profile coarser step by step until it fits k people, or hold it back.

    The order is fixed: years, occupation digit by digit to two, region up the ladder, level.
    Without a table k cannot be shown: two digits, the whole region and the level at most.
    """
    if table is None:
        return _unproven(profile, ladder=ladder, alliance_region=alliance_region)
    steps = _steps(ladder)
    current = _within_grain(profile, table=table, ladder=ladder)
    while table.count(current, places=places) < k:
        coarser = next((new for step in steps if (new := step(current)) != current), None)
        if coarser is None:
            return HeldBack("too-few")
        current = coarser
    return Released(current, _differences(profile, current))


def _unproven(profile: Profile, *, ladder: tuple[str, ...], alliance_region: str) -> Released:
    coarser = ladder[ladder.index(profile.region) :] if profile.region in ladder else ()
    whole = alliance_region if alliance_region in (profile.region, *coarser) else WHOLE
    coarse = attrs.evolve(profile, occupation=profile.occupation[:2], years=None, region=whole)
    return Released(coarse, _differences(profile, coarse))


def _steps(ladder: tuple[str, ...]) -> tuple[Step, ...]:
    """Return the steps in their order; one that can do nothing more returns what it was given."""
    return (
        lambda profile: attrs.evolve(profile, years=None),
        lambda profile: attrs.evolve(
            profile, occupation=profile.occupation[: max(2, len(profile.occupation) - 1)]
        ),
        lambda profile: attrs.evolve(profile, region=_coarser_region(profile.region, ladder)),
        lambda profile: attrs.evolve(profile, level=None),
    )


def _coarser_region(region: str, ladder: tuple[str, ...]) -> str:
    if region not in ladder:
        return WHOLE
    return (*ladder, WHOLE)[ladder.index(region) + 1]


def _within_grain(profile: Profile, *, table: EmploymentTable, ladder: tuple[str, ...]) -> Profile:
    """Return the profile without what the table cannot count at all."""
    region = profile.region
    if table.region_kind != "ags" and region.startswith("ags:"):
        region = _coarser_region(region, ladder)
    if table.region_kind == WHOLE:
        region = WHOLE
    return attrs.evolve(
        profile,
        occupation=profile.occupation[: table.digits],
        region=region,
        level=profile.level if table.knows_level else None,
        years=profile.years if table.knows_years else None,
    )


def _fits(row: Row, profile: Profile, *, places: Places) -> bool:
    """Tell whether everybody in the row fits what the profile says."""
    return (
        row.occupation.startswith(profile.occupation)
        and profile.level in (None, row.level)
        and profile.years in (None, row.years)
        and places.holds(profile.region, inner=row.region)
    )


def _level_of(row: Row) -> Level | None:
    """Return the row's level, which the fifth digit of its occupation tells first."""
    if len(row.occupation) == 5 and row.occupation[4] in set(Level):
        return Level(row.occupation[4])
    return row.level


def _grain(row: Row) -> tuple[int, str, bool, bool]:
    kind = row.region.partition(":")[0]
    return len(row.occupation), kind, row.level is not None, row.years is not None


def _differences(before: Profile, after: Profile) -> tuple[Coarsened, ...]:
    def differing() -> Iterator[str]:
        for name in ("years", "occupation", "region", "level"):
            if getattr(before, name) != getattr(after, name):
                yield name

    return tuple(Coarsened(name) for name in differing())


def _row(row: Mapping[str, str], *, number: int, notes: Notes) -> Row:
    if any(name not in row for name in _COLUMNS):
        raise MalformedError(f"line {number}: a column is missing")
    cells = {name: row[name].strip() for name in _COLUMNS}
    if not (cells["occupation"].isdigit() and 2 <= len(cells["occupation"]) <= 5):
        raise MalformedError(f"line {number}: occupation is not a code of 2 to 5 digits")
    if not _REGION.fullmatch(cells["region"]):
        raise MalformedError(f"line {number}: region is none of ags:00000, plz:00, de")
    if cells["count"] in _SECRET:
        notes.append(Note(number, Fate.REPAIRED, "a hidden number, counted as nobody"))
    try:
        return Row(
            cells["occupation"],
            Level(cells["level"]) if cells["level"] else None,
            cells["region"],
            Years(cells["years"]) if cells["years"] else None,
            0 if cells["count"] in _SECRET else int(cells["count"]),
        )
    except ValueError as error:
        raise MalformedError(f"line {number}: level, years or count cannot be read") from error

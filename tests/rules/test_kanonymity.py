"""The k gate: at least k people of the table, never finer, the same when done again."""

from collections.abc import Iterable

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import Level, Profile, Years
from fachkraft_share.rules.kanonymity import (
    EmploymentTable,
    HeldBack,
    Released,
    Row,
    employment_table,
    parse_employment,
    release,
)
from fachkraft_share.rules.places import Places, Postcode, point, shipped_places, with_postcodes

LADDER = ("ags:03153", "plz:38", "de")
CODES = ("43414", "43413", "43424", "43102", "81302", "81301")
REGIONS = ("ags:03153", "ags:03101", "ags:03155")


def places() -> Places:
    """Two districts inside region 38 and one outside."""
    spots = {"ags:03153": "38640", "ags:03101": "38100", "ags:03155": "37154"}
    postcodes = {code: Postcode(postcode, code, point(52, 10)) for code, postcode in spots.items()}
    districts = {code: [postcode] for code, postcode in postcodes.items()}
    return with_postcodes(shipped_places(), postcodes.values(), districts=districts, names={})


PLACES = places()
PROFILES = st.builds(
    Profile,
    st.sampled_from((*CODES, "4341", "434", "43")),
    st.none() | st.sampled_from(Level),
    st.none() | st.sampled_from(Years),
    st.sampled_from((*LADDER, "plz:99")),
)


@st.composite
def tables(draw: st.DrawFn) -> EmploymentTable:
    """Tables of one granularity each, as coarse or fine as a statistic may be."""
    digits = draw(st.integers(2, 5))
    codes = sorted({code[:digits] for code in CODES})
    regions = draw(st.sampled_from((REGIONS, ("plz:38", "plz:37"), ("de",))))
    levels = tuple(Level) if draw(st.booleans()) else (None,)
    bands = tuple(Years) if draw(st.booleans()) else (None,)
    kept_levels = levels if digits < 5 else (None,)
    cells = [(c, lv, r, y) for c in codes for lv in kept_levels for r in regions for y in bands]
    counts = draw(st.lists(st.integers(0, 4), min_size=len(cells), max_size=len(cells)))
    return employment_table(Row(*cell, n) for cell, n in zip(cells, counts, strict=True))


def opened(profile: Profile, table: EmploymentTable | None, k: int) -> Released | HeldBack:
    """What the gate lets through for somebody who lives in Goslar."""
    return release(profile, table=table, k=k, places=PLACES, ladder=LADDER)


def plain_count(profile: Profile, rows: Iterable[Row]) -> int:
    """The same count, written down as naively as possible."""
    inside = {"ags:03153": "plz:38", "ags:03101": "plz:38", "ags:03155": "plz:37"}
    return sum(
        row.count
        for row in rows
        if row.occupation[: len(profile.occupation)] == profile.occupation
        and profile.level in (None, row.level)
        and profile.years in (None, row.years)
        and profile.region in (row.region, inside.get(row.region), "de")
    )


@settings(max_examples=200, deadline=None)
@given(PROFILES, tables(), st.integers(1, 20))
def test_what_is_released_fits_k_people_or_is_held_back(
    profile: Profile, table: EmploymentTable, k: int
) -> None:
    """The promise itself, against a count written independently."""
    found = opened(profile, table, k)
    rows = [row for group in table.groups.values() for row in group]
    if isinstance(found, HeldBack):
        everything = attrs.evolve(
            profile, occupation=profile.occupation[:2], level=None, years=None, region="de"
        )
        assert plain_count(everything, rows) < k
    else:
        assert plain_count(found.profile, rows) >= k


def coarseness(profile: Profile) -> tuple[int, int, bool, bool]:
    """How fine each field is; larger is finer."""
    region = -LADDER.index(profile.region) if profile.region in LADDER else -1
    return (
        len(profile.occupation),
        region,
        profile.level is not None,
        profile.years is not None,
    )


@settings(max_examples=200, deadline=None)
@given(PROFILES, st.none() | tables(), st.integers(1, 20), st.sampled_from((*LADDER, "plz:37")))
def test_the_gate_never_refines_and_changes_nothing_the_second_time(
    profile: Profile, table: EmploymentTable | None, k: int, alliance_region: str
) -> None:
    """No field gets finer, what is not bounded stays, and releasing again is harmless."""

    def through(one: Profile) -> Released | HeldBack:
        return release(
            one, table=table, k=k, places=PLACES, ladder=LADDER, alliance_region=alliance_region
        )

    found = through(profile)
    if isinstance(found, Released):
        pairs = zip(coarseness(found.profile), coarseness(profile), strict=True)
        assert all(after <= before for after, before in pairs)
        assert profile.occupation.startswith(found.profile.occupation)
        assert through(found.profile) == Released(found.profile)


def test_the_order_of_coarsening_is_fixed() -> None:
    """Years go first, then the occupation's digits, then the region, then the level."""
    person = Profile("43414", Level.EXPERT, Years.UP_TO_4, "ags:03153")
    rows = [
        Row("43414", None, "ags:03153", Years.UP_TO_4, 1),
        Row("43414", None, "ags:03153", Years.MORE, 1),
        Row("43424", None, "ags:03153", Years.MORE, 1),
        Row("43414", None, "ags:03101", Years.MORE, 1),
        Row("43414", None, "ags:03155", Years.MORE, 1),
        Row("43413", None, "ags:03155", Years.MORE, 1),
    ]
    table = employment_table(rows)
    released = [opened(person, table, k) for k in range(1, 8)]
    assert [
        (one.profile.occupation, one.profile.level, one.profile.years, one.profile.region)
        for one in released
        if isinstance(one, Released)
    ] == [
        ("43414", Level.EXPERT, Years.UP_TO_4, "ags:03153"),
        ("43414", Level.EXPERT, None, "ags:03153"),
        ("434", Level.EXPERT, None, "ags:03153"),
        ("43", Level.EXPERT, None, "plz:38"),
        ("43", Level.EXPERT, None, "de"),
        ("43", None, None, "de"),
    ]
    assert released[-1] == HeldBack("too-few")


def test_a_table_is_read_with_its_hidden_numbers_as_none() -> None:
    """Statistics hide small counts; what is hidden cannot be promised."""
    table = parse_employment(
        [
            "occupation;level;region;years;count\n",
            "4341;4;plz:38;5-9;*\n",
            "4341;3;plz:38;5-9; 12 \n",
            "8130;2;plz:38;5-9;\n",
        ]
    )
    person = Profile("4341", Level.EXPERT, Years.UP_TO_9, "plz:38")
    assert table.count(person, places=PLACES) == 0
    assert table.count(attrs.evolve(person, level=None), places=PLACES) == 12
    assert table.count(attrs.evolve(person, occupation="99"), places=PLACES) == 0


HEAD = "occupation;level;region;years;count\n"


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([], "exactly one granularity"),
        (["43;;de;;5\n", "4341;;de;;5\n"], "exactly one granularity"),
        (["43;;de;;5\n", "43;;plz:38;;5\n"], "exactly one granularity"),
        (["43;;de;;5\n", "43;;de;;6\n"], "one cell twice"),
        (["43414;4;de;;5\n", "43414;;de;;5\n"], "one cell twice"),
        (["43;;de\n"], "line 2: a column is missing"),
        (["4;;de;;5\n"], "line 2: occupation"),
        (["IT;;de;;5\n"], "line 2: occupation"),
        (["43;;ags:3153;;5\n"], "line 2: region"),
        (["43;9;de;;5\n"], "line 2: level, years or count"),
        (["43;;de;;viele\n"], "line 2: level, years or count"),
    ],
)
def test_a_table_that_would_count_somebody_twice_or_wrongly_is_refused(
    rows: list[str], complaint: str
) -> None:
    """Overlapping rows would promise a k that is not there."""
    with pytest.raises(MalformedError, match=complaint):
        parse_employment([HEAD, *rows])


@pytest.mark.parametrize(
    "row",
    [
        Row("43", Level.EXPERT, "ags:03153", Years.UP_TO_4, 5),
        Row("43", Level.EXPERT, "plz:38", Years.UP_TO_4, 5),
        Row("4341", Level.EXPERT, "plz:38", Years.UP_TO_4, 5),
        Row("43", Level.EXPERT, "de", Years.UP_TO_4, 5),
        Row("43", None, "plz:38", Years.UP_TO_4, 5),
        Row("43", Level.EXPERT, "plz:38", None, 5),
        Row("43", None, "de", None, 5),
    ],
)
def test_what_a_table_cannot_count_goes_first_and_takes_nothing_with_it(row: Row) -> None:
    """Of five people nothing is taken that the table knows of them."""
    person = Profile("43414", Level.EXPERT, Years.UP_TO_4, "ags:03153")
    found = opened(person, employment_table([row]), 5)
    assert isinstance(found, Released)
    kept = found.profile
    assert (kept.occupation, kept.level, kept.region, kept.years) == (
        *(row.occupation, row.level, row.region, row.years),
    )
    changed = (
        ("years", row.years is None),
        ("occupation", True),
        ("region", row.region != "ags:03153"),
        ("level", row.level is None),
    )
    assert [one.field for one in found.coarsened] == [name for name, less in changed if less]


@pytest.mark.parametrize("secret", ["", "*", "x", "X", ".", "-", " * "])
def test_every_sign_of_a_hidden_number_counts_as_none(secret: str) -> None:
    """Statistics have many; cells and blanks around them are read alike."""
    table = parse_employment([HEAD, f" 43 ; 4 ; de ; 2-4 ;{secret}\n", "43;4;de;5-9;7\n"])
    person = Profile("43", Level.EXPERT, None, "de")
    assert table.count(person, places=PLACES) == 7
    assert table.count(attrs.evolve(person, years=Years.UP_TO_4), places=PLACES) == 0

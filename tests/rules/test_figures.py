"""What may be told of an alliance's work without telling of anybody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

import pytest

from fachkraft_share import limits
from fachkraft_share.rules.figures import (
    Event,
    Figure,
    Line,
    Shown,
    Stage,
    begin_of,
    end_of,
    figures,
    whole_years,
    year_of,
)

OVER = end_of(2026)
FEW, HIDDEN, OPEN = Figure(Shown.FEW), Figure(Shown.HIDDEN), Figure(Shown.OPEN)


def happened(counts: Mapping[Stage, int], *, half: int = 1, year: int = 2026) -> Iterator[Event]:
    """Let each stage happen so often in a half-year."""
    for stage, number in counts.items():
        yield from [Event(stage, begin_of(year, half) + 1)] * number


def told(*halves: Mapping[Stage, int], at: int = OVER) -> dict[Stage, Line]:
    """Return what is told of a year with these halves."""
    events = [one for n, counts in enumerate(halves, 1) for one in happened(counts, half=n)]
    return {line.stage: line for line in figures(events, year=2026, at=at)}


def exact(number: int) -> Figure:
    return Figure(Shown.EXACT, number)


@pytest.mark.parametrize(("count", "shown"), [(0, FEW), (4, FEW), (5, exact(5)), (6, exact(6))])
def test_no_cell_below_five_is_told(count: int, shown: Figure) -> None:
    """Zero neither: that nobody withdrew may tell of somebody."""
    assert told({Stage.WITHDRAWN: count})[Stage.WITHDRAWN].halves[0] == shown


def test_an_event_counts_in_the_half_year_in_which_it_happened() -> None:
    """The first second of July belongs to the second half, the last of June to the first."""
    second = begin_of(2026, 2)
    edges = [Event(Stage.RECOMMENDED, at) for at in (begin_of(2026), second - 1, second)] * 5
    foreign = [Event(Stage.RECOMMENDED, at) for at in (begin_of(2026) - 1, end_of(2026))] * 9
    line = figures([*edges, *foreign], year=2026, at=OVER)[0]
    assert line.halves == (exact(10), exact(5))
    assert line.year == exact(15)


@pytest.mark.parametrize(("first", "second"), [(7, 3), (3, 7), (3, 3)])
def test_a_year_tells_no_small_half_by_subtraction(first: int, second: int) -> None:
    """The sum stands only beside two halves that do."""
    line = told({Stage.WITHDRAWN: first}, {Stage.WITHDRAWN: second})[Stage.WITHDRAWN]
    assert line.year == HIDDEN
    assert FEW in line.halves


def test_a_half_year_that_runs_is_told_in_steps_of_five() -> None:
    """Who looks every day sees no single person come."""
    running = end_of(2026) - 1
    seen = [told({}, {Stage.RECOMMENDED: n}, at=running)[Stage.RECOMMENDED] for n in range(11)]
    assert [one.halves[1] for one in seen] == [FEW] * 5 + [Figure(Shown.AT_LEAST, 5)] * 5 + [
        Figure(Shown.AT_LEAST, 10)
    ]
    assert {one.year for one in seen} == {OPEN}


def test_a_half_year_that_has_not_begun_is_open() -> None:
    """Nothing is told of it, and no sum."""
    line = told({Stage.RECOMMENDED: 9}, at=begin_of(2026, 2) - 1)[Stage.RECOMMENDED]
    assert (line.halves[1], line.year) == (OPEN, OPEN)


def test_the_parts_of_a_whole_are_told_together_or_not_at_all() -> None:
    """Ten outcomes and eight hired would tell of the two who were not."""
    lines = told({Stage.OUTCOME: 10, Stage.HIRED: 8, Stage.NOT_HIRED: 2})
    assert [lines[one].halves[0] for one in (Stage.OUTCOME, Stage.HIRED, Stage.NOT_HIRED)] == [
        exact(10),
        HIDDEN,
        HIDDEN,
    ]
    lines = told({Stage.OUTCOME: 13, Stage.HIRED: 8, Stage.NOT_HIRED: 5})
    assert [lines[one].halves[0].number for one in (Stage.HIRED, Stage.NOT_HIRED)] == [8, 5]


def test_a_small_whole_hides_nothing_but_itself() -> None:
    """Its parts are small as it is."""
    lines = told({Stage.OUTCOME: 3, Stage.HIRED: 3})
    assert {lines[one].halves[0] for one in (Stage.OUTCOME, Stage.HIRED, Stage.NOT_HIRED)} == {FEW}


def test_consent_is_told_if_what_is_left_leaves_every_small_number_possible() -> None:
    """Of twenty, sixteen agreed: none to four declined. Of twenty, nineteen: one at most."""
    lines = told({Stage.RECOMMENDED: 20, Stage.CONSENTED: 16, Stage.DECLINED: 2})
    assert lines[Stage.CONSENTED].halves[0] == exact(16)
    lines = told({Stage.RECOMMENDED: 20, Stage.CONSENTED: 19, Stage.DECLINED: 1})
    assert lines[Stage.CONSENTED].halves[0] == HIDDEN
    assert lines[Stage.DECLINED].halves[0] == HIDDEN


@pytest.mark.parametrize("consented", range(6))
def test_of_a_few_nothing_is_told_but_the_sum(consented: int) -> None:
    """Of five, either all agreed or all declined: hiding only these would tell which."""
    lines = told({Stage.RECOMMENDED: 5, Stage.CONSENTED: consented, Stage.DECLINED: 5 - consented})
    assert lines[Stage.CONSENTED].halves[0] == lines[Stage.DECLINED].halves[0] == HIDDEN


def _worlds(*stages: Stage, most: int) -> Iterator[dict[Stage, int]]:
    for numbers in product(range(most + 1), repeat=len(stages)):
        yield dict(zip(stages, numbers, strict=True))


def _learnt(worlds: Iterable[dict[Stage, int]], *, at: int) -> Iterator[tuple[Stage, set[int]]]:
    """Return, for each report, which values every stage may have in the worlds that make it."""
    possible: dict[tuple[Figure, ...], list[dict[Stage, int]]] = defaultdict(list)
    for world in worlds:
        lines = told(world, at=at)
        possible[tuple(lines[stage].halves[0] for stage in world)].append(world)
    for alike in possible.values():
        for stage in alike[0]:
            yield stage, {world[stage] for world in alike}


@pytest.mark.parametrize("at", [OVER, begin_of(2026, 2) - 1], ids=["over", "running"])
def test_whoever_knows_the_rule_and_all_sums_finds_no_small_number(at: int) -> None:
    """Every report fits several worlds, which differ in every small cell."""
    outcomes = [
        {Stage.OUTCOME: whole, Stage.HIRED: hired, Stage.NOT_HIRED: whole - hired}
        for whole in range(20)
        for hired in range(whole + 1)
    ]
    stages = (Stage.RECOMMENDED, Stage.CONSENTED, Stage.DECLINED)
    consents = [
        world
        for world in _worlds(*stages, most=14)
        if world[Stage.CONSENTED] + world[Stage.DECLINED] <= world[Stage.RECOMMENDED]
    ]
    for worlds in (outcomes, consents):
        for stage, values in _learnt(worlds, at=at):
            small = values & set(range(limits.FEWEST_SHOWN))
            assert not small or len(small) >= limits.FEWEST_SHOWN - 1, (stage, values)


def test_a_year_is_told_as_long_as_all_its_evidence_is_kept() -> None:
    """Evidence goes three years after the end; what is left would be counted too low."""
    at = begin_of(2026) + limits.DAY * 300
    assert whole_years(at) == (2026, 2025, 2024)
    assert year_of(at) == 2026


def test_a_half_year_before_the_alliance_is_no_small_count() -> None:
    """That it is zero tells of nobody; the year is then what its second half is."""
    since, events = begin_of(2026, 2) + 1, list(happened({Stage.WITHDRAWN: 7}, half=2))
    lines = {one.stage: one for one in figures(events, year=2026, at=OVER, since=since)}
    assert lines[Stage.WITHDRAWN] == Line(
        Stage.WITHDRAWN, (Figure(Shown.BEFORE), exact(7)), exact(7)
    )
    assert lines[Stage.HIRED] == Line(Stage.HIRED, (Figure(Shown.BEFORE), FEW), FEW)


def test_years_before_the_alliance_are_not_told() -> None:
    """From the one in which it began on."""
    at = begin_of(2026) + limits.DAY * 300
    assert whole_years(at, since=begin_of(2025, 2)) == (2026, 2025)
    assert whole_years(at, since=begin_of(2026)) == (2026,)

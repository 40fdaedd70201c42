"""The simulator: no promise broken under faults, and every missing safeguard found out."""

import os
import subprocess
import sys

import pytest

from fachkraft_share.testing.simulator import SAFEGUARDS, simulate
from fachkraft_share.testing.simulator.report import play

SEEDS = 200
ENOUGH = 60  # seeds within which a missing safeguard must show
FIRST = {"dedupe-key": 12, "journal": 4, "agreement": 94, "reported": 10}  # few before show it


def test_two_hundred_seeds_break_no_promise() -> None:
    """Drops, repetitions, delays, crashes, restores, skewed clocks and lies change no promise."""
    report = simulate(SEEDS)
    assert report.ok, [(played.seed, played.found) for played in report.violated]


@pytest.mark.parametrize("safeguard", SAFEGUARDS)
def test_going_without_a_safeguard_is_found_out(safeguard: str) -> None:
    """A simulator that finds nothing then would be broken."""
    first = FIRST.get(safeguard, 0)
    report = simulate(range(first, first + ENOUGH), without=safeguard, stop_at=1)
    assert report.violated, safeguard


def test_an_unknown_safeguard_is_refused() -> None:
    """A misspelt name must not look like a run without violations."""
    with pytest.raises(ValueError, match="no such safeguard"):
        simulate(1, without="hope")


@pytest.mark.parametrize("hash_seed", ["0", "1", "2"])
def test_a_seed_plays_the_same_in_every_process(hash_seed: str) -> None:
    """The trace follows from the seed alone, also across borders, and can be played again."""
    code = "from fachkraft_share.testing.simulator.report import play; print(play(11).trace)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == play(11).trace


@pytest.mark.parametrize("seed", [5, 14, 46, 176, 208, 483, 633, 794, 5476, 7691])
def test_a_seed_that_once_failed_stays_mended(seed: int) -> None:
    """Each of these once broke a promise and found a fault that was mended."""
    assert play(seed, alliances=1).found == ()


@pytest.mark.parametrize(
    ("seed", "alliances"),
    [
        *((5, 2), (44, 2), (181, 2), (2075, 3), (338, 3), (740, 3), (1004, 3), (31, 3), (76, 3)),
        *((43, 3), (223, 3), (1243, 3)),
    ],
)
def test_a_seed_with_borders_that_once_failed_stays_mended(seed: int, alliances: int) -> None:
    """What a restored partner node forgot; a narrower end; a desk's own; nodes long apart."""
    assert play(seed, alliances=alliances).found == ()


def test_what_is_simulated_crosses_borders() -> None:
    """Else all the promises about borders would hold of nothing."""
    assert sum(play(seed, alliances=2).measured.crossed for seed in range(4))


def test_reachable_holders_sign_within_minutes() -> None:
    """At home and behind a border, while faults strike others; an hour is the most for anybody."""
    figures = simulate(range(2, 62, 5)).figures.plain()
    across = simulate(range(2, 22, 5), alliances=3).figures.plain()
    for found in (figures, across):
        assert found["erasure_holders"]
        assert found["erasure_minutes_p95"] <= 5
        assert found["erasure_minutes_max"] <= 60


def test_everything_is_well_a_day_after_the_last_fault() -> None:
    """So long it may take, and the checkers of liveness find nothing then."""
    assert 0 < simulate(8).figures.plain()["healing_hours_max"] <= 24


def test_a_member_that_was_away_for_ninety_days_reads_nothing_that_ended() -> None:
    """It hears every end before it takes a profile; there are such seeds."""
    report = simulate(range(7, 55, 12))
    assert report.figures.absent == report.seeds == 4
    assert report.ok, [(played.seed, played.found) for played in report.violated]


def test_a_hostile_node_that_belies_itself_is_found_out_each_time() -> None:
    """What it signed to a partner stays there; what it never showed nobody can find."""
    figures = simulate(range(30, 40), alliances=3).figures
    assert figures.shown
    assert figures.shown == figures.found

"""`docs/assurance.md` names every promise, and shows as met only what was measured in full."""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "assurance.md"


@pytest.fixture(scope="module")
def soak() -> dict[str, Any]:
    """Return what writes the page."""
    before = list(sys.path)
    try:
        return runpy.run_path(str(ROOT / "tests" / "soak" / "run.py"))
    finally:
        sys.path[:] = before
        sys.modules.pop("promises", None)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """Return what was measured."""
    path = ROOT / "docs" / "assurance-figures.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_page_shows_what_was_measured(soak: dict[str, Any], figures: dict[str, Any]) -> None:
    """The table is written from the figures, word by word."""
    shown = PAGE.read_text(encoding="utf-8").partition(soak["BEGIN"])[2].partition(soak["END"])[0]
    assert shown.strip() == soak["table"](figures)


def test_every_promise_has_its_row(soak: dict[str, Any]) -> None:
    """P1 to P26, each with a run."""
    assert [one.id for one in soak["PROMISES"]] == [f"P{number}" for number in range(1, 27)]
    assert all(set(one.runs) <= set(soak["RUNS"]) for one in soak["PROMISES"])
    assert all(one.runs for one in soak["PROMISES"])


def test_every_run_runs_something_that_exists(soak: dict[str, Any]) -> None:
    """A path that was renamed would be measured no more."""
    paths = [part for run in soak["RUNS"].values() for part in run.arguments if "/" in part]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_a_run_that_leaves_its_bounds_has_not_passed(soak: dict[str, Any]) -> None:
    """Every bounded figure must be there, measured, and small enough."""
    bounds = soak["RUNS"]["seeds"].at_most
    assert {"healing_hours_max", "erasure_minutes_p95", "erasure_minutes_max"} < bounds.keys()
    said = dict(bounds)
    assert soak["within"](said, bounds)
    assert soak["within"]({}, {})
    for name in bounds:
        for wrong in (said[name] + 0.1, None):
            assert not soak["within"]({**said, name: wrong}, bounds)
        assert not soak["within"]({one: said[one] for one in said if one != name}, bounds)


def test_every_figure_belongs_to_a_run(soak: dict[str, Any], figures: dict[str, Any]) -> None:
    """And says by which command, when and at which commit it was measured."""
    assert set(figures) <= set(soak["RUNS"])
    for figure in figures.values():
        assert figure["commit"]
        assert figure["at"]
        assert figure["command"]


@pytest.mark.parametrize(
    "change",
    [{"passed": False}, {"skipped": True}, {"sizes": {"SEEDS": "9999"}}, {"sizes": {}}],
    ids=["failed", "skipped", "smaller", "unsized"],
)
def test_less_than_demanded_is_not_met(soak: dict[str, Any], change: dict[str, Any]) -> None:
    """Nothing is rounded up."""
    run = soak["RUNS"]["seeds"]
    whole = {"passed": True, "skipped": False, "sizes": {"SEEDS": "10000"}}
    assert soak["reached"](run, whole)
    assert not soak["reached"](run, {**whole, **change})
    assert not soak["reached"](run, None)

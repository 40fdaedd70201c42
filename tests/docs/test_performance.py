"""`docs/performance.md` shows the figures that were measured, and leaves no budget out."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
BUDGETS = [  # a word of each line of the design's budgets
    "node ingest",
    "partner node takes over",
    "100,000 searches, index against plain loop",
    "member sync per record",
    "member to node to member",
    "per further reader",
    "empty poll",
    "growth",
    "erasure enqueued",
    "receipt verified and stored, single",
    "receipt verified and stored, 50",
    "idle node",
    "with 100,000 searches, memory",
    "import of the embeddable library",
]


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """Return what the last published run measured."""
    found: dict[str, Any] = json.loads((ROOT / "docs" / "performance.json").read_text("utf-8"))
    return found


def test_the_page_shows_what_was_measured(figures: dict[str, Any]) -> None:
    """The table is written from the figures, word by word."""
    told = runpy.run_path(str(ROOT / "benchmarks" / "published.py"))
    shown = PAGE.read_text(encoding="utf-8").partition(told["BEGIN"])[2].partition(told["END"])[0]
    assert shown.strip() == told["table"](figures)


@pytest.mark.parametrize("word", BUDGETS)
def test_every_budget_has_its_figure(figures: dict[str, Any], word: str) -> None:
    """Measured with its budget, or named with the reason why it was not."""
    measured = [one["name"] for one in figures["figures"] if one["budget"] is not None]
    missing = [name for name, _, why in figures["not_measured"] if why]
    assert [name for name in (*measured, *missing) if word in name]


def test_a_figure_says_what_it_includes(figures: dict[str, Any]) -> None:
    """A number without its conditions is no figure; the median lies within its extremes."""
    for one in figures["figures"]:
        assert len(one["includes"]) > 5
        assert one["min"] <= one["median"] <= one["max"]

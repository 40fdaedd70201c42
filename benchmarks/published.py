"""The table of figures, as it is printed and as `docs/performance.md` shows it."""

import json
import os
from pathlib import Path
from typing import Any

FIGURES = "docs/performance.json"
PAGE = "docs/performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
MISSING: list[list[str]] = []
if not os.environ.get("FKS_POSTGRES_URL"):
    MISSING.append(["node ingest on PostgreSQL", "≤ 4 v", "FKS_POSTGRES_URL was not set"])


def table(found: dict[str, Any]) -> str:
    """Return all figures of a run as a Markdown table."""
    low, high = found["unit_microseconds"]
    lines = [
        f"Commit {found['commit']}, {found['at']}, Python {found['python']}, v {low} to {high} µs.",
        "",
        "| figure | budget | median | min to max | met |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(one) for one in found["figures"]]
    lines += [
        f"| {name} | {budget} | – | – | not measured: {why} |"
        for name, budget, why in found["not_measured"]
    ]
    return "\n".join(lines)


def _row(one: dict[str, Any]) -> str:
    unit, budget = one["unit"], "–"
    if one["budget"] is not None:
        sign = "≥" if one["least"] else "≤"
        budget = f"{sign} {one['budget']:g} {unit}"
    met = {True: "yes", False: "**no**", None: "–"}[one["met"]]
    spread = f"{_short(one['min'])} to {_short(one['max'])}"
    return f"| {one['name']} | {budget} | {_short(one['median'])} {unit} | {spread} | {met} |"


def _short(value: float) -> str:
    return (
        f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"
    )


def publish(found: dict[str, Any], root: Path) -> None:
    """Write the figures beside the page and the table into it."""
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    (root / FIGURES).write_text(text, encoding="utf-8")
    page = root / PAGE
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{table(found)}\n{END}{after}", encoding="utf-8")

"""Measure every budget of the design in one run, by turns; print and write the figures.

`python benchmarks/run.py` writes `build/bench.json`; with `--publish` also what
`docs/performance.md` shows. `--turns 1` is quick; `--only WORD` measures the figures of one module.
"""

import argparse
import datetime as dt
import importlib
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from cpu import Unit
from figure import Bench, In, Result
from published import FIGURES, MISSING, publish, table

ROOT = Path(__file__).parents[1]
MODULES = (
    "bench_start",
    "bench_rules",
    "bench_growth",
    "bench_erasing",
    "bench_node",
    "bench_crowd",
    "bench_partner",
)
TURNS = 5


def main() -> int:
    """Run it; return 0 whether or not every budget is met: the table tells."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        benches = [
            bench
            for name in MODULES
            if options.only in name
            for bench in importlib.import_module(name).benches(Path(folder) / name, stack)
        ]
        found = _document(benches, turns=options.turns)
    target = ROOT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(table(found))
    print(f"\nWritten to {target.relative_to(ROOT)}.")
    if options.publish:
        publish(found, ROOT)
        print(f"{FIGURES} and docs/performance.md show it now.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--publish", action="store_true")
    return parser.parse_args()


def _document(benches: Sequence[Bench], *, turns: int) -> dict[str, object]:
    units: list[float] = []
    values: dict[int, list[Sequence[float]]] = {number: [] for number in range(len(benches))}
    for turn in range(turns):
        for number, bench in enumerate(benches):
            if turn < (bench.turns or turns):
                print(
                    f"\r{turn + 1}/{turns} {bench.figures[0].name[:60]:60}", end="", file=sys.stderr
                )
                values[number].append(_turn(bench, units))
    print(file=sys.stderr)
    results = [
        Result(figure, tuple(one[place] for one in values[number]))
        for number, bench in enumerate(benches)
        for place, figure in enumerate(bench.figures)
    ]
    return {
        "commit": _commit(),
        "at": dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "unit_microseconds": [round(one * 1e6, 1) for one in (min(units), max(units))],
        "figures": [one.plain() for one in results],
        "not_measured": MISSING,
    }


def _turn(bench: Bench, units: list[float]) -> Sequence[float]:
    """Take one turn between two measurements of the unit, so that a busy machine slows both."""
    unit = Unit()
    before = unit.seconds()
    found = bench.turn()
    v = (before + unit.seconds()) / 2
    units.append(v)
    return [
        value / v if figure.unit is In.V else value
        for figure, value in zip(bench.figures, found, strict=True)
    ]


def _commit() -> str:
    run = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    told = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "no checkout"


if __name__ == "__main__":
    sys.exit(main())

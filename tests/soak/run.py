"""Measure the promises at full size, and write what was reached beside them.

python tests/soak/run.py                      every run, for hours
python tests/soak/run.py --only seeds power   some of them
python tests/soak/run.py --set SEEDS=2000     another size; shown, and not counted as reached

Each figure is written to docs/assurance-figures.json as soon as it is there, with command, date and
commit, and the table of docs/assurance.md with it. Ends with 1 when a run failed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from promises import PROMISES, RUNS, Promise, Run

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "assurance-figures.json"
PAGE = ROOT / "docs" / "assurance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NOT_YET = "not run yet"
GENTLY = ("nice", "-n", "15")
_COUNTED = re.compile(r"\d+ (?:passed|failed|errors?|skipped|xfailed)")


def command_of(run: Run, sizes: Mapping[str, str]) -> tuple[list[str], dict[str, str], str]:
    """Return arguments, variables, and the command as whoever repeats it would type it."""
    options = {name: value for name, value in sizes.items() if not name.startswith("FKS_")}
    variables = {name: value for name, value in sizes.items() if name.startswith("FKS_")}
    arguments = [one.format(**options) for one in run.arguments]
    typed = [*(f"{name}={value}" for name, value in variables.items()), "python", *arguments]
    return arguments, variables, " ".join(typed)


def measure(run: Run, sizes: Mapping[str, str]) -> dict[str, Any]:
    """Run the command and return its figure."""
    arguments, variables, typed = command_of(run, sizes)
    began, before = time.monotonic(), _commit()
    done = subprocess.run(
        [*GENTLY, sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    said = _said(done.stdout)
    told = _told(done.stdout, said)
    passed = done.returncode == 0 and within(said, run.at_most)
    if not passed:
        print(done.stdout[-4000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
    sized = "".join(f"{_plain(value)} {run.counts}, " for value in list(sizes.values())[:1])
    return {
        "command": typed,
        "figure": f"{sized}{told}",
        "passed": passed,
        "skipped": "skipped" in told,
        "sizes": dict(sizes),
        "at": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": before,
        "seconds": round(time.monotonic() - began),
    }


def _plain(value: str) -> str:
    return f"{int(value):,}" if value.isdecimal() else value


def _said(output: str) -> Mapping[str, Any]:
    """Return what the command said as JSON, if it did."""
    try:
        said = json.loads(output)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def within(said: Mapping[str, Any], at_most: Mapping[str, float]) -> bool:
    """Tell whether every figure that is bounded was measured and keeps to its bound."""
    found = {name: said.get(name) for name in at_most}
    return all(found[name] is not None and found[name] <= most for name, most in at_most.items())


def _told(output: str, said: Mapping[str, Any]) -> str:
    """Return what the command said of itself in its last line, or in its JSON."""
    if "violated" in said:
        return (
            f"{len(said['violated'])} violated, {said['milliseconds_a_seed']:.0f} ms a seed; "
            f"well after {said['healing_hours_max']} h; signed within "
            f"{said['erasure_minutes_p95']} min (p95 of {said['erasure_holders']}), "
            f"{said['erasure_minutes_max']} at most; {said['contradictions']} contradictions, "
            f"{said['contradictions_missed']} missed; {said['absent_seeds']} seeds 90 days offline"
        )
    found: list[str] = _COUNTED.findall(output.strip().rpartition("\n")[2])
    return ", ".join(found) or (output.strip().splitlines() or ["nothing said"])[-1][:80]


def _commit() -> str:
    asked = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def reached(run: Run, figure: Mapping[str, Any] | None) -> bool:
    """Tell whether a run passed, left nothing out, and was as large as demanded."""
    if figure is None or not figure["passed"] or figure["skipped"]:
        return False
    return all(_enough(figure["sizes"].get(name), least) for name, least in run.sizes.items())


def _enough(value: str | None, least: str) -> bool:
    if value is None or not (value.isdecimal() and least.isdecimal()):
        return value == least
    return int(value) >= int(least)


def table(figures: Mapping[str, Any]) -> str:
    """Return all promises with what was reached, as a Markdown table."""
    lines = [
        "| | promise | demanded | figure reached | command | date, commit | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for promise in PROMISES:
        for number, name in enumerate(promise.runs):
            first = (promise.id, promise.text, promise.demand) if number == 0 else ("", "", "")
            lines.append(
                "| " + " | ".join((*first, *_cells(name, promise, figures.get(name)))) + " |"
            )
        if promise.open:
            lines.append(f"| | | | {promise.open} | | | **no** |")
    return "\n".join(lines)


def _cells(name: str, promise: Promise, figure: Mapping[str, Any] | None) -> tuple[str, ...]:
    run = RUNS[name]
    if figure is None:
        return NOT_YET, f"`{command_of(run, run.sizes)[2]}`", "–", "**no**"
    whole = "in part" if promise.open else "yes"
    met = whole if reached(run, figure) else "**no**"
    when = f"{figure['at']}, {figure['commit']}"
    return figure["figure"], f"`{figure['command']}`", when, met


def written() -> dict[str, Any]:
    """Return the figures that were written so far."""
    found: dict[str, Any] = json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {}
    return found


def write(figures: Mapping[str, Any]) -> None:
    """Write the figures, and the table into the page."""
    FIGURES.write_text(
        json.dumps(figures, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    page = f"{before}{BEGIN}\n{table(figures)}\n{END}{after}"
    PAGE.write_text(page, encoding="utf-8")


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=tuple(RUNS), metavar="RUN")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    asked = parser.parse_args()
    sizes = dict(one.split("=", 1) for one in asked.set)
    failed = 0
    for name in RUNS if asked.only is None else asked.only:
        run = RUNS[name]
        print(f"{name} ...", flush=True)
        chosen = {key: sizes.get(key, least) for key, least in run.sizes.items()}
        figure = measure(run, chosen)
        write({**written(), name: figure})
        print(f"{name}: {figure['figure']} ({figure['seconds']} s)", flush=True)
        failed += not figure["passed"]
    write(written())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

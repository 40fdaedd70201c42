"""`adapters test`: run the shared suite an adapter's package brings, and read what became of it.

Zero rules passed is never success, nor are rules tried on another adapter's system.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any, Final

import attrs

from fachkraft_share.cli.adapters.hints import hint_for, rule_of, sentence_of
from fachkraft_share.cli.adapters.support import source_of
from fachkraft_share.errors import SetupError
from fachkraft_share.ports.adapter import Adapter

LIVE: Final = "FKS_LIVE_"  # how the names of what a live run is told begin
_REPORT: Final = "FKS_SUITE_REPORT"
_EXTRA: Final = 'pip install "fachkraft-share[authors]"'


@attrs.frozen
class Rule:
    """What became of one test of the suite: passed, failed, skipped or exempt."""

    rule: str
    test: str
    suite: str
    says: str
    outcome: str
    message: str
    hint: str


@attrs.frozen
class Result:
    """What became of all."""

    rules: tuple[Rule, ...]

    def of(self, outcome: str) -> tuple[Rule, ...]:
        """Return those with this outcome."""
        return tuple(one for one in self.rules if one.outcome == outcome)

    @property
    def good(self) -> bool:
        """Tell whether something passed and nothing failed."""
        return bool(self.of("passed")) and not self.of("failed")


@attrs.frozen
class Tests:
    """Where an adapter's tests are: a module that can be imported, or a folder."""

    target: str
    folder: Path
    module: bool


def tests_of(kind: type[Adapter], home: Distribution | None, given: Path | None) -> Tests:
    """Find the tests: those that were named, the package's `suite`, or its source's.

    Raises:
        SetupError: there are none; says how to bring some.
    """
    if given is not None:
        return _given(given)
    package = kind.__module__.partition(".")[0]
    found = importlib.util.find_spec(f"{package}.suite")
    if found is not None and found.origin is not None:
        return Tests(f"{package}.suite", Path(found.origin).parent, module=True)
    source = source_of(home)
    if source is not None and any(source.glob("test_*.py")):
        return Tests(str(source), source, module=False)
    raise SetupError(
        f"{package} brings no tests: add a module {package}.suite with a class derived from "
        "AtsAdapterSuite or CmsAdapterSuite and a fixture `harness` (docs/writing-an-adapter.md), "
        "or name where they are: --tests PATH"
    )


def _given(path: Path) -> Tests:
    where = path.resolve()
    return Tests(str(where), where if where.is_dir() else where.parent, module=False)


def check_live(tests: Tests) -> None:
    """Refuse to call a run live whose tests never look where the system is.

    Raises:
        SetupError: they do not.
    """
    files = [Path(tests.target)] if Path(tests.target).is_file() else tests.folder.rglob("*.py")
    if not any(LIVE in file.read_text(encoding="utf-8") for file in files):
        raise SetupError(
            f"these tests know no live system: nothing in {tests.folder} reads {LIVE}URL; "
            "let its harness take FKS_LIVE_URL, FKS_LIVE_USER and FKS_LIVE_PASSWORD"
        )


def run(tests: Tests, *, name: str, environment: Mapping[str, str]) -> Result:
    """Run the suite in a process of its own.

    Raises:
        SetupError: pytest is missing, nothing could be run, or it was another adapter's.
    """
    if importlib.util.find_spec("pytest") is None:
        raise SetupError(f"pytest runs the suite and is not installed: {_EXTRA}")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = subprocess.run(  # noqa: S603 - our own interpreter, on tests somebody named
            _command(tests),
            cwd=tests.folder,
            env={**os.environ, **environment, _REPORT: str(report)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        told = json.loads(report.read_bytes()) if report.exists() else {}
    _check(told, name=name, said=ended.stdout + ended.stderr)
    rules = [_rule(one) for one in told["rules"]]
    return Result(tuple(sorted(rules, key=lambda one: int(one.rule[1:]))))


def _command(tests: Tests) -> list[str]:
    options = ["-q", "-p", "fachkraft_share.testing.suite_report", "-p", "no:cacheprovider"]
    options += ["--import-mode=importlib", *(["--pyargs"] if tests.module else [])]
    return [sys.executable, "-m", "pytest", *options, tests.target]


def _check(told: Mapping[str, Any], *, name: str, said: str) -> None:
    if told.get("broken"):
        raise SetupError(f"the tests cannot be read: {told['broken'][0]}")
    if not told:
        last = [line for line in said.splitlines() if line.strip()][-1:] or ["no word"]
        raise SetupError(f"pytest did not run: {last[0].strip()}")
    if not told["rules"]:
        raise SetupError(
            "no rule of the shared suite was found there: derive a class from AtsAdapterSuite or "
            "CmsAdapterSuite"
        )
    others = [one for one in told["adapters"] if one != name]
    if others:
        raise SetupError(f"these tests try the adapter {others[0]!r}, not {name!r}")


def _rule(one: Mapping[str, str]) -> Rule:
    test, failed = one["test"], one["outcome"] == "failed"
    case = f" [{one['case']}]" if one["case"] else ""
    return Rule(
        rule=rule_of(test),
        test=f"{sentence_of(test)}{case}",
        suite=one["suite"],
        says=one["says"],
        outcome=one["outcome"] or "failed",
        message=one["message"],
        hint=hint_for(test) if failed else "",
    )

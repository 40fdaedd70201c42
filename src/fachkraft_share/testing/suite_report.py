"""A pytest plugin: only the shared suites' rules run, and what became of each is written down.

`python -m pytest -p fachkraft_share.testing.suite_report` writes JSON to `FKS_SUITE_REPORT`.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from fachkraft_share.testing.unchanged import Unchanged

WHERE: Final = "FKS_SUITE_REPORT"
_SUITES: Final = (
    "adapter_suite",
    "cms_suite",
    "common_rules",
    "erasing_rules",
    "reading_rules",
    "writing_rules",
)
# Or a broken rule would be an AssertionError without a word.
pytest.register_assert_rewrite(*(f"fachkraft_share.testing.{one}" for one in _SUITES))


class _Report:
    """What became of each rule."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._rules: dict[str, dict[str, str]] = {}
        self._adapters: set[str] = set()
        self._broken: list[str] = []

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the suites' rules; a package's own tests are its own matter."""
        ours = [one for one in items if _is_rule(one)]
        config.hook.pytest_deselected(items=[one for one in items if one not in ours])
        items[:] = ours
        for one in ours:
            says = (getattr(one, "obj", None).__doc__ or "").partition("\n")[0]
            test = getattr(one, "originalname", one.name)
            case = one.name.removeprefix(test).strip("[]")
            home = getattr(one, "cls", None)
            entry = {"test": test, "case": case, "suite": getattr(home, "__name__", "")}
            self._rules[one.nodeid] = {**entry, "says": says, "outcome": "", "message": ""}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Note whose system was tried."""
        harness = getattr(item, "funcargs", {}).get("harness")
        if harness is not None:
            with suppress(Exception):  # what the rule said of it stands; this must not add to it
                self._adapters.add(harness.fresh().name)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what became of a rule; the first trouble of it counts."""
        entry = self._rules[report.nodeid]
        if entry["outcome"] in ("failed", "skipped", "exempt"):
            return
        if report.failed:
            entry.update(outcome="failed", message=_message(report))
        elif report.skipped:
            left_out = getattr(report, "wasxfail", None)
            outcome = "skipped" if left_out is None else "exempt"
            entry.update(outcome=outcome, message=left_out or _message(report))
        elif report.when == "call":
            entry.update(outcome="passed")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what cannot even be read."""
        if report.failed:
            self._broken.append(_last_line(str(report.longrepr)))

    def pytest_sessionfinish(self) -> None:
        """Write it down."""
        told = {
            "rules": list(self._rules.values()),
            "adapters": sorted(self._adapters),
            "broken": self._broken,
        }
        self._target.write_text(json.dumps(told), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Begin to write, where somebody wants to read."""
    target = os.environ.get(WHERE)
    if target:
        config.pluginmanager.register(_Report(Path(target)), "fachkraft-share-suite-report")


def _is_rule(item: pytest.Item) -> bool:
    home = getattr(item, "cls", None)
    return (
        isinstance(home, type)
        and issubclass(home, Unchanged)
        and getattr(item, "originalname", "").startswith("test_a")
    )


def _message(report: Any) -> str:
    found = report.longrepr
    if isinstance(found, tuple):  # where, line, why: a skip
        return str(found[2]).removeprefix("Skipped: ")
    crash = getattr(found, "reprcrash", None)
    if crash is None:
        return _last_line(str(found))
    return "; because ".join([_first_line(crash), *_causes(found)])


def _causes(found: Any) -> list[str]:
    """Return from what a translated error came, and where: only invented persons are in it."""
    crashes = [one[1] for one in getattr(found, "chain", ())[:1] if one[1] is not None]
    return [
        f"{_first_line(one)} ({Path(one.path).name}:{one.lineno})"
        for one in crashes
        if one is not found.reprcrash
    ]


def _first_line(crash: Any) -> str:
    return str(crash.message).partition("\n")[0]


def _last_line(text: str) -> str:
    lines = [line.removeprefix("E ").strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no words"

"""The tests against mutants: a plugin of pytest that serves them, and children that run them.

1. A process with everything imported and collected is forked for each mutant; the child replaces
   the code of the functions that differ and runs the tests known to execute the changed lines.
2. What happens at import (tables, classes, defaults) cannot be replaced so: there a child of a
   process that has imported no code of ours yet imports the mutant instead of the module.
3. A child ends with the first failing test. Who runs longer than any test may is stuck, and dead.
"""

import gc
import importlib.abc
import importlib.util
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar

import attrs
import coverage
import hypothesis
import pytest
from mutate import Mutant

SURVIVED, KILLED, OUT_OF_TIME = 0, 1, 3
ALIVE = (SURVIVED, OUT_OF_TIME, -signal.SIGALRM)
STUCK_SECONDS = 6  # beyond the time the tests may take
WAITING_SECONDS = 1800  # asleep; on a busy machine that says nothing, so it counts as alive
MEMORY = 4 << 30
UNLIKELIER = 4  # a test that is less likely to notice must be so many times quicker
EXAMPLES = 20  # of each property
PACKAGE = "fachkraft_share"
OPTIONS = ("-o", "addopts=--import-mode=importlib --strict-markers", "--assert=plain")
QUIET = ("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov")
J = TypeVar("J")
Pair = tuple[FunctionType, CodeType]


@attrs.frozen
class Known:
    """What the run without any mutant told."""

    seconds: dict[str, float]  # of each test that passed
    tests: dict[str, dict[int, set[str]]]  # by file and line
    touching: dict[str, set[str]]  # tests by file, and those that share a fixture with them
    imported: dict[str, set[int]]  # lines that run at import

    def chosen(self, mutant: Mutant) -> list[str]:
        """Return the tests that can notice the mutant, the likeliest and quickest first.

        What tests share (a fixture's memory, a cache) runs a line only in the first of them: all
        that come to the file, or share a fixture with one that does, follow those on the line.
        """
        by_line = self.tests.get(mutant.file, {})
        found = {one for line in mutant.lines for one in by_line.get(line, ())}
        touching = self.touching.get(mutant.file, set())
        every = {*self.seconds} if self.at_import(mutant) else (found | touching) & {*self.seconds}

        def cost(test: str) -> float:
            likely = (test in found, test in touching, near(test, mutant))
            return self.seconds[test] * UNLIKELIER ** likely.count(False)

        return sorted(every, key=cost)

    def nearest(self, mutant: Mutant) -> list[str]:
        """Return those chosen tests that stand in the two files with the most of the likely ones.

        For importing and collecting all files takes longer than most tests.
        """
        chosen = self.chosen(mutant)
        by_line = self.tests.get(mutant.file, {})
        found = [one for line in mutant.lines for one in by_line.get(line, ())]
        counts = Counter(one.split("::")[0] for one in [*chosen, *found])
        files = sorted(counts, key=lambda one: (not near(one, mutant), -counts[one]))[:2]
        return [one for one in chosen if one.split("::")[0] in files]

    def at_import(self, mutant: Mutant) -> bool:
        """Tell whether the changed lines run at import."""
        return not self.imported.get(mutant.file, set()).isdisjoint(mutant.lines)


def near(test: str, mutant: Mutant) -> bool:
    """Tell whether the test's file is named after the mutant's."""
    return Path(mutant.file).stem in test.partition("::")[0]


# Children --------------------------------------------------------------------------------------


def each(jobs: Iterable[J], run: Callable[[J], int], *, workers: int) -> Iterator[tuple[J, int]]:
    """Run every job in a child of its own; return what it ended with, negative for a signal."""
    running: dict[int, J] = {}
    for job in jobs:
        if len(running) == workers:
            yield _ended(running)
        pid = os.fork()
        if pid == 0:
            _child(run, job)
        running[pid] = job
    while running:
        yield _ended(running)


def _ended(running: dict[int, J]) -> tuple[J, int]:
    pid, status = os.wait()
    return running.pop(pid), os.waitstatus_to_exitcode(status)


def _child(run: Callable[[J], int], job: J) -> None:
    code = KILLED
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        code = run(job)
    finally:
        os._exit(code)


def limit(seconds: float) -> None:
    """Let this child be killed when it is stuck or eats the machine's memory."""
    ceiling = int(seconds) + STUCK_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (ceiling, ceiling + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(WAITING_SECONDS)


class Stopping:
    """The plugin of a child: ends at the first failure, or when the time is used up."""

    def __init__(self, seconds: float, chosen: Sequence[str] | None = None) -> None:
        self.until = time.process_time() + seconds
        self.order = {one: n for n, one in enumerate(chosen)} if chosen is not None else None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen tests, in their order."""
        if self.order is not None:
            order = self.order
            items[:] = sorted(
                (one for one in items if one.nodeid in order), key=lambda one: order[one.nodeid]
            )
        for item in items:
            hasten(item)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """End when a test has failed."""
        if report.failed:
            os._exit(KILLED)
        if report.when == "teardown" and time.process_time() > self.until:
            os._exit(OUT_OF_TIME)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """End when a file cannot even be read."""
        if report.failed:
            os._exit(KILLED)


def hasten(item: pytest.Item) -> None:
    """Let a property try few examples, the same ones each time, and not shrink them."""
    test = getattr(item, "obj", None)
    asked = getattr(test, "_hypothesis_internal_use_settings", None)
    if asked is not None:
        test._hypothesis_internal_use_settings = hypothesis.settings(  # type: ignore[union-attr]
            asked,
            max_examples=min(asked.max_examples, EXAMPLES),
            phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
            database=None,
            derandomize=True,
            report_multiple_bugs=False,
        )


# Mutants imported ------------------------------------------------------------------------------


def dotted(file: str) -> str:
    """Return the name by which a file of the package is imported."""
    within = file.rpartition(f"/{PACKAGE}/")[2].removesuffix(".py").removesuffix("/__init__")
    return f"{PACKAGE}.{within.replace('/', '.')}"


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import a mutant where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant, self.name = mutant, dotted(mutant.file)

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        """Answer for one module."""
        if name != self.name:
            return None
        file = Path(self.mutant.file)
        package = file.stem == "__init__"
        spec = importlib.util.spec_from_loader(name, self, origin=str(file), is_package=package)
        if spec is not None and package:
            spec.submodule_search_locations = [str(file.parent)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant's code."""
        module.__file__ = self.mutant.file
        exec(self.mutant.code, module.__dict__)  # noqa: S102


def imported(mutant: Mutant, *, chosen: Sequence[str], seconds: float) -> int:
    """Import the mutant and run the tests; return how the child ends."""
    assert not [one for one in sys.modules if one.split(".")[0] == PACKAGE]
    limit(seconds)
    sys.meta_path.insert(0, Instead(mutant))
    files = list(dict.fromkeys(one.split("::")[0] for one in chosen))
    code = pytest.main([*OPTIONS, *QUIET, *files], plugins=[Stopping(seconds, chosen)])
    return SURVIVED if code in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else KILLED


# Mutants replaced ------------------------------------------------------------------------------


class Server:
    """The plugin of the process that has everything: measures, then serves one child a mutant."""

    def __init__(self, serve: Callable[[pytest.Session], None]) -> None:
        self.serve = serve

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of running the tests."""
        for item in session.items:
            hasten(item)
        self.serve(session)
        return True


def functions() -> dict[CodeType, list[FunctionType]]:
    """Return all functions of the package by their code."""
    found: dict[CodeType, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and f"/{PACKAGE}/" in one.__code__.co_filename:
            found[one.__code__].append(one)
    return found


def differing(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]] | None:
    """Return the functions that differ, or None where something else does."""
    mine, yours = _inner(old), _inner(new)
    if len(mine) != len(yours) or _own(old) != _own(new):
        return None
    found: list[tuple[CodeType, CodeType]] = []
    for a, b in zip(mine, yours, strict=True):
        if a == b:
            continue
        if a.co_flags & 1 == 0:  # the body of a class: it has no fast locals
            within = differing(a, b)
        elif a.co_name.endswith("comp>") or a.co_freevars != b.co_freevars:
            within = None
        else:
            within = [(a, b)]
        if within is None:
            return None
        found += within
    return found


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _own(code: CodeType) -> tuple[Any, ...]:
    values = tuple(repr(one) for one in code.co_consts if not isinstance(one, CodeType))
    return code.co_code, code.co_names, code.co_varnames, values


def replaced(pairs: Sequence[Pair], items: Sequence[pytest.Item], *, seconds: float) -> int:
    """Replace the code of functions and run the tests; return how the child ends."""
    limit(seconds)
    for function, code in pairs:
        function.__code__ = code
    items[0].config.pluginmanager.register(Stopping(seconds))
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
    return SURVIVED


# The run without a mutant ----------------------------------------------------------------------


class Measuring:
    """The plugin of the run without a mutant: which test, and which fixture, runs which lines."""

    def __init__(self, cover: coverage.Coverage) -> None:
        self.cover = cover
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        self.shared: set[str] = set()  # fixtures

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note the time and the lines of one test."""
        begin = time.process_time()
        self.cover.switch_context(item.nodeid)
        yield
        self.seconds[item.nodeid] = time.process_time() - begin

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Iterator[None]:
        """Note the lines of a fixture that several tests share."""
        shared = fixturedef.scope != "function"
        if shared and not fixturedef.func.__module__.startswith("_pytest."):
            self.shared.add(fixturedef.argname)
        if shared:
            self.cover.switch_context(f"fixture {fixturedef.argname}")
        yield
        if shared:
            self.cover.switch_context(request._pyfuncitem.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Leave out who fails, and who is skipped."""
        if not report.passed:
            self.failed.add(report.nodeid)


def measure(
    items: Sequence[pytest.Item], sources: Sequence[str], at_import: dict[str, set[int]]
) -> Known:
    """Run all tests as they are; return their times and their lines."""
    cover = _cover(sources)
    plugin = Measuring(cover)
    items[0].config.pluginmanager.register(plugin)
    cover.start()
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
    cover.stop()
    users = defaultdict(set)
    for item in items:
        for name in getattr(item, "fixturenames", ()):
            users[name].add(item.nodeid)
    read = cover.get_data()
    tests = {
        file: {
            line: {
                test
                for one in names
                for test in users.get(one.removeprefix("fixture "), {one})
                if test
            }
            for line, names in read.contexts_by_lineno(file).items()
        }
        for file in read.measured_files()
    }
    sharing = [users[one] for one in plugin.shared]
    touching: dict[str, set[str]] = {}
    for file, by_line in tests.items():
        direct = set().union(*by_line.values())
        touching[file] = direct.union(*(some for some in sharing if some & direct))
    passed = {one: took for one, took in plugin.seconds.items() if one not in plugin.failed}
    return Known(passed, tests, touching, at_import)


def _cover(sources: Sequence[str]) -> coverage.Coverage:
    cover = coverage.Coverage(data_file=None, include=list(sources), config_file=False)
    cover.set_option("run:disable_warnings", ["no-data-collected"])
    return cover


def lines_at_import(sources: Sequence[str]) -> dict[str, set[int]]:
    """Return the lines of each file that run when all are imported."""
    cover = _cover(sources)
    cover.start()
    for file in sources:
        importlib.import_module(dotted(file))
    cover.stop()
    read = cover.get_data()
    return {file: set(read.lines(file) or ()) for file in read.measured_files()}

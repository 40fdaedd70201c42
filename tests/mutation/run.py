"""Mutation testing: which wrong changes of the core do the tests notice?

python tests/mutation/run.py rules/consent wire       modules and folders of the package
python tests/mutation/run.py --promised               consent, erasure and signatures
python tests/mutation/run.py --promised --sample 200  some of them, drawn by --seed
python tests/mutation/run.py rules --minutes 20        as many, in random order, as that allows
python tests/mutation/run.py wire --again output.txt  what an earlier run left

Works in a copy of the project that is removed at the end. With `--again` the verdicts of an earlier
run stand for the modules its output speaks of, so their code must be the same; tried are what it
left and nobody has answered, and all other modules. Ends with 1 when a mutant survives that
`answered.toml` does not answer, or when an answer speaks of none that survives. `--write` brings
`docs/mutation.md` up to date.
"""

import argparse
import gc
import importlib
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, takewhile
from pathlib import Path
from typing import Any

import pytest
import trial
from mutate import Mutant, mutants
from report import Outcome, answered, judge, write

ROOT = Path(__file__).parents[2]
SOURCE = Path("src") / trial.PACKAGE
TESTS = {
    "wire": ("tests/wire", "tests/protocol"),
    "rules": ("tests/rules", "tests/protocol"),
    "protocol": ("tests/protocol", "tests/attacks", "tests/partners/test_bundle_across.py"),
    "member": ("tests/member",),
    "node": ("tests/node", "tests/partners"),
}
CORE = ("wire", "rules", "protocol", "member/erasing", "member/receipts", "node/erasing")
PROMISED = (
    "wire/jws wire/keys wire/suite rules/consent protocol/message protocol/closing "
    "protocol/erasure protocol/bundle protocol/verifying protocol/events/referral_closed "
    "protocol/events/erasure_receipt member/erasing member/receipts node/erasing"
).split()
PROGRESS = 200
LEFT_OUT = "rules/tables"  # lists of words; a word left out is no fault of the code
NOT_COPIED = (".git", ".venv", ".*_cache", "__pycache__", ".hypothesis", "*.egg-info", "dist")


def main() -> int:
    """Try the mutants the command line asks for."""
    asked = arguments()
    begin = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and leave no copy behind
    with copied():
        names = modules(asked.modules or (PROMISED if asked.promised else CORE))
        found = [one for name in names for one in of_module(name)]
        totals = Counter(one.module for one in found)
        if asked.sample:
            draw = random.Random(asked.seed)  # noqa: S311
            found = draw.sample(found, min(asked.sample, len(found)))
        if asked.minutes:
            random.Random(asked.seed).shuffle(found)  # noqa: S311
        rooms: dict[str, list[Mutant]] = defaultdict(list)
        for one in found:
            rooms[one.module.split("/")[0]].append(one)
        outcomes = [
            outcome
            for room, some in rooms.items()
            for outcome in Trials(some, asked.tests or TESTS[room], asked).run()
        ]
    print(f"{len(outcomes)} mutants in {time.monotonic() - begin:.0f} s")
    if asked.write:
        write(outcomes, totals, root=ROOT)
    return judge(outcomes, whole=not (asked.sample or asked.quick or asked.minutes))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", help="such as rules/consent, or wire")
    parser.add_argument("--promised", action="store_true", help="consent, erasure and signatures")
    parser.add_argument("--sample", type=int, default=0, help="only so many mutants")
    parser.add_argument("--seed", type=int, default=0, help="which of them")
    parser.add_argument("--tests", nargs="+", help="other tests than those of the room")
    parser.add_argument("--quick", action="store_true", help="only what needs no import anew")
    parser.add_argument("--again", type=Path, help="only what this earlier output left")
    parser.add_argument("--seconds", type=float, default=12, help="of tests against one mutant")
    parser.add_argument("--minutes", type=float, default=0, help="begin no trial after so many")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="write the table in docs")
    return parser.parse_args()


@contextmanager
def copied() -> Iterator[None]:
    """Copy the project, go there, and let imports come from there."""
    if (ROOT.parent / "shared").is_dir():
        os.environ.setdefault("FKS_SHARED", str(ROOT.parent / "shared"))
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        home = Path(folder).resolve() / "project"
        shutil.copytree(ROOT, home, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        os.chdir(home)
        sys.path.insert(0, str(home / "src"))
        yield
        os.chdir(ROOT)


def modules(asked: Sequence[str]) -> list[str]:
    """Return the modules meant by names of modules and folders."""
    found: list[str] = []
    for name in asked:
        place = SOURCE / name
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
        found += [str(one.relative_to(SOURCE).with_suffix("")) for one in files]
    return [one for one in dict.fromkeys(found) if not one.startswith(LEFT_OUT)]


def of_module(name: str) -> Iterator[Mutant]:
    """Return the mutants of a module of the copy."""
    file = (SOURCE / name).with_suffix(".py").resolve()
    return mutants(file.read_text("utf-8"), module=name, filename=str(file))


class Trials:
    """All trials of one room's mutants against the same tests."""

    def __init__(
        self, found: Sequence[Mutant], tests: Sequence[str], asked: argparse.Namespace
    ) -> None:
        self.found, self.tests = found, tests
        self.seconds, self.workers, self.quick = asked.seconds, asked.workers, asked.quick
        self.ended: dict[int, int] = {}
        self.until = time.monotonic() + (asked.minutes * 60 or float("inf"))
        told = asked.again.read_text("utf-8") if asked.again else ""
        self.left = {
            tuple(line.split("  ", 2)[1:]) for line in told.splitlines() if line[:5] == "alive"
        }
        self.before = {module for module, _ in self.left}

    def run(self) -> Iterator[Outcome]:
        """Return what became of each mutant."""
        files = sorted({one.file for one in self.found})
        at_import = returned(lambda: trial.lines_at_import(files))
        known, self.ended = returned(lambda: self._serve(at_import))
        count = f"{len(known.seconds)} tests, {len(self.found)} mutants"
        print(f"{count}, {len(self.ended)} without import", flush=True)
        everything = [] if self.quick else range(len(self.found))
        rest = [n for n in everything if n not in self.ended]
        near = [known.nearest(one) for one in self.found]
        self._note(rest, lambda n: self._imported(n, near[n]), final=False)
        rest = [n for n in rest if self.ended.get(n) in trial.ALIVE]
        self.ended = {n: code for n, code in self.ended.items() if n not in rest}
        self._note(rest, lambda n: self._imported(n, known.chosen(self.found[n])))
        yield from (Outcome(self.found[n], code) for n, code in sorted(self.ended.items()))

    def _note(
        self, numbers: Sequence[int], run: Callable[[int], int], *, final: bool = True
    ) -> None:
        earlier = {n: code for n in numbers if (code := self._earlier(n)) is not None}
        untried = (n for n in numbers if n not in earlier)
        begun = takewhile(lambda _: time.monotonic() < self.until, untried)
        trials = trial.each(begun, run, workers=self.workers)
        for done, (n, code) in enumerate(chain(earlier.items(), trials), 1):
            self.ended[n] = code
            if done % PROGRESS == 0:
                print(f"... {done} of {len(numbers)}", flush=True)
            if final and code in trial.ALIVE:
                print(f"alive  {self.found[n].module}  {self.found[n].key}", flush=True)

    def _earlier(self, n: int) -> int | None:
        """Return how the mutant ended in an earlier run, or None where that is to be tried."""
        name = (self.found[n].module, self.found[n].key)
        if name[0] not in self.before:
            return None
        if name not in self.left:
            return trial.KILLED
        return trial.SURVIVED if name in answered() else None

    def _imported(self, n: int, chosen: Sequence[str]) -> int:
        return trial.imported(self.found[n], chosen=chosen, seconds=self.seconds)

    def _serve(self, at_import: dict[str, set[int]]) -> tuple[trial.Known, dict[int, int]]:
        """Collect all tests once; try whatever can be replaced without importing anew."""
        answer: list[trial.Known] = []

        def serve(session: pytest.Session) -> None:
            items = {item.nodeid: item for item in session.items}
            files = sorted({one.file for one in self.found})
            known = returned(lambda: trial.measure(session.items, files, at_import))
            for file in files:  # what the tests import only as they run could not be replaced
                importlib.import_module(trial.dotted(file))
            pairs = dict(self._replaceable(known))
            gc.freeze()  # children share what they do not change

            def run(n: int) -> int:
                chosen = [items[one] for one in known.chosen(self.found[n])]
                return trial.replaced(pairs[n], chosen, seconds=self.seconds) if chosen else 0

            self._note([*pairs], run)
            answer.append(known)

        server = trial.Server(serve)
        code = pytest.main([*trial.OPTIONS, *trial.QUIET, *self.tests], plugins=[server])
        if not answer:
            raise SystemExit(f"the tests cannot be collected: {code}")
        return answer[0], self.ended

    def _replaceable(self, known: trial.Known) -> Iterator[tuple[int, list[trial.Pair]]]:
        by_code = trial.functions()
        originals: dict[str, Any] = {}
        for n, one in enumerate(self.found):
            if one.file not in originals:
                text = Path(one.file).read_text("utf-8")
                originals[one.file] = compile(text, one.file, "exec")
            differing = trial.differing(originals[one.file], one.code)
            if differing is not None and not known.at_import(one):
                yield n, [(f, new) for old, new in differing for f in by_code.get(old, ())]


def returned(ask: Callable[[], Any]) -> Any:
    """Return what a child of this process answers; end the run where it cannot."""
    with tempfile.NamedTemporaryFile() as file:
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                Path(file.name).write_bytes(pickle.dumps(ask()))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        if status:
            sys.exit("the tests could not be run without any mutant")
        return pickle.loads(Path(file.name).read_bytes())  # noqa: S301


if __name__ == "__main__":
    sys.exit(main())

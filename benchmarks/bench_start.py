"""What a start costs: importing the library beside `import requests`, and memory at rest."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from figure import Bench, Figure, In
from town import town

CLOCK = "import time; t = time.process_time(); {}; print(time.process_time() - t)"
OURS = "from fachkraft_share.member import Member"
OPENED = "import fachkraft_share.member.folder, fachkraft_share.member.machine"
THEIRS = "import requests"
SETTLED = 12.0  # seconds after the start: the worker has taken its turns
WITH_SEARCHES = """
import sys
sys.path.insert(0, sys.argv[1])
from bench_rules import searches
import fachkraft_share.node.http.serve, fachkraft_share.member.facade
from fachkraft_share.rules.matching_index import Index
from fachkraft_share.rules.vocabulary import shipped
index = Index(shipped(), searches())
print(len(index), flush=True)
sys.stdin.read()
"""
_KIB = 1024


def benches(folder: Path, stack: ExitStack) -> Iterator[Bench]:
    """Yield the benches."""
    yield _importing(_installed(folder / "bytecode"))
    served = stack.enter_context(town(folder / "idle"))
    yield Bench(
        (
            Figure(
                "idle node, memory",
                80.0,
                In.MIB,
                "resident set of `node serve` on SQLite some seconds after its start",
            ),
        ),
        lambda: [_resident(served.pid, settled=SETTLED)],
        turns=1,
    )
    yield Bench(
        (
            Figure(
                "with 100,000 searches, memory",
                180.0,
                In.MIB,
                "resident set of one process with node, member engine and an index of 100,000 "
                "searches; a node itself holds none",
            ),
        ),
        _with_searches,
        turns=1,
    )


def _importing(environment: dict[str, str]) -> Bench:
    figures = (
        Figure(
            "import of the embeddable library",
            1.6,
            In.TIMES,
            f"CPU of `{OURS}` in a fresh interpreter, divided by that of `{THEIRS}`; both from "
            "bytecode, as installed packages are; what a method needs is loaded by its first call",
        ),
        Figure(
            "import of all that opening a member loads",
            None,
            In.TIMES,
            "the same with `member.folder` and `member.machine`: cryptography, cattrs, SQLite and "
            "requests itself are part of it",
        ),
    )

    def turn() -> Sequence[float]:
        theirs = _imported(THEIRS, environment)
        return [_imported(one, environment) / theirs for one in (OURS, OPENED)]

    return Bench(figures, turn)


def _installed(bytecode: Path) -> dict[str, str]:
    """Return an environment in which everything is compiled already, as installers leave it."""
    found = {**os.environ, "PYTHONPYCACHEPREFIX": str(bytecode)}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    for statement in (OURS, OPENED, THEIRS):
        _imported(statement, found)
    return found


def _imported(statement: str, environment: dict[str, str]) -> float:
    run = [sys.executable, "-c", CLOCK.format(statement)]
    done = subprocess.run(run, capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout)


def _with_searches() -> Sequence[float]:
    run = [sys.executable, "-c", WITH_SEARCHES, str(Path(__file__).parent)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(run, text=True, **pipes) as process:  # type: ignore[call-overload]
        process.stdout.readline()
        found = _resident(process.pid)
        process.stdin.close()
    return [found]


def _resident(pid: int, *, settled: float = 0.0) -> float:
    time.sleep(settled)
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / _KIB
    raise OSError("no such process")

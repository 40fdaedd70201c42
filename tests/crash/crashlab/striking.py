"""Strikes one system call of a real process, then lets the same work be done again.

strace counts per name and thread: the names are struck one after the other, and a scenario's
process has one thread (assurance, section 6). A kill strikes before the call takes effect.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from crashlab.ats import AtsServer
from crashlab.forks import FAILED, PATIENCE, ForkServer, Worker
from crashlab.parties import Together
from crashlab.place import Place
from crashlab.scenarios import SCENARIOS, Said, Scenario, accounts

KILL = "signal=SIGKILL"
WRITING = ("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "rename")
GROWING = ("write", "pwrite64", "ftruncate")
CALLS = (*WRITING, "sendto")
_CALL = re.compile(r"^(?:\d+ +)?([a-z0-9]+)\(")


@attrs.frozen
class Point:
    """The n-th call of a name."""

    call: str
    number: int

    def inject(self, fault: str, *, onwards: bool = False) -> list[str]:
        """Return strace's options."""
        when = f"{self.number}+" if onwards else str(self.number)
        return ["-e", f"trace={self.call}", "-e", f"inject={self.call}:{fault}:when={when}"]


@attrs.define(eq=False)
class Laboratory:
    """Copies, processes and the outside system of one test."""

    forks: ForkServer
    stages: Mapping[str, Place]
    ats: AtsServer
    folder: Path

    def begin(self, name: str) -> Place:
        """Return a fresh copy of the stage a scenario begins at."""
        place = self.stages[SCENARIOS[name].stage].copied(self.folder / "place")
        with self.ats.lock:
            self.ats.people = [(id, key) for id, key in place.facts().get("people", ())]
        return place

    def points(self, name: str, calls: Sequence[str]) -> list[Point]:
        """Return every point of a scenario, in the order a clean run comes by."""
        log = self.folder / "points"
        said = self.struck(name, self.begin(name), ["-e", f"trace={','.join(calls)}"], log=log)
        assert said[-1]["what"] == "done", said[-1]
        counted: dict[str, int] = {}
        found = []
        for line in log.read_text(errors="replace").splitlines():
            matched = _CALL.match(line)
            if matched is not None:
                call = matched[1]
                counted[call] = counted.get(call, 0) + 1
                found.append(Point(call, counted[call]))
        return found

    def struck(
        self, name: str, place: Place, options: Sequence[str], *, log: Path | None = None
    ) -> list[dict[str, Any]]:
        """Run a scenario's process under strace; return what it said."""
        serving = self._serve(place) if SCENARIOS[name].serves else None
        try:
            url = serving.said[-1]["url"] if serving else ""
            worker = self.forks.start(
                "scenario", name=name, root=str(place.root), url=url, ats=self.ats.url
            )
            with Tracer(worker, options, log=log or self.folder / "trace"):
                worker.go()
                return worker.finish()
        finally:
            if serving is not None:
                serving.kill()

    def _serve(self, place: Place) -> Worker:
        serving = self.forks.start("serve", root=str(place.root))
        serving.go()
        serving.listen("serves")
        return serving

    def recover(self, name: str, place: Place) -> None:
        """Do the same work without a fault, let time pass, and demand the end."""
        scenario: Scenario = SCENARIOS[name]
        parties = Together(place, ats=self.ats.url)
        try:
            parties.clock.shift = 120  # a killed process held its lease
            parties.node().tick()
            scenario.work(parties)
            parties.settle()
            scenario.finished(parties, self.ats)
            accounts(parties)
        finally:
            parties.close()

    def strike(
        self, name: str, point: Point, fault: str, *, onwards: bool = False
    ) -> list[dict[str, Any]]:
        """Strike one point of a scenario and demand everything; return what was said."""
        place = self.begin(name)
        said = self.struck(name, place, point.inject(fault, onwards=onwards))
        self.demand(name, place, said)
        return said

    def demand(self, name: str, place: Place, said: Said) -> None:
        """Demand whole files, kept promises, and the right end after another try."""
        place.check_files()
        place.note(people=self.ats.people)
        SCENARIOS[name].holds(place, said)
        self.recover(name, place)


@attrs.define(eq=False)
class Tracer:
    """strace on one process; ready when it says that it is attached."""

    worker: Worker
    options: Sequence[str]
    log: Path
    _process: "subprocess.Popen[str] | None" = None

    def __enter__(self) -> "Tracer":
        """Attach."""
        self._process = subprocess.Popen(
            ["strace", "-f", "-p", str(self.worker.pid), "-o", str(self.log), *self.options],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if "attached" in line:
                return self
        raise RuntimeError("strace did not attach")

    def __exit__(self, *_: object) -> None:
        """Wait until it has seen the end."""
        assert self._process is not None
        self._process.communicate(timeout=PATIENCE)


def unable() -> str:
    """Return why processes cannot be struck here, or nothing."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    with subprocess.Popen(["sleep", "20"]) as target:
        tracer = subprocess.Popen(
            ["strace", "-p", str(target.pid), "-o", "/dev/null"],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert tracer.stderr is not None
        first = tracer.stderr.readline()
        target.kill()
        tracer.communicate()
    return "" if "attached" in first else "strace may not trace other processes here"


def failed(said: Said) -> Mapping[str, Any] | None:
    """Return the error a process ended with, if it did."""
    return said[-1] if said and said[-1]["what"] == FAILED else None


def spread(points: Sequence[Point], wanted: str) -> list[Point]:
    """Return so many points, evenly spread, or `all`."""
    if wanted == "all" or int(wanted) >= len(points):
        return list(points)
    count = int(wanted)
    return [points[(2 * number + 1) * len(points) // (2 * count)] for number in range(count)]

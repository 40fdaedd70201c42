"""P1: a process may be killed at any system call; nothing promised is lost, nothing done twice.

`FKS_CRASH=all` strikes every call of every scenario, `FKS_CRASH=<n>` n of each, spread evenly.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crashlab import ats
from crashlab.scenarios import SCENARIOS
from crashlab.striking import CALLS, KILL, Laboratory, spread, unable

STRIKES = os.environ.get("FKS_CRASH", "2")
WHY_NOT = unable()

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@pytest.fixture
def laboratory(forks: Any, stages: Any, tmp_path: Path) -> Iterator[Laboratory]:
    """Return where processes are struck."""
    with ats.served() as system:
        yield Laboratory(forks, stages, system, tmp_path)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_kill_at_any_system_call_loses_nothing_and_doubles_nothing(
    laboratory: Laboratory, name: str
) -> None:
    """Files are whole, promises hold, and doing it again ends as if nothing had happened."""
    points = laboratory.points(name, CALLS)
    assert len(points) > 20
    killed = 0
    for point in spread(points, STRIKES):
        said = laboratory.strike(name, point, KILL)
        killed += said[-1]["what"] not in ("done", "failed")
    assert killed


def test_work_that_is_not_struck_ends_well(laboratory: Laboratory) -> None:
    """The demands themselves are right: they hold where there was no fault."""
    for name in SCENARIOS:
        place = laboratory.begin(name)
        said = laboratory.struck(name, place, ["-e", "trace=none"])
        assert said[-1]["what"] == "done", (name, said[-1])
        laboratory.demand(name, place, said)

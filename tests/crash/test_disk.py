"""P3: a full or failing disk is one clear error; nothing is lost, and the next try succeeds.

`FKS_DISK=all` strikes every call of every scenario, `FKS_DISK=<n>` n of each, spread evenly.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crashlab import ats
from crashlab.scenarios import SCENARIOS
from crashlab.striking import GROWING, WRITING, Laboratory, failed, spread, unable

STRIKES = os.environ.get("FKS_DISK", "1")
FULL, BROKEN = "error=ENOSPC", "error=EIO"
WHY_NOT = unable()

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@pytest.fixture
def laboratory(forks: Any, stages: Any, tmp_path: Path) -> Iterator[Laboratory]:
    """Return where processes are struck."""
    with ats.served() as system:
        yield Laboratory(forks, stages, system, tmp_path)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_full_disk_is_one_clear_error(laboratory: Laboratory, name: str) -> None:
    """From one call on nothing can be written; what was promised stays, the rest is done later."""
    for point in spread(laboratory.points(name, GROWING), STRIKES):
        said = laboratory.strike(name, point, FULL, onwards=True)
        error = failed(said)
        assert error is None or error["own"], (point, error)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_failing_disk_is_one_clear_error(laboratory: Laboratory, name: str) -> None:
    """One call fails; what was promised stays, the rest is done later."""
    for point in spread(laboratory.points(name, WRITING), STRIKES):
        said = laboratory.strike(name, point, BROKEN)
        error = failed(said)
        assert error is None or error["own"], (point, error)

"""P2: the power may fail at any moment; what was promised is there, and every file is whole.

`FKS_POWER=<n>` makes n images at every step of every scenario (6 make more than five thousand);
without it there are a few hundred, spread evenly.
"""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from crashlab import ats
from crashlab.power import Disk, heard, record
from crashlab.scenarios import SCENARIOS
from crashlab.striking import Laboratory, unable

from fachkraft_share.errors import StoreError

IMAGES = int(os.environ.get("FKS_POWER", "0"))
FEW = 30  # images of a scenario otherwise
AGAIN = 40  # after every so many images all is done again to the end
WHY_NOT = unable()

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@pytest.fixture
def laboratory(forks: Any, stages: Any, tmp_path: Path) -> Iterator[Laboratory]:
    """Return where processes are recorded."""
    with ats.served() as system:
        yield Laboratory(forks, stages, system, tmp_path)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_power_loss_loses_nothing_promised(
    laboratory: Laboratory, name: str, record_property: Any
) -> None:
    """Unsynced writes are dropped and torn; databases and journals open, promises hold."""
    place = laboratory.begin(name)
    before = place.facts().get("people", [])
    disk = Disk.of(place)
    log = record(laboratory, name, place)
    assert sum(one.kind == "sync" for one in log) >= 3
    image = laboratory.stages[SCENARIOS[name].stage].copied(laboratory.folder / "image")
    every = 1 if IMAGES else max(1, len(log) // FEW)
    random, count = Random(name), 0  # noqa: S311 - no secret
    for step, one in enumerate(log):
        disk.do(one)
        for _ in range(IMAGES or 1) if step % every == 0 else ():
            count += 1
            disk.write(image, random)
            image.note(people=disk.people(before))
            image.check_files()
            SCENARIOS[name].holds(image, heard(disk))
            if count % AGAIN == 1:
                again = image.copied(laboratory.folder / "again")
                laboratory.ats.people = disk.people(before)
                laboratory.recover(name, again)
    record_property("images", count)
    assert count >= min(FEW, len(log))


def test_a_disk_that_never_syncs_is_found_out(laboratory: Laboratory) -> None:
    """The images are hard enough: without syncs a withdrawal that was confirmed is lost."""
    place = laboratory.begin("withdraw")
    disk = Disk.of(place)
    for one in record(laboratory, "withdraw", place):
        if one.kind != "sync":
            disk.do(one)
    image = laboratory.stages["received"].copied(laboratory.folder / "image")
    lost = 0
    for seed in range(10):
        disk.write(image, Random(seed))  # noqa: S311 - no secret
        try:
            image.check_files()
            SCENARIOS["withdraw"].holds(image, heard(disk))
        except (AssertionError, StoreError, sqlite3.DatabaseError):
            lost += 1
    assert lost > 5

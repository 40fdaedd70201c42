"""P1: the real processes are killed at random moments; everything goes on, and ends as it should.

`FKS_KILLS=<n>` kills so often (1,000 in the soak), otherwise 20 times.
"""

import itertools
import os
from pathlib import Path
from typing import Any

import pytest
from crashlab.town import Life, Town, until

from fachkraft_share.cli.demo.processes import free_port

KILLS = int(os.environ.get("FKS_KILLS", "20"))
PER_TOWN = 100  # a member may ask for contact fifty times a day
PAUSE = (0.0, 1.5)  # seconds between two kills

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux only"),
]


@pytest.mark.parametrize("seed", range(-(-KILLS // PER_TOWN)))
def test_processes_killed_at_random_go_on(
    forks: Any, stages: Any, tmp_path: Path, seed: int
) -> None:
    """Persons are recommended, handed over, withdraw; no kill loses or doubles any of it."""
    town = Town(forks, stages["joined"].copied(tmp_path / "place"), free_port())
    town.connect()
    alive, ended = set(), set()
    wanted = min(KILLS, PER_TOWN)
    with town.up():
        with town.killing(seed, pause=PAUSE):
            for number in itertools.takewhile(lambda _: town.kills < wanted, itertools.count()):
                life = Life(town, number)
                life.is_recommended()
                life.is_handed_over()
                if number % 2:
                    life.withdraws()
                    life.is_erased()
                (ended if number % 2 else alive).add(life.referral)
        until(town.settled)
    town.demand(alive, ended)
    assert town.kills >= wanted

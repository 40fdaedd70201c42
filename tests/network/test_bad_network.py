"""P5: between real processes the network fails in every way; then it heals, and all has one effect.

`FKS_NETWORK_SEEDS=<n>` plays so many seeds, otherwise two.
"""

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
from crashlab.town import PATIENCE, Life, Town, until
from proxy import FAULTS, Fault, Proxy, running

from fachkraft_share import limits
from fachkraft_share.cli.demo.processes import free_port

SEEDS = int(os.environ.get("FKS_NETWORK_SEEDS", "2"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux only"),
]


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_bad_network_delays_and_changes_nothing(
    forks: Any, stages: Any, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is bad, what can be done is done; once it is well, everything ends as it should."""
    monkeypatch.setattr(limits, "HTTP_TIMEOUT", tuple(PATIENCE["HTTP_TIMEOUT"]))
    random = Random(seed)  # noqa: S311 - no secret
    faults = (*random.sample(FAULTS[1:], 4), Fault.NONE, Fault.NONE)
    town = Town(forks, stages["joined"].copied(tmp_path / "place"), free_port())
    proxy = Proxy(("127.0.0.1", town.port), random, faults)
    alive, ended = Life(town, 1), Life(town, 2)
    with running(proxy):
        town.url = proxy.url
        town.connect()
        with town.up():
            for one in (alive, ended):
                one.is_recommended()
                one.is_handed_over()
            ended.withdraws()
            proxy.heal()
            ended.is_erased()
            until(town.settled)
    town.demand({alive.referral}, {ended.referral})
    assert set(proxy.drawn) - {Fault.NONE}

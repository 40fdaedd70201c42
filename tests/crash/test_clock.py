"""P4: a process whose clock is a day off is told so with the node's time; nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import attrs
import pytest
from crashlab.place import Place, ShiftedClock, runtime
from crashlab.town import Town

from fachkraft_share import limits
from fachkraft_share.cli.demo.processes import free_port
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.member.facade import Member
from fachkraft_share.member.records import Lease
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.records import Held, Referral

WHY_NOT = "" if shutil.which("faketime") else "faketime is not installed"
SKEWS = ("+1d", "-1d")


@pytest.fixture
def town(forks: Any, stages: Any, tmp_path: Path) -> Any:
    """Return a town in which a referral waits for the receiving member; only the node runs."""
    town = Town(forks, stages["granted"].copied(tmp_path / "place"), free_port())
    town.connect()
    town.start("node")
    yield town
    town.running["node"].kill()


def synchronised(place: Place, *before: str) -> dict[str, Any]:
    """Run `sync` as a program of its own; return its report."""
    folder = str(place.member("beispiel"))
    # Without this a process under faketime never ends a timed wait.
    done = subprocess.run(
        [
            *before,
            sys.executable,
            "-m",
            "fachkraft_share.cli",
            "sync",
            "--json",
            "--folder",
            folder,
        ],
        env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
@pytest.mark.parametrize("skew", SKEWS)
def test_a_process_a_day_off_loses_nothing(town: Town, skew: str) -> None:
    """It is refused and keeps what it has; with the right time everything arrives."""
    place = town.place
    report = synchronised(place, "faketime", "-f", skew)
    assert not report["online"]
    assert report["problems"]
    with place.member_store("beispiel") as store, store.begin(write=False) as transaction:
        assert not transaction.every(Referral)
    with place.node_store() as store, store.begin(write=False) as transaction:
        assert not transaction.every(Held)
    _lease_ends(place)
    report = synchronised(place)
    assert report["online"], report
    with place.member_store("beispiel") as store, store.begin(write=False) as transaction:
        assert len(transaction.every(Referral)) == 1


def _lease_ends(place: Place) -> None:
    """A process of tomorrow gave its lease back: nobody waits for a day."""
    with place.member_store("beispiel") as store, store.begin(write=False) as transaction:
        assert not transaction.every(Lease)


@attrs.define
class Listening:
    """A transport that keeps the last answer."""

    inner: HttpTransport = attrs.field(factory=HttpTransport)
    last: Response | None = None

    def call(self, node: str, request: Request) -> Response:
        """Pass on."""
        self.last = self.inner.call(node, request)
        return self.last


@pytest.mark.parametrize("skew", [limits.DAY, -limits.DAY])
def test_the_problem_names_the_nodes_time(town: Town, skew: int) -> None:
    """Whoever is refused for the time learns the right one."""
    heard = Listening()
    with (
        Member.open(
            town.place.member("beispiel"), runtime=runtime(ShiftedClock(skew), heard)
        ) as member,
        pytest.raises(FachkraftShareError),
    ):
        member.engine.client.poll({})
    assert heard.last is not None
    told = json.loads(heard.last.body)
    assert heard.last.status >= 400
    assert abs(told["now"] - time.time()) < limits.CLOCK_SKEW

"""The examples run as they stand."""

import subprocess
import sys
from pathlib import Path

from fachkraft_share import Member
from fachkraft_share.ports.machine import SystemClock, SystemIds
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.testing.world import World

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run an example in a process of its own."""
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_alliance_in_memory_ends_with_a_genuine_bundle() -> None:
    """The example tells the whole story and its bundle verifies."""
    done = run("alliance_in_memory.py")
    assert done.returncode == 0, done.stderr
    assert "Left at Beispiel GmbH: 0" in done.stdout
    assert "genuine and complete: True" in done.stdout


def test_the_nightly_job_prints_references_and_says_when_the_node_is_away(tmp_path: Path) -> None:
    """With an unreachable node it ends with 1, without a traceback."""
    folder = tmp_path / "member"
    joined_folder(folder)
    done = run("nightly.py", str(folder))
    assert done.returncode == 1, done.stderr
    assert "sent 0, received 0" in done.stdout
    assert "Traceback" not in done.stderr


def joined_folder(folder: Path) -> None:
    """Let a member join a node of this process and keep its folder."""
    world = World(begin=SystemClock().now())
    code = world.node.service.enrolment.invite("Muster GmbH", ["employer"])
    runtime = Runtime(world.clock, SystemIds(), world.suite, world.transport("muster"))
    member = Member.join(
        folder, code, id="https://muster.example", name="Muster GmbH", runtime=runtime
    )
    member.close_files()

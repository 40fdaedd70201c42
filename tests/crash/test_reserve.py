"""P3: with no byte left on the disk an erasure still succeeds; once there is room all goes on."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from crashlab.place import Place

from fachkraft_share.ports.reserve import Reserve

HERE = Path(__file__).parent
SIZE = "48m"


def unable() -> str:
    """Return why no small disk can be made here, or nothing."""
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    tried = subprocess.run(
        ["unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"],
        capture_output=True,
        check=False,
    )
    return "no disk can be mounted here" if tried.returncode else ""


WHY_NOT = unable()


@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
@pytest.mark.parametrize("act", ["erases", "withdraws"])
def test_erasing_works_with_no_byte_left(stages: Any, tmp_path: Path, act: str) -> None:
    """A disk of its own is filled to the last byte; see `crashlab/full.py` for what must hold."""
    stage: Place = stages["closed" if act == "erases" else "received"]
    disk = tmp_path / "disk"
    disk.mkdir()
    command = 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"'
    program = [sys.executable, str(HERE / "crashlab" / "full.py"), act, str(stage.root), str(disk)]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", command, "sh", SIZE, str(disk), *program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.split() == ["refused", "ended", "resumed"]


def test_the_reserve_is_made_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    """Asking twice makes it once; nothing is left beside it."""
    reserve = Reserve(tmp_path / "reserve", size=5000)
    assert not reserve.cramped()
    made = (tmp_path / "reserve").stat()
    assert (made.st_size, made.st_mode & 0o777) == (5000, 0o600)
    assert not reserve.cramped()
    assert [one.name for one in tmp_path.iterdir()] == ["reserve"]


def test_a_reserve_that_cannot_be_made_means_no_room(tmp_path: Path) -> None:
    """More than the disk has is never kept back, and says so; the same where there is no folder."""
    huge = Reserve(tmp_path / "reserve", size=2**60)
    assert huge.cramped()
    (tmp_path / "reserve").write_bytes(b"x")
    assert huge.cramped()
    assert not (tmp_path / "reserve").exists()
    assert Reserve(tmp_path / "nowhere" / "reserve").cramped()

"""The Makefile offers what README and contributors count on, and says what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = ["demo", "test", "check", "bench", "soak", "wheels", "changelog"]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*args: str) -> subprocess.CompletedProcess[str]:
    """Run make in the project, apart from any make that runs these tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    clean.pop("MFLAGS", None)
    return subprocess.run(
        ["make", "--no-print-directory", *args],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )


def broken_python(folder: Path, *, fails_on: str) -> Path:
    """Write an interpreter that fails when its command contains a word."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\ncase "$*" in *"{fails_on}"*) exit 1;; esac\n')
    script.chmod(0o755)
    return script


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_exists_and_is_explained(target: str) -> None:
    """Every target can be planned, and `make help` says what it does."""
    assert make("-n", target).returncode == 0
    assert f"make {target}" in make("help").stdout


@pytest.mark.parametrize(
    ("fails_on", "advice"),
    [("ensurepip", "apt-get install python3-venv"), ("version_info", "3.11 or newer")],
)
def test_what_is_missing_is_named(tmp_path: Path, fails_on: str, advice: str) -> None:
    """Without venv, or with an old Python, one sentence says what to install."""
    python = broken_python(tmp_path, fails_on=fails_on)
    run = make("demo", f"PYTHON={python}", f"VENV={tmp_path / 'env'}")
    assert run.returncode != 0
    assert advice in run.stderr
    assert not (tmp_path / "env").exists()


def test_an_interpreter_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message repeats the name that was given and shows how to give another."""
    run = make("demo", "PYTHON=python-of-nobody", f"VENV={tmp_path / 'env'}")
    assert run.returncode != 0
    assert "python-of-nobody was not found" in run.stderr
    assert "make PYTHON=" in run.stderr

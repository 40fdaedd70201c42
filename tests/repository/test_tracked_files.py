"""What is committed names no package registry and no path of the machine it was written on."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in two parts, so that this file does not name them either.
UNWANTED = tuple(
    f"{first}{second}".encode()
    for first, second in [
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry.npm", "js"),
        ("registry.yarn", "pkg"),
        ("deb.deb", "ian"),
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/fa", "rm/"),
    ]
)


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Return the files git knows."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("no git checkout")
    run = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / os.fsdecode(name) for name in run.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_tracked_file_names_a_registry_or_a_path_of_this_machine(tracked: list[Path]) -> None:
    """A clone is the same wherever it was made."""
    hits = [
        f"{path.relative_to(ROOT)}: {word.decode()}"
        for path in tracked
        for word in UNWANTED
        if word in path.read_bytes()
    ]
    assert not hits


def test_nothing_that_is_made_is_tracked(tracked: list[Path]) -> None:
    """Byte code, wheels, databases and environments stay out."""
    made = {".pyc", ".whl", ".db", ".sqlite", ".sqlite3", ".log"}
    assert not [path for path in tracked if path.suffix in made or ".venv" in path.parts]


@pytest.mark.skipif(os.name == "nt", reason="run bits are a POSIX matter")
def test_the_pipeline_can_be_run() -> None:
    """`.ci/run` has its run bit and stops at the first error."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")


def test_the_package_is_typed_and_licensed() -> None:
    """`py.typed` and the licence are where tools look for them."""
    assert (ROOT / "src" / "fachkraft_share" / "py.typed").is_file()
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")

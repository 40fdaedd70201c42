"""A served folder of somebody's own that the environment names."""

import shutil
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest


@attrs.frozen
class Live:
    """Where it lies, and where everybody reads it."""

    url: str
    folder: Path

    @classmethod
    def named(cls, environment):
        """Return what `FKS_LIVE_URL` and `FKS_LIVE_FOLDER` name, None without the first."""
        url = environment.get("FKS_LIVE_URL", "").rstrip("/")
        if not url:
            return None
        if not environment.get("FKS_LIVE_FOLDER"):
            raise pytest.UsageError("FKS_LIVE_FOLDER: name the empty folder behind FKS_LIVE_URL")
        return cls(url, Path(environment["FKS_LIVE_FOLDER"]))


@contextmanager
def emptied(folder):
    """Lend the folder, which must be empty, and leave it empty."""
    if not folder.is_dir() or any(folder.iterdir()):
        pytest.fail("FKS_LIVE_FOLDER: must be a folder, and empty: the tests delete what is there")
    try:
        yield folder
    finally:
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

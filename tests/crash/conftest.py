"""Puts the crash laboratory beside this file on the path, and makes its parts once."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # the laboratory's own processes find it the same way
    sys.path.insert(0, HERE)


@pytest.fixture(scope="session")
def forks() -> Iterator[Any]:
    """Return the process that forks workers: interpreters that have imported everything."""
    from crashlab.forks import ForkServer

    with ForkServer() as server:
        yield server


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the alliance at every stage, each in a folder to be copied."""
    from crashlab.preparing import prepare

    return prepare(tmp_path_factory.mktemp("stages"))

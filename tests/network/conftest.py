"""Uses the crash laboratory: its processes, its prepared stages, its town."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
for place in (str(HERE), str(HERE.parent / "crash")):
    if place not in sys.path:
        sys.path.insert(0, place)


@pytest.fixture(scope="session")
def forks() -> Iterator[Any]:
    """Return the process that forks workers."""
    from crashlab.forks import ForkServer

    with ForkServer() as server:
        yield server


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the alliance at every stage, each in a folder to be copied."""
    from crashlab.preparing import prepare

    return prepare(tmp_path_factory.mktemp("stages"))

"""What holds for every test: no limits of wall time, and no person in any log (P23)."""

import logging
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings

# A shared or slow machine is no fault of the code; limits of time are tested by CPU time instead.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

# Words of the persons whom the tests and the demo invent; whatever is logged holds none of them.
CANARIES = (
    "xylophonia",
    "aylin",
    "mustermann",
    "quirina",
    "qzxcanary",
    "canarytext",
    "5321 123456",
    "jürgen großkreuz",
)


class Canaries(logging.Handler):
    """Listens to every logger of this process at every level; a hit fails the test it came in."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.hits: list[str] = []
        self.heard = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Look for a person in the message, its arguments and the traceback."""
        self.heard += 1
        text = f"{record.getMessage()} {record.args!r} {_traceback(record)}".lower()
        if any(word in text for word in CANARIES):
            self.hits.append(f"{record.name}, {record.levelname}, {record.filename}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:  # noqa: ARG002
        """Fail the test whose person was logged; where, not what."""
        result = yield
        hits, self.hits = self.hits, []
        if hits:
            pytest.fail(f"a person stands in a log: {'; '.join(sorted(set(hits)))}")
        return result


def _traceback(record: logging.LogRecord) -> Any:
    if record.exc_info and record.exc_info is not True:
        return logging.Formatter().formatException(record.exc_info)
    return record.exc_text or ""


def pytest_configure(config: pytest.Config) -> None:
    """Listen from the first test on."""
    canaries = Canaries()
    logging.getLogger().addHandler(canaries)
    logging.getLogger().setLevel(logging.DEBUG)
    config.pluginmanager.register(canaries, "canaries")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Listen no more."""
    canaries = config.pluginmanager.get_plugin("canaries")
    if canaries is not None:
        logging.getLogger().removeHandler(canaries)


@pytest.fixture(scope="session")
def in_a_child() -> Callable[[Callable[[], str]], str]:
    """Return what forks, does some work in the child, and returns what it answered."""
    return _in_a_child


def _in_a_child(work: Callable[[], str]) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = work()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        found = answer.read()
    os.waitpid(child, 0)
    return found

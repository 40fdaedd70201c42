"""One check of the installation: what is wrong, and what to do about it."""

from collections.abc import Callable
from enum import StrEnum

import attrs


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@attrs.frozen
class Health:
    """The answer of a check; `cause` and `fix` are sentences without personal data."""

    level: Level
    cause: str = ""
    fix: str = ""


@attrs.frozen
class HealthCheck:
    """A check with a stable id such as `FILES-001`."""

    id: str
    title: str
    run: Callable[[], Health] = attrs.field(repr=False, eq=False)

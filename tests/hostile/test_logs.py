"""P23: no personal data in logs, at any level; `tests/conftest.py` listens to the whole suite."""

import logging
from typing import Any

import pytest


@pytest.fixture
def canaries(request: pytest.FixtureRequest) -> Any:
    """Return the listener."""
    return request.config.pluginmanager.get_plugin("canaries")


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.ERROR])
def test_a_person_in_any_log_would_be_noticed(canaries: Any, level: int) -> None:
    """In the message, its arguments, or a traceback: else its silence would mean nothing."""
    name = "Xylo" + "phonia"
    log = logging.getLogger("fachkraft_share.somewhere")
    log.log(level, "recommended %s", name)
    log.log(level, f"recommended {name}")
    log.log(level, "failed", exc_info=ValueError(name))
    found, canaries.hits = canaries.hits, []
    assert len(found) == 3


def test_nothing_is_logged_by_a_whole_life(canaries: Any, ambushed: Any) -> None:
    """Three referrals with a named person, and ten thousand forgeries of their messages."""
    assert sum(ambushed.tried.values()) > 5000
    assert canaries.hits == []
    before = canaries.heard
    logging.getLogger("fachkraft_share").debug("a reference only")
    assert canaries.heard == before + 1

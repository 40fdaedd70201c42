"""The clocks at their edges, and on machines that live elsewhere."""

import time

import pytest

from fachkraft_share import limits
from fachkraft_share.rules import retention

AT = retention.start_of("2026-11-22")


def test_long_after_the_end_no_day_is_left() -> None:
    """Not minus nine: people read this number."""
    assert retention.days_left(AT, at=AT + 9 * limits.DAY) == 0


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="no time zone can be set here")
@pytest.mark.parametrize("zone", ["UTC", "XXX-14", "XXX+12"])
def test_a_day_is_the_same_wherever_the_machine_stands(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days begin and end in UTC, or two parties would disagree about a hold."""
    with monkeypatch.context() as there:
        there.setenv("TZ", zone)
        time.tzset()
        try:
            assert retention.start_of("2026-11-22") == 1_795_305_600
            assert retention.day_of(1_795_305_600) == "2026-11-22"
            assert retention.day_of(1_795_305_599) == "2026-11-21"
        finally:
            there.undo()
            time.tzset()

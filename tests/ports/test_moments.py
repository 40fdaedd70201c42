"""Times as outside systems write them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.errors import InvalidRecordError, SetupError
from fachkraft_share.ports.moments import (
    read_http_date,
    read_moment,
    write_day,
    write_local,
    write_moment,
    zone_of,
)

BERLIN = zone_of("Europe/Berlin")
AUCKLAND = zone_of("Pacific/Auckland")
WINTER = 1_792_890_000  # 2026-10-25 01:00 UTC: in Berlin it is 2 o'clock for the second time


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-25T00:30:00Z", WINTER - 1800),
        ("2026-10-25T02:30:00+02:00", WINTER - 1800),
        ("2026-10-25T02:30:00", WINTER - 1800),  # the first of the two
        ("2026-10-25T02:30:00.999", WINTER - 1800),
        ("2026-10-25 03:30", WINTER + 5400),
        ("20261025T003000Z", WINTER - 1800),
        ("2026-10-25", WINTER - 3 * 3600),  # the local day begins
    ],
)
def test_a_time_is_read_with_its_zone_or_the_tenants(text, moment):
    """Of the hour that comes twice the earlier one is meant."""
    assert read_moment(text, zone=BERLIN) == moment


def test_the_same_text_is_another_moment_elsewhere():
    """A tenant's zone is part of what a time without one means."""
    hours = (read_moment("2026-11-22T08:00:00", zone=one) // 3600 for one in (BERLIN, AUCKLAND))
    assert next(hours) - next(hours) == 12


@pytest.mark.parametrize("text", ["", "yesterday", "25.10.2026", "2026-13-01", None, 7])
def test_what_is_no_time_is_refused_with_its_field(text):
    """Nothing is guessed, and nothing quoted."""
    with pytest.raises(InvalidRecordError, match=r"^changed: not"):
        read_moment(text, zone=BERLIN, where="changed")


@given(st.integers(0, 4_000_000_000))
def test_what_is_written_in_utc_reads_back(moment):
    """Whatever zone it is read in."""
    assert read_moment(write_moment(moment), zone=AUCKLAND) == moment


@given(st.integers(0, 4_000_000_000))
def test_a_local_time_reads_back_or_an_hour_too_early(moment):
    """Never too late: nothing asked for since then is lost."""
    read = read_moment(write_local(moment, zone=BERLIN), zone=BERLIN)
    assert moment - read in (0, 3600)
    day = read_moment(write_day(moment, zone=BERLIN), zone=BERLIN)
    assert 0 <= moment - day <= 25 * 3600


@pytest.mark.parametrize("name", ["Europe/Goslar", "../../etc/passwd", "", "Europe"])
def test_an_unknown_zone_says_what_to_write(name):
    """At set-up, not in the first night the clocks change."""
    with pytest.raises(SetupError, match="Europe/Berlin"):
        zone_of(name)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, 25 Oct 2026 01:00:00 GMT", WINTER),
        ("Sun, 25 Oct 2026 01:00:00 -0000", WINTER),
        ("Sun, 25 Oct 2026 03:00:00 +0200", WINTER),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_of_http_is_read(text, moment):
    """What is none is no reason to stop."""
    assert read_http_date(text) == moment
    assert dt.datetime.fromtimestamp(WINTER, dt.UTC).hour == 1

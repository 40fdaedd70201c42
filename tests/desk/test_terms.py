"""Durations: calendar months, the last day included, never beyond the referral."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.node.desk.terms import Term, proposed, term_end, terms
from fachkraft_share.rules.retention import days_left
from fachkraft_share.web.days import last_day

DAY = limits.DAY


def at(text: str) -> int:
    """Return noon (UTC) of a day."""
    return int(dt.datetime.fromisoformat(f"{text}T12:00:00+00:00").timestamp())


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        ("2026-11-23", 6, "2027-05-23"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-01-31", 12, "2027-01-31"),
    ],
)
def test_the_last_day_is_the_same_day_months_later(today: str, months: int, last: str) -> None:
    """Or the month's last, where there is no such day."""
    assert last_day(term_end(months, at=at(today))).isoformat() == last


def test_the_last_term_is_cut_where_the_referral_ends() -> None:
    """A consent never outlives its referral."""
    now = at("2026-11-23")
    offered = terms(at=now, not_after=now + 40 * DAY)
    assert [one.months for one in offered] == [1, 2]
    assert offered[-1].end == now + 40 * DAY


def test_nothing_is_offered_when_the_referral_is_over() -> None:
    """There is no time left to consent to."""
    now = at("2026-11-23")
    assert terms(at=now, not_after=now) == ()
    assert proposed((), days=183) is None


def test_what_the_alliance_proposes_is_the_nearest_term_offered() -> None:
    """183 days are six months; a short referral proposes its longest."""
    now = at("2026-11-23")
    long, short = terms(at=now, not_after=now + 400 * DAY), terms(at=now, not_after=now + 40 * DAY)
    assert isinstance(proposed(long, days=183), Term)
    assert [proposed(one, days=183).months for one in (long, short)] == [6, 2]  # type: ignore[union-attr]


@given(now=st.integers(0, 4 * 10**9), days=st.integers(-5, 500))
def test_terms_grow_and_end_within_the_referral(now: int, days: int) -> None:
    """Whatever the day: one to twelve months, each longer than the one before."""
    ends = [one.end for one in terms(at=now, not_after=now + days * DAY)]
    assert ends == sorted(set(ends))
    assert len(ends) <= limits.CONSENT_MONTHS
    assert all(now < end <= now + days * DAY for end in ends)


def test_days_left_do_not_count_today() -> None:
    """And never fall below zero."""
    now = at("2026-11-23")
    assert days_left(term_end(1, at=now), at=now) == 30
    assert days_left(now + 1, at=now) == 0
    assert days_left(now - DAY, at=now) == 0

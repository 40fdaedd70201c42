"""The two clocks of a person and what else ends by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.rules import retention

AT = retention.start_of("2026-11-22")


def test_renewal_is_asked_for_in_good_time_but_not_at_once() -> None:
    """A month before the end, and after the middle of a short consent."""
    assert retention.renewal_ask_at(AT + 183 * limits.DAY, granted_at=AT) == AT + 153 * limits.DAY
    assert retention.renewal_ask_at(AT + 20 * limits.DAY, granted_at=AT) == AT + 10 * limits.DAY


def test_the_agg_hold_begins_the_day_after_the_rejection() -> None:
    """Half a year, and no day longer."""
    assert retention.day_of(retention.agg_hold_until("2026-11-19")) == "2027-05-22"


@pytest.mark.parametrize("day", ["", "19.11.2026", "2026-13-01", "2026-02-30", "2026-11-19T00:00"])
def test_a_day_of_another_form_is_refused(day: str) -> None:
    """A date that cannot be read must not become a period."""
    with pytest.raises(MalformedError):
        retention.agg_hold_until(day)


def test_what_must_outlive_a_closure_does() -> None:
    """Tombstones outlive every late copy; evidence, suppression and deadlines are dated."""
    not_after = AT + limits.REFERRAL_DAYS * limits.DAY
    assert retention.tombstone_until(not_after) == not_after + limits.TOMBSTONE_SKEW
    dated_ahead = not_after + limits.MESSAGE_SKEW  # an envelope may be, by a day
    assert retention.unknown_tombstone_until(AT) == retention.tombstone_until(dated_ahead)
    assert retention.draft_end(AT) == AT + 30 * limits.DAY
    assert retention.draft_end(AT, not_after=AT + limits.DAY) == AT + limits.DAY
    assert retention.suppression_until(AT) == AT + 400 * limits.DAY
    assert retention.day_of(retention.evidence_until(AT)) == "2029-11-21"


def test_today_is_not_counted_as_left() -> None:
    """However late it is; on the last day, and afterwards, none is left."""
    midnight = AT // limits.DAY * limits.DAY
    until = midnight + 2 * limits.DAY
    moments = (midnight, until - limits.DAY - 1, until - limits.DAY, until, until + 9)
    assert [retention.days_left(until, at=at) for at in moments] == [1, 1, 0, 0, 0]
    assert retention.days_left(until + 1, at=midnight) == 2


@given(st.dates().filter(lambda day: day.year >= 1000))
def test_days_and_moments_lead_back_to_each_other(day: object) -> None:
    """Every day survives the way to seconds and back."""
    assert retention.day_of(retention.start_of(str(day))) == str(day)

"""Days on pages: what happened by the calendar here, what ends by the day that is still covered."""

import datetime as dt

import pytest

from fachkraft_share.web.catalogue import LANGUAGES, catalogue
from fachkraft_share.web.saying import Saying


def at(text: str) -> int:
    """Return the moment of a time in UTC."""
    return int(dt.datetime.fromisoformat(f"{text}+00:00").timestamp())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-21T22:59:59", dt.date(2026, 11, 21)),
        ("2026-11-21T23:30:00", dt.date(2026, 11, 22)),  # 00:30 in winter
        ("2026-07-21T21:59:59", dt.date(2026, 7, 21)),
        ("2026-07-21T22:30:00", dt.date(2026, 7, 22)),  # 00:30 in summer
    ],
)
def test_what_is_done_after_midnight_is_not_shown_as_the_day_before(
    language: str, moment: str, day: dt.date
) -> None:
    """In every language of the pages."""
    texts = catalogue(language)
    assert texts.moment(at(moment)) == texts.day(day)
    assert Saying(texts).moment(at(moment)) == texts.day(day)


def test_a_term_that_ends_at_midnight_utc_covers_the_day_before() -> None:
    """Terms end so, and no page adds a day to them."""
    say = Saying(catalogue("de"))
    assert say.last_day(at("2026-11-22T00:00:00")) == "21. November 2026"
    assert say.last_day(at("2026-07-22T00:00:00")) == "21. Juli 2026"

"""How long somebody has worked: months, bands, overlaps, rough dates."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fachkraft_share.model.candidate import Experience
from fachkraft_share.model.profile import Years
from fachkraft_share.rules.careers import years_band

AT = 1_795_305_600  # 22 November 2026
Spans = tuple[tuple[str, str | None], ...]


def band_of(spans: Spans) -> Years | None:
    """The band of somebody with these employments."""
    return years_band([Experience("x", start=start, end=end) for start, end in spans], at=AT)


@pytest.mark.parametrize(
    ("spans", "band"),
    [
        ((("2024-12", None),), Years.UP_TO_1),
        ((("2024-11", None),), Years.UP_TO_4),
        ((("2024-12", "2026-11"),), Years.UP_TO_1),
        ((("2024-11", "2026-11"),), Years.UP_TO_4),
        ((("2024-12", "2030-01"),), Years.UP_TO_1),
        ((("2022-01", "2024-12"), ("2030-01", "2049-12")), Years.UP_TO_4),
        ((("2020-01", "2024-11"),), Years.UP_TO_4),
        ((("2020-01", "2024-12"),), Years.UP_TO_9),
        ((("2015-01", "2024-11"),), Years.UP_TO_9),
        ((("2015-01", "2024-12"),), Years.MORE),
    ],
)
def test_a_month_more_or_less_decides_between_two_bands(spans: Spans, band: Years) -> None:
    """Full years count, each month to its end, today's not, and none of the future."""
    assert band_of(spans) is band


@pytest.mark.parametrize(
    ("spans", "band"),
    [
        ((("2024", "2026-05"),), Years.UP_TO_1),
        ((("2024", "2026-06"),), Years.UP_TO_4),
        ((("2024", "2026"),), Years.UP_TO_4),
        ((("2024-07", "2026"),), Years.UP_TO_4),
        ((("2024-08", "2026"),), Years.UP_TO_1),
    ],
)
def test_a_bare_year_stands_for_its_middle(spans: Spans, band: Years) -> None:
    """From July as a beginning, up to June as an end."""
    assert band_of(spans) is band


@pytest.mark.parametrize(
    "spans",
    [
        (("2023-01", "2024-06"), ("2024-01", "2024-11")),
        (("2020-01", "2021-06"), ("2020-02", "2020-03"), ("2020-05", "2021-04")),
        (("2020-01", "2020-12"), ("2021-01", "2021-11")),
        (("2020-01", "2021-11"), ("2024-05", "2019-01")),
    ],
)
def test_the_order_of_employments_does_not_matter(spans: Spans) -> None:
    """Less than two years, whichever is named first; one that ends before it begins is nothing."""
    longer = (*spans, ("2012-01", "2012-12"))
    assert {band_of(spans), band_of(spans[::-1])} == {Years.UP_TO_1}
    assert {band_of(longer), band_of(longer[::-1])} == {Years.UP_TO_4}


MONTHS = st.integers(2014 * 12, 2029 * 12 + 11)


@given(st.lists(st.tuples(MONTHS, st.none() | MONTHS), min_size=1, max_size=5))
@example([(2020 * 12, 2024 * 12 + 11), (2019 * 12, 2020 * 12 + 5)])
def test_a_month_is_counted_once_however_often_it_was_worked(
    worked: list[tuple[int, int | None]],
) -> None:
    """The band is that of all different months before today, written down one by one."""
    today = 2026 * 12 + 10
    months = {
        month
        for start, end in worked
        for month in range(start, today if end is None else min(end + 1, today))
    }
    below = ((2, Years.UP_TO_1), (5, Years.UP_TO_4), (10, Years.UP_TO_9))
    expected = next((band for years, band in below if len(months) < years * 12), Years.MORE)
    assert band_of(tuple((date(start), date(end)) for start, end in worked)) is expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="no time zone can be set here")
@pytest.mark.parametrize("zone", ["UTC", "XXX-14", "XXX+12"])
def test_a_month_begins_at_the_same_moment_wherever_the_machine_stands(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With December begun in UTC two years are full, and not a second before."""
    december = 1_796_083_200
    work = [Experience("x", start="2024-12")]
    with monkeypatch.context() as there:
        there.setenv("TZ", zone)
        time.tzset()
        try:
            assert years_band(work, at=december) is Years.UP_TO_4
            assert years_band(work, at=december - 1) is Years.UP_TO_1
        finally:
            there.undo()
            time.tzset()


def date(month: int | None) -> str | None:
    """A month as people write it down."""
    return None if month is None else f"{month // 12}-{month % 12 + 1:02}"

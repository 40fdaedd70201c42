"""Charts as plain shapes: the template draws them as SVG, with title, description and a table."""

from collections.abc import Sequence

import attrs

from fachkraft_share.rules.figures import Figure, Line, Shown

WIDTH = 400
_LONGEST = 250  # of a bar; the rest is for its number
_BAR = 16
_TEXT = 22  # the stage's name above its bars
_GAP = 14


@attrs.frozen
class Bar:
    """One bar of a half-year; one without length is told by words alone."""

    half: int
    y: int
    length: int
    figure: Figure


@attrs.frozen
class Row:
    """A stage with the bars of both half-years."""

    line: Line
    y: int
    bars: tuple[Bar, ...]


@attrs.frozen
class Chart:
    """All rows, drawn to one scale."""

    rows: tuple[Row, ...]
    height: int


def bar_chart(lines: Sequence[Line]) -> Chart:
    """Return the chart of these stages; only what may be told as a number has a length."""
    most = max((figure.number for line in lines for figure in line.halves), default=0)
    step = _TEXT + 2 * _BAR + _GAP
    rows = tuple(_row(line, n * step, most=max(most, 1)) for n, line in enumerate(lines))
    return Chart(rows, step * len(rows))


def _row(line: Line, y: int, *, most: int) -> Row:
    told = [(n, one) for n, one in enumerate(line.halves) if one.shown is not Shown.OPEN]
    bars = tuple(
        Bar(n + 1, y + _TEXT + n * _BAR, one.number * _LONGEST // most, one) for n, one in told
    )
    return Row(line, y + _TEXT - 6, bars)

"""Charts as SVG without script: title and description for those who hear them, a table beside.

Colours come from the style sheet, so both themes and forced colours apply; the pattern of a series
(filled, hollow) tells it apart without colour. Numbers stand at every bar and point.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

import attrs

from fachkraft_share.web.qr import Svg

WIDTH: Final = 300  # units; a phone shows them nearly one to one
_BAR, _TEXT, _GAP = 18, 20, 14
_LONGEST = 220  # of a bar; the rest is for its number
_HIGH = 160  # of a line chart's field
_EDGE = 24


@attrs.frozen
class Series:
    """Numbers of one kind, one for each label of the chart."""

    name: str
    values: tuple[int, ...]


@attrs.frozen
class Chart:
    """What is drawn; `description` says in a sentence what the drawing shows."""

    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of its table after the first."""
        return tuple(one.name for one in self.series)

    @property
    def rows(self) -> tuple[tuple[str | int, ...], ...]:
        """The rows of its table."""
        columns = zip(*(one.values for one in self.series), strict=True)
        return tuple((name, *row) for name, row in zip(self.labels, columns, strict=True))


def bars(chart: Chart, name: str = "chart") -> Svg:
    """Return horizontal bars: long labels and narrow phones fit; `name` is unique on the page."""
    most = _most(chart.series)
    step = _TEXT + _BAR * len(chart.series) + _GAP
    parts = []
    for row, label in enumerate(chart.labels):
        top = row * step
        parts.append(_words(0, top + 14, label))
        for place, one in enumerate(chart.series):
            y, value = top + _TEXT + place * _BAR, one.values[row]
            length = max(2, value * _LONGEST // most)
            kind = "bar" if place == 0 else "bar hollow"
            parts.append(
                f'<rect class="{kind}" x="1" y="{y + 1}" width="{length}" height="{_BAR - 4}"/>'
            )
            parts.append(_words(length + 8, y + 13, str(value)))
    return _svg(chart, name, height=step * len(chart.labels), inner=parts)


def line(chart: Chart, name: str = "chart") -> Svg:
    """Return points joined by lines, as for months; labels stand below, numbers above."""
    most, count = _most(chart.series), max(1, len(chart.labels) - 1)
    across = [_EDGE + n * (WIDTH - 2 * _EDGE) // count for n in range(len(chart.labels))]
    floor = _EDGE + _HIGH
    parts = [f'<line class="axis" x1="0" y1="{floor}" x2="{WIDTH}" y2="{floor}"/>']
    for place, one in enumerate(chart.series):
        down = [floor - value * _HIGH // most for value in one.values]
        points = " ".join(f"{x},{y}" for x, y in zip(across, down, strict=True))
        kind = "line" if place == 0 else "line hollow"
        parts.append(f'<polyline class="{kind}" points="{points}"/>')
        for x, y, value in zip(across, down, one.values, strict=True):
            parts.append(f'<circle class="dot" cx="{x}" cy="{y}" r="4"/>')
            parts.append(_words(x, y - 9, str(value), middle=True))
    parts += [
        _words(x, floor + 20, label, middle=True)
        for x, label in zip(across, chart.labels, strict=True)
    ]
    return _svg(chart, name, height=floor + 28, inner=parts)


def _most(series: Sequence[Series]) -> int:
    return max((value for one in series for value in one.values), default=0) or 1


def _words(x: int, y: int, text: str, *, middle: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x}" y="{y}"{anchor}>{escape(text)}</text>'


def _svg(chart: Chart, name: str, *, height: int, inner: Sequence[str]) -> Svg:
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(chart.title)}</title>'
        f'<desc id="{name}-desc">{escape(chart.description)}</desc>'
        f'<g aria-hidden="true">{"".join(inner)}</g></svg>'
    )

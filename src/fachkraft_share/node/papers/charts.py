"""Bars as plain shapes: the template draws one SVG a stage, all to one scale.

Their words stand beside them as text of the page, which grows with it and keeps its contrast.
"""

from collections.abc import Sequence
from html import escape

import attrs

from fachkraft_share.rules.figures import Line, Shown

WIDTH = 400
HEIGHT = 28  # of the two bars of one stage
_BAR = 12
_WORDS = 18  # above the bars of a stage, where they are drawn together
_INK = "#1b3f8b"  # on paper there is one theme
_LEAST = 2  # what may not be told as a number still has its place


@attrs.frozen
class Bar:
    """One bar of a half-year."""

    half: int
    y: int
    length: int


@attrs.frozen
class Row:
    """A stage with the bars of both half-years."""

    line: Line
    bars: tuple[Bar, ...]


def bar_chart(lines: Sequence[Line]) -> tuple[Row, ...]:
    """Return the bars of these stages; only what may be told as a number has a length."""
    most = max((figure.number for line in lines for figure in line.halves), default=0)
    return tuple(Row(line, _bars(line, most=max(most, 1))) for line in lines)


def _bars(line: Line, *, most: int) -> tuple[Bar, ...]:
    return tuple(
        Bar(n + 1, n * (_BAR + 2) + 1, max(figure.number * (WIDTH - 2) // most, _LEAST))
        for n, figure in enumerate(line.halves)
        if figure.shown is not Shown.BEFORE
    )


def drawing(rows: Sequence[Row], words: Sequence[str]) -> str:
    """Return all rows as one picture for print, each below its words."""
    step = _WORDS + HEIGHT + 4
    parts = []
    for n, (row, said) in enumerate(zip(rows, words, strict=True)):
        parts.append(f'<text x="0" y="{n * step + 13}" font-size="9.5">{escape(said)}</text>')
        for bar in row.bars:
            fill = _INK if bar.half == 1 else "#ffffff"
            parts.append(
                f'<rect x="1" y="{n * step + _WORDS + bar.y}" width="{bar.length}" height="11" '
                f'fill="{fill}" stroke="{_INK}"/>'
            )
    size = f'viewBox="0 0 {WIDTH} {step * len(rows)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'

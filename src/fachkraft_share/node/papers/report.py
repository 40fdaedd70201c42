"""The yearly report: what may be told of a year, as values for page, PDF and table file."""

import csv
import io

import attrs

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.papers.counting import Size, begun, events, size
from fachkraft_share.rules.figures import (
    HALVES,
    Line,
    Shown,
    Stage,
    begin_of,
    end_of,
    figures,
    is_before,
    whole_years,
)
from fachkraft_share.web.catalogue import Catalogue

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute


@attrs.frozen
class Report:
    """One year; `over` tells whether its figures are final."""

    name: str
    year: int
    at: int
    lines: tuple[Line, ...]
    sizes: tuple[Size | Shown, Size | Shown]  # at the end of each half-year, or now
    empty: bool
    over: bool

    def line(self, stage: Stage) -> Line:
        """Return the line of a stage."""
        return next(one for one in self.lines if one.stage is stage)


def report(exchange: Exchange, *, year: int) -> Report:
    """Return the report of a year.

    Raises:
        RefusedError: `not-found`; the year has not begun, some of its evidence is gone, or it lies
            before the alliance.
    """
    at, since = exchange.now(), begun(exchange)
    if year not in whole_years(at, since=since):
        raise RefusedError("not-found", "of that year nothing whole can be told")
    happened = events(exchange)
    sizes = [_size(exchange, year, half, at=at, since=since) for half in HALVES]
    return Report(
        exchange.name,
        year,
        at,
        figures(happened, year=year, at=at, since=since),
        (sizes[0], sizes[1]),
        empty=not any(begin_of(year) <= one.at < end_of(year) for one in happened),
        over=end_of(year) <= at,
    )


def _size(exchange: Exchange, year: int, half: int, *, at: int, since: int) -> Size | Shown:
    if is_before(year, half, since=since):
        return Shown.BEFORE
    if at < begin_of(year, half):
        return Shown.OPEN
    return size(exchange, at=min(at, end_of(year, half) - 1))


def table_file(told: Report, texts: Catalogue) -> bytes:
    """Return the report as a table file (CSV, RFC 4180) that a spreadsheet takes for text only."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    heads = ("what", "first", "second", "year")
    writer.writerow([inert(texts.text("papers.report.title", year=told.year)), inert(told.name)])
    writer.writerow([texts.text(f"papers.report.{one}") for one in heads])
    for line in told.lines:
        cells = [figure_text(one.shown, one.number, texts) for one in (*line.halves, line.year)]
        writer.writerow([inert(texts.text(f"papers.stage.{line.stage}")), *map(inert, cells)])
    for name in ("members", "partners"):
        counts = [size_text(one, name, texts) for one in told.sizes]
        writer.writerow([texts.text(f"papers.size.{name}"), *counts, ""])
    return out.getvalue().encode("utf-8-sig")  # with its mark a spreadsheet reads it as UTF-8


def inert(text: str) -> str:
    """Return a cell no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def size_text(told: Size | Shown, name: str, texts: Catalogue) -> str:
    """Return how many of these there were, or why that is not told."""
    if isinstance(told, Shown):
        return texts.text(f"papers.shown.{told}")
    return str(getattr(told, name))


def figure_text(shown: Shown, number: int, texts: Catalogue) -> str:
    """Return a figure as it is told."""
    return str(number) if shown is Shown.EXACT else texts.text(f"papers.shown.{shown}", n=number)

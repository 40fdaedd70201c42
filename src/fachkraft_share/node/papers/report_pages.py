"""`/report`: a year's figures as page, PDF and table file."""

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.office.access import office_route
from fachkraft_share.node.papers.charts import HEIGHT, WIDTH, bar_chart, drawing
from fachkraft_share.node.papers.counting import begun
from fachkraft_share.node.papers.paper import Block, Drawing, Paper, Section
from fachkraft_share.node.papers.report import Report, figure_text, report, size_text, table_file
from fachkraft_share.node.papers.room import Room
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.figures import Figure, Line, Shown, Stage, whole_years, year_of
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.look import attachment
from fachkraft_share.web.paper import Table, Text
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

_WAY = (
    Stage.RECOMMENDED,
    Stage.CONSENTED,
    Stage.REQUESTED,
    Stage.ANSWERED,
    Stage.DISCLOSED,
    Stage.HIRED,
)
_SAID = (
    Stage.RECOMMENDED,
    Stage.CONSENTED,
    Stage.REQUESTED,
    Stage.DISCLOSED,
    Stage.HIRED,
    Stage.WITHDRAWN,
    Stage.ERASED,
)
_HEADS = ("what", "first", "second", "year")
_CSV = "text/csv; charset=utf-8"


def report_routes(room: Room) -> tuple[Route, ...]:
    """Return the pages of the yearly report."""

    def page(visit: Visit) -> Response:
        at, year = room.exchange.now(), asked_year(visit, room)
        years = whole_years(at, since=begun(room.exchange))
        if year not in years:
            return room.page("report.html", visit, status=404, report=None, year=year, years=years)
        told, texts = report(room.exchange, year=year), room.texts(visit)
        way = [told.line(stage) for stage in _WAY]
        return room.page(
            "report.html",
            visit,
            report=told,
            year=year,
            years=years,
            chart=bar_chart(way),
            width=WIDTH,
            height=HEIGHT,
            sentences=sentences(told, texts),
            told=lambda one: figure_text(one.shown, one.number, texts),
            stages=_stages(told, texts),
            sizes=_sizes(told, texts),
            least=limits.FEWEST_SHOWN,
        )

    def csv(visit: Visit) -> Response:
        told = report(room.exchange, year=asked_year(visit, room))
        return attachment(f"report-{told.year}.csv", table_file(told, room.texts(visit)), _CSV)

    def as_pdf(visit: Visit) -> Response:
        told = report(room.exchange, year=asked_year(visit, room))
        return room.pdf(report_paper(told, room.texts(visit)), visit, name=f"report-{told.year}")

    return (
        office_route("/report", page),
        office_route("/report/table", csv),
        office_route("/report/pdf", as_pdf),
    )


def asked_year(visit: Visit, room: Room) -> int:
    """Return the year asked for, the running one if none is named.

    Raises:
        RefusedError: `not-found`; it is no year.
    """
    asked = visit.query.get("year")
    if asked is None:
        return year_of(room.exchange.now())
    if not (asked.isascii() and asked.isdecimal() and len(asked) == len("2026")):
        raise RefusedError("not-found", "not a year")
    return int(asked)


def sentences(told: Report, texts: Catalogue) -> tuple[str, ...]:
    """Return what a board reads first: one sentence a stage, of the year or its last half."""
    found = []
    for stage in _SAID:
        when, figure = _newest(told, stage, texts)
        if figure.shown is not Shown.HIDDEN:
            number = figure_text(figure.shown, figure.number, texts)
            found.append(texts.text(f"papers.say.{stage}", when=when, n=number))
    return tuple(found)


def _newest(told: Report, stage: Stage, texts: Catalogue) -> tuple[str, Figure]:
    """Return the year's figure if there is one, else the newest half-year's that is a number."""
    line, year = told.line(stage), told.year
    if line.year.shown is Shown.EXACT:
        return texts.text("papers.report.in_year", year=year), line.year
    ran = [n for n, one in enumerate(line.halves) if one.shown not in (Shown.OPEN, Shown.BEFORE)]
    half = max((n for n in ran if line.halves[n].number), default=ran[-1])
    return texts.text("papers.report.in_half", half=half + 1, year=year), line.halves[half]


def report_paper(told: Report, texts: Catalogue) -> Paper:
    """Return the report as a paper."""
    t = texts.text
    state = "final" if told.over else "running"
    opening = (
        Text(t("papers.report.lead", name=told.name, year=told.year)),
        Text(t(f"papers.report.{state}", day=texts.moment(told.at))),
    )
    stages, sizes = _stages(told, texts), _sizes(told, texts)
    said: tuple[Block, ...] = tuple(Text(one) for one in sentences(told, texts))
    way = [told.line(stage) for stage in _WAY]
    words = [_row(one, texts) for one in way]
    caption = Text(f"{t('papers.report.chart', year=told.year)} {t('papers.report.legend')}")
    drawn = Drawing(drawing(bar_chart(way), words), " ".join(words))
    nothing = Text(t("papers.report.empty", year=told.year))
    body = (nothing,) if told.empty else (*said, caption, drawn, stages)
    how = (
        Text(t("papers.report.rule", least=limits.FEWEST_SHOWN)),
        Text(t("papers.report.subtraction")),
        Text(t("papers.report.counted")),
    )
    return Paper(
        texts.language,
        t("papers.report.title", year=told.year),
        (
            Section("", opening),
            Section(t("papers.report.way"), body),
            Section(t("papers.report.who"), (sizes,)),
            Section(t("papers.report.how"), how),
        ),
        t("papers.gap"),
    )


def _cells(line: Line, texts: Catalogue) -> tuple[str, ...]:
    figures = (figure_text(one.shown, one.number, texts) for one in (*line.halves, line.year))
    return (texts.text(f"papers.stage.{line.stage}"), *figures)


def _stages(told: Report, texts: Catalogue) -> Table:
    heads = tuple(texts.text(f"papers.report.{one}") for one in _HEADS)
    rows = tuple(_cells(line, texts) for line in told.lines)
    return Table(texts.text("papers.report.table", year=told.year), heads, rows)


def _sizes(told: Report, texts: Catalogue) -> Table:
    heads = tuple(texts.text(f"papers.report.{one}") for one in _HEADS[:-1])
    rows = tuple(
        (texts.text(f"papers.size.{name}"), *(size_text(one, name, texts) for one in told.sizes))
        for name in ("members", "partners")
    )
    return Table(texts.text("papers.report.sizes"), heads, rows)


def _row(line: Line, texts: Catalogue) -> str:
    stage, first, second, _ = _cells(line, texts)
    return f"{stage}. {texts.text('papers.report.row', first=first, second=second)}"

"""The yearly report: what a board reads, and nobody in it."""

import csv
import io
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.node.papers.charts import bar_chart, drawing
from fachkraft_share.node.papers.counting import Size, begun, events
from fachkraft_share.node.papers.paper import Drawing
from fachkraft_share.node.papers.report import inert, report
from fachkraft_share.node.papers.report_pages import report_paper
from fachkraft_share.rules.figures import Figure, Shown, Stage, year_of
from fachkraft_share.web.catalogue import catalogue

BEFORE = Figure(Shown.BEFORE)


def counted(town: Any) -> dict[Stage, int]:
    """Return how often each stage was reached."""
    stages = [one.stage for one in events(town.node.exchange)]
    return {stage: stages.count(stage) for stage in Stage if stage in stages}


def test_every_stage_is_counted_once(town: Any) -> None:
    """From recommendation to erasure; the origin's own receipt is none of a recipient."""
    declining, *others = town.recommend(4)
    declining.decline()
    for one in others:
        one.grant()
    town.alliance.settle()
    _, beispiel, _ = town.alliance.members
    town.asked(beispiel, 2)
    first, second = beispiel.received()
    beispiel.report(first.referral, "hired")
    beispiel.report(second.referral, "no_contact")
    town.alliance.settle()
    others[0].renew()
    others[0].withdraw()
    town.alliance.settle()
    assert counted(town) == {
        Stage.RECOMMENDED: 4,
        Stage.CONSENTED: 3,
        Stage.DECLINED: 1,
        Stage.REQUESTED: 2,
        Stage.ANSWERED: 2,
        Stage.DISCLOSED: 2,
        Stage.OUTCOME: 2,
        Stage.HIRED: 1,
        Stage.NOT_HIRED: 1,
        Stage.WITHDRAWN: 1,
        Stage.ERASED: 2,
    }


def test_who_does_not_erase_in_time_is_counted(town: Any) -> None:
    """After the deadline, whether the receipt comes later or never."""
    [person] = town.granted()
    del town.alliance.world.members["dritte"]
    person.withdraw()
    town.alliance.pass_days(limits.ERASURE_DEADLINE // limits.DAY + 1)
    assert counted(town)[Stage.LATE] == 1
    assert counted(town)[Stage.ERASED] == 1


def test_a_year_is_told_when_it_is_over(town: Any, visitor: Any) -> None:
    """Exactly, from five on; while it runs in steps of five."""
    town.granted(6)
    said = visitor().said("/report")
    assert "Im 2. Halbjahr 2026 haben Mitglieder mindestens 5 Menschen weiterempfohlen" in said
    assert "mindestens 5" in said
    assert "noch offen" in said
    year = town.year_ends()
    told = report(town.node.exchange, year=year)
    assert told.line(Stage.RECOMMENDED).halves == (BEFORE, Figure(Shown.EXACT, 6))
    assert told.line(Stage.RECOMMENDED).year == Figure(Shown.EXACT, 6)
    said = visitor().said("/report", year=str(year))
    assert f"Im Jahr {year} haben Mitglieder 6 Menschen weiterempfohlen." in said


def test_organisations_are_counted_as_they_stood_then(town: Any) -> None:
    """Who joined later is not among last year's members."""
    year = town.year_ends()
    town.alliance.world.join("neu")
    told = report(town.node.exchange, year=year)
    assert told.sizes == (Shown.BEFORE, Size(3, 0))
    now = report(town.node.exchange, year=year + 1)
    assert now.sizes == (Size(4, 0), Shown.OPEN)


@pytest.mark.parametrize(("language", "word"), [("de", "vor Beginn"), ("en", "before the all")])
def test_what_lies_before_the_alliance_is_no_small_figure(
    town: Any, visitor: Any, language: str, word: str
) -> None:
    """It says so, and years before its first member list are not offered."""
    town.granted(6)
    first = year_of(begun(town.node.exchange))
    town.year_ends()
    page = visitor(language=language).get("/report", year=str(first)).body.decode()
    assert word in page
    assert f"year={first - 1}" not in page
    assert f"year={first + 1}" in page
    assert visitor().get("/report", year=str(first - 1)).status == 404


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_year_without_anything_says_so(visitor: Any, language: str) -> None:
    """No table of zeros."""
    page = visitor(language=language).get("/report")
    assert (
        "nichts verzeichnet" if language == "de" else "Nothing is recorded"
    ) in page.body.decode()
    assert b"<svg" not in page.body


@pytest.mark.parametrize(
    ("year", "status"), [("2019", 404), ("2027", 404), ("x", 404), ("٢٠٢٦", 404)]
)
def test_a_year_of_which_nothing_whole_is_known_is_not_told(
    visitor: Any, year: str, status: int
) -> None:
    """Neither is one that has not begun, on the page nor as a file."""
    for path in ("/report", "/report/table", "/report/pdf"):
        assert visitor().get(path, year=year).status == status


def test_the_table_file_is_read_by_spreadsheets(town: Any, visitor: Any) -> None:
    """In German and English alike: UTF-8 with its mark, semicolons."""
    town.granted(6)
    answer = visitor().get("/report/table")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="report-2026.csv"'
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    assert rows[1] == ["Was", "1. Halbjahr", "2. Halbjahr", "Ganzes Jahr"]
    assert rows[2] == ["Empfohlen", "vor Beginn des Verbunds", "mindestens 5", "noch offen"]
    assert rows[-2] == ["Mitglieder", "vor Beginn des Verbunds", "3", ""]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    """Whatever an alliance calls itself."""
    assert inert(text) == f"'{text}"
    assert inert("Harz = schön") == "Harz = schön"


def test_the_chart_can_be_heard(town: Any, visitor: Any) -> None:
    """Title, description with every figure, and a table with the same."""
    town.granted(6)
    page = visitor().get("/report").body.decode()
    assert 'role="img"' in page
    assert "1. Halbjahr: vor Beginn des Verbunds, 2. Halbjahr: mindestens 5.</desc>" in page
    assert page.count("mindestens 5") >= 3


def test_the_report_is_an_accessible_pdf(town: Any, visitor: Any) -> None:
    """PDF/UA-1: tagged, with language and title."""
    pikepdf = pytest.importorskip("pikepdf")
    town.granted(6)
    answer = visitor().get("/report/pdf")
    assert answer.content_type == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.body)) as read:
        assert read.Root.Lang == "de"
        assert "/StructTreeRoot" in read.Root
        assert b"<pdfuaid:part>1</pdfuaid:part>" in read.Root.Metadata.read_bytes()


def test_only_the_office_reads_it(visitor: Any) -> None:
    """Officials too, strangers are asked to sign in."""
    assert visitor("reader").get("/report").status == 200
    assert visitor("").get("/report").status == 303


def test_the_chart_is_printed_with_all_its_words(town: Any) -> None:
    """As a picture whose alternative says every figure; in plain text the words stand alone."""
    town.granted(6)
    texts = catalogue("de")
    paper = report_paper(report(town.node.exchange, year=2026), texts)
    [drawn] = [one for part in paper.sections for one in part.blocks if isinstance(one, Drawing)]
    assert (
        "Empfohlen. 1. Halbjahr: vor Beginn des Verbunds, 2. Halbjahr: mindestens 5." in drawn.words
    )
    assert drawn.words in paper.plain
    assert drawn.svg.count("<rect") == 6  # none before the alliance
    lines = report(town.node.exchange, year=2026).lines[:1]
    assert "&lt;b&gt;" in drawing(bar_chart(lines), ["<b>"])

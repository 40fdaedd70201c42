"""Charts say their numbers to everybody: as drawing, as description and as table."""

import re
from xml.etree import ElementTree as ET

import pytest

from fachkraft_share.testing.gallery import CHART, MONTHS
from fachkraft_share.web.charts import Chart, Series, bars, line

NOTHING = Chart("Leer", "Es gibt nichts.", (), (Series("2026", ()),))


@pytest.mark.parametrize("draw", [bars, line])
@pytest.mark.parametrize("chart", [CHART, MONTHS, NOTHING], ids=["bars", "months", "nothing"])
def test_a_chart_is_named_and_described_and_needs_no_script(draw: object, chart: Chart) -> None:
    """Whatever people wrote into it; the drawing is one picture to a screen reader."""
    drawn = ET.fromstring(draw(chart, "c1").text)  # type: ignore[operator]  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    assert drawn.get("role") == "img"
    assert drawn.get("aria-labelledby") == "c1-title c1-desc"
    assert drawn.find(f"{space}title").text == chart.title  # type: ignore[union-attr]
    assert drawn.find(f"{space}desc").text == chart.description  # type: ignore[union-attr]
    assert {one.tag.removeprefix(space) for one in drawn.iter()} <= {
        "svg", "title", "desc", "g", "rect", "text", "line", "polyline", "circle",
    }  # fmt: skip


def test_bars_are_as_long_as_their_numbers() -> None:
    """To one scale over all series; nothing is still seen as a bar."""
    widths = [int(one) for one in re.findall(r'<rect[^>]* width="(\d+)"', bars(CHART).text)]
    assert widths == [220, 165, 128, 2, 55, 36]
    assert ">12</text>" in bars(CHART).text


def test_a_line_rises_with_its_numbers() -> None:
    """From left to right, highest at the top."""
    points = re.search(r'points="([^"]+)"', line(MONTHS).text)
    assert points
    assert points[1] == "24,158 150,78 276,24"


def test_the_table_says_the_same() -> None:
    """Row by row."""
    assert CHART.heads == ("1. Halbjahr", "2. Halbjahr")
    assert CHART.rows[1] == ("Freigegeben von der Person", 7, 0)
    assert NOTHING.rows == ()

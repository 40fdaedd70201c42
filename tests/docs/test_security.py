"""`docs/security.md` and `docs/asvs.md` claim nothing without test, document or reason."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]
THREATS = (ROOT / "docs" / "security.md").read_text("utf-8")
STANDARD = (ROOT / "docs" / "asvs.md").read_text("utf-8")
NAMED = re.compile(r"`((?:tests|adapters)/[\w/-]+\.py)::(test_\w+)`")
LINK = re.compile(r"\]\([^)]+\)")
PARTS = (
    "The node",
    "The host",
    "A member",
    "The coordinator's laptop",
    "A backup",
    "The alliance's online key",
    "The alliance's root key",
    "A candidate's link",
    "A hostile partner node",
)
STATES = ("met", "not applicable", "open")
# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
SIZES = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
CHAPTERS = {f"V{number}": size for number, size in enumerate(SIZES, start=1)}
NOT_OURS = ("V10.3.", "V10.4.", "V10.6.", "V10.7.", "V17.")


@cache
def defined_in(path: str) -> frozenset[str]:
    """Return the names of the tests a file defines, without running it."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))


def table_rows(text: str) -> list[list[str]]:
    """Return the cells of every row, without heads and rules."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[one.strip() for one in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if not set(row[0]) <= set("-:|")]


def sections(text: str, *, level: str) -> dict[str, str]:
    """Return the text under each heading of a level."""
    found = re.split(rf"^{level} (.+)$", text, flags=re.M)
    return dict(zip(found[1::2], found[2::2], strict=True))


@attrs.frozen
class Requirement:
    """One row of the standard's table."""

    id: str
    about: str
    state: str
    why: str


def requirements() -> list[Requirement]:
    """Return the rows in the order of the page."""
    found = [row for row in table_rows(STANDARD) if re.fullmatch(r"V\d+\.\d+\.\d+", row[0])]
    return [Requirement(*row) for row in found]


@pytest.mark.parametrize("page", [THREATS, STANDARD], ids=["security", "asvs"])
def test_every_test_a_page_names_exists(page: str) -> None:
    """A test that was renamed or removed takes its line with it."""
    named = NAMED.findall(page)
    assert len(named) > 100
    assert page.count("::test_") == len(named)
    assert [f"{path}::{name}" for path, name in named if name not in defined_in(path)] == []


@pytest.mark.parametrize("part", PARTS)
def test_each_part_says_what_its_loss_means(part: str) -> None:
    """What the attacker gains, what not, how it is noticed, what to do."""
    rows = table_rows(sections(THREATS, level="###")[part])
    assert {"gains", "not", "noticed", "do"} <= {row[0] for row in rows}


def test_no_line_of_the_threats_stands_unproved() -> None:
    """Each names a test, or says that there is none."""
    parts = THREATS.partition("## The parts")[2].partition("\n## ")[0]
    rows = [row for row in table_rows(parts) if row[0] and len(row) == 3]
    assert len(rows) > 80
    assert [row for row in rows if row[0] not in ("gains", "not", "noticed", "do")] == []
    unproved = [row for row in rows if not (NAMED.search(row[2]) or "*not tested*" in row[2])]
    assert unproved == []


def test_whoever_reports_a_weakness_knows_what_follows() -> None:
    """The same times on both pages."""
    for text in (THREATS, (ROOT / "SECURITY.md").read_text("utf-8")):
        plain = " ".join(text.replace("*", "").split())
        assert all(word in plain for word in ("3 working days", "90 days", "two minor versions"))


def test_every_requirement_of_the_two_levels_has_one_row() -> None:
    """As many in each chapter as the standard has, each once, in order."""
    ids = [one.id for one in requirements()]
    assert Counter(one.partition(".")[0] for one in ids) == CHAPTERS
    assert len(set(ids)) == len(ids) == sum(CHAPTERS.values())
    assert ids == sorted(ids, key=lambda one: [int(part) for part in one[1:].split(".")])


def test_no_requirement_is_without_its_reason() -> None:
    """Met needs a test or a document, the rest a reason; each is called by some words of ours."""
    for one in requirements():
        assert one.state in STATES, one.id
        assert len(one.about) > 2, one.id
        if one.state == "met":
            assert NAMED.search(one.why) or LINK.search(one.why), one.id
        assert len(one.why) > 5, one.id


def test_the_counts_add_up() -> None:
    """The overview counts what the tables say, chapter by chapter."""
    overview = STANDARD.partition("\n## ")[0]
    told = {row[0].split()[0]: [int(one) for one in row[1:]] for row in table_rows(overview)[1:]}
    counted = {
        chapter: Counter(one.state for one in requirements() if one.id.startswith(f"{chapter}."))
        for chapter in CHAPTERS
    }
    for chapter, by_state in counted.items():
        assert told[chapter] == [CHAPTERS[chapter], *(by_state[state] for state in STATES)]
    assert told["all"] == [sum(told[chapter][n] for chapter in CHAPTERS) for n in range(4)]


def test_what_concerns_servers_of_others_does_not_apply() -> None:
    """No WebRTC, and OpenID Connect as a client only: 226 are to hold."""
    ours = [one for one in requirements() if not one.id.startswith(NOT_OURS)]
    assert len(ours) == 226
    others = {one.state for one in requirements() if one.id.startswith(NOT_OURS)}
    assert others == {"not applicable"}

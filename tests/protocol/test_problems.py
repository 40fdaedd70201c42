"""Every refusal the program can speak of stands in the one table."""

import ast
from pathlib import Path

import pytest

import fachkraft_share
from fachkraft_share import errors
from fachkraft_share.protocol import problems
from fachkraft_share.rules.consent import CHECKS
from fachkraft_share.web.catalogue import catalogue

SOURCE = Path(fachkraft_share.__file__).parent
ROOT = Path(__file__).parents[2]
PAGES = {"node/office": "refused", "node/papers": "refused", "node/desk": "desk.refused"}
RAISING = {"RefusedError", "ConflictError", "ConsentError"}


def spoken(path: Path) -> set[str]:
    """Return the codes a module refuses with."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = 0 if name in RAISING else 1 if name == "demand" else None
        if place is not None and len(node.args) > place:
            code = node.args[place]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                found.add(code.value)
    return found


def test_every_code_in_the_source_has_its_row() -> None:
    """A code without a row would be told as an ordinary refusal."""
    rooms = ("model", "wire", "rules", "protocol", "ports", "node")
    files = {p for room in rooms for p in (SOURCE / room).rglob("*.py")}
    pages = {p for room in PAGES for p in (SOURCE / room).rglob("*.py")}
    used = set().union(*map(spoken, files - pages), (check.code for check in CHECKS))
    assert used - problems.PROBLEMS.keys() == set()


@pytest.mark.parametrize("room", PAGES)
def test_what_only_pages_refuse_is_said_in_words(room: str) -> None:
    """Such a code never leaves the node as a problem; people read a sentence."""
    used = set().union(*map(spoken, (SOURCE / room).rglob("*.py"))) - problems.PROBLEMS.keys()
    assert used
    for language in ("de", "en"):
        said = catalogue(language)
        known = (f"{PAGES[room]}.", "refused.")
        assert [one for one in used if not any(said.has(f"{table}{one}") for table in known)] == []


def test_rows_are_complete_and_codes_unique() -> None:
    """Titles in both languages, a status that is an error."""
    rows = problems.PROBLEMS.values()
    assert len({row.code for row in rows}) == len(problems._TABLE)
    for row in rows:
        assert 400 <= row.status <= 599
        assert row.title
        assert row.title_de
        assert row.title != row.title_de


def test_codes_and_statuses_are_those_the_documents_promise() -> None:
    """Others rely on `docs/problems.md`: every row there, none besides, word for word."""
    lines = (ROOT / "docs" / "problems.md").read_text("utf-8").splitlines()
    cells = [line.split("|")[1:-1] for line in lines if line.startswith("| `")]
    told = {tuple(cell.strip(" `") for cell in row) for row in cells}
    rows = problems.PROBLEMS.values()
    assert told == {(row.code, str(row.status), row.title, row.title_de) for row in rows}


def test_a_document_is_a_problem_of_rfc_9457() -> None:
    """Type, title, status, and detail only if there is one."""
    told = problems.document("closed", "ended", now=7)
    assert told == {
        "type": "urn:fks:problem:closed",
        "title": "A closure stands",
        "title_de": "Die Empfehlung ist beendet",
        "status": 410,
        "detail": "ended",
        "now": 7,
    }
    assert problems.document("never-heard-of")["status"] == 422
    assert "detail" not in problems.document("closed")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.RefusedError("scope"), "scope"),
        (errors.ConsentError("excluded"), "excluded"),
        (errors.MalformedError("x"), "malformed"),
        (errors.SignatureError("x"), "signature"),
        (errors.WireError("x"), "internal"),
        (errors.StateError("x"), "not-now"),
        (errors.BusyError("x"), "busy"),
        (errors.UnreachableError("x"), "busy"),
        (errors.QuarantineError("x"), "quarantine"),
        (errors.StoreError("x"), "internal"),
        (errors.SetupError("x"), "internal"),
    ],
)
def test_every_error_has_a_code(error: errors.FachkraftShareError, code: str) -> None:
    """So that no refusal becomes a 500 by accident."""
    assert problems.code_of(error) == code

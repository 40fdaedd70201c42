"""The tool that makes mutants: what is noticed dies, what is not is named."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
SOURCE = '''
"""A module."""
LIMIT = 3


def fits(number: int) -> bool:
    """Tell whether it fits."""
    return 0 < number <= LIMIT  # one and the limit fit
'''


@pytest.fixture
def mutate(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that makes mutants; the tool is no package."""
    monkeypatch.syspath_prepend(str(HERE))
    import mutate

    return mutate


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module that tells what became of them."""
    monkeypatch.syspath_prepend(str(HERE))
    import report

    return report


def test_every_mutant_is_named_and_another_program(mutate: ModuleType) -> None:
    """Numbers, comparisons and results change; annotations and docstrings do not."""
    found = list(mutate.mutants(SOURCE, module="m", filename="m.py"))
    assert [one.key for one in found] == [
        "module: 3 → 4",
        "module: 3 → 2",
        "fits: return 0 < number <= LIMIT → return None",
        "fits: 0 < number <= LIMIT → 0 <= number <= LIMIT",
        "fits: 0 < number <= LIMIT → 0 >= number <= LIMIT",
        "fits: 0 < number <= LIMIT → 0 < number < LIMIT",
        "fits: 0 < number <= LIMIT → 0 < number > LIMIT",
        "fits: 0 → 1",
        "fits: 0 → -1",
    ]
    assert len({one.code for one in found}) == len(found)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the tool."""
    command = [sys.executable, str(HERE / "run.py"), "--workers", "1", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_mutants_die_of_the_tests_that_look_and_live_with_those_that_do_not() -> None:
    """Inside functions and at import; the tree stays as it was."""
    file = HERE.parents[1] / "src" / "fachkraft_share" / "wire" / "digest.py"
    before = file.read_bytes()
    good = run("wire/digest", "--tests", "tests/wire/test_digest.py")
    assert (good.returncode, "alive" in good.stdout) == (0, False), good.stdout + good.stderr
    bad = run("wire/digest", "--tests", "tests/wire/test_ids.py")
    assert bad.returncode == 1
    assert "unanswered: wire/digest  module: 'Content-Digest' → 'ZzContent-Digest'" in bad.stdout
    assert "unanswered: wire/digest  digest_fits: " in bad.stdout
    assert file.read_bytes() == before


LATE = """
def test_the_digest():
    from fachkraft_share.wire.digest import content_digest, digest_fits

    one = content_digest(b"one")
    assert digest_fits(f"sha-256=:AAAA:, {one}", b"one")
    assert not digest_fits(one, b"other")
"""


def test_mutants_of_what_is_imported_only_in_a_test_die_too(tmp_path: Path) -> None:
    """The server of all children imports it, or there were nothing to replace."""
    late = tmp_path / "test_late.py"
    late.write_text(LATE, encoding="utf-8")
    found = run("wire/digest", "--quick", "--tests", str(late))
    assert "1 tests, " in found.stdout, found.stdout + found.stderr
    assert "alive" not in found.stdout


def test_the_document_tells_every_answer(report: ModuleType) -> None:
    """It is written from `answered.toml`: `python tests/mutation/run.py MODULE --write`."""
    text = (HERE.parents[1] / "docs" / "mutation.md").read_text("utf-8")
    assert report.with_answers(text) == text


def test_each_row_of_the_document_adds_up(report: ModuleType) -> None:
    """Killed, equivalent, accepted and left are all that were tried."""
    text = (HERE.parents[1] / "docs" / "mutation.md").read_text("utf-8")
    rows = [line.split("|")[1:-1] for line in report.between(text, "table").splitlines()]
    assert rows
    for _module, every, tried, *parts, _commit, _day in rows:
        assert int(every) >= int(tried) == sum(map(int, parts))

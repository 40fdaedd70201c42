"""Every Python block in README and docs runs as it stands."""

import re
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<reason>[^\n]+?) -->\n+)?^```python\n(?P<code>.*?)^```$", re.M | re.S
)


@attrs.frozen
class Example:
    """One block: where it stands, its code, and why it is not run, if so."""

    page: Path
    line: int
    code: str
    reason: str | None

    def run(self) -> None:
        """Run the block; a traceback names the page and its line."""
        padded = "\n" * (self.line - 1) + self.code
        exec(compile(padded, str(self.page), "exec"), {"__name__": "__main__"})  # noqa: S102


def examples(page: Path) -> Iterator[Example]:
    """Yield the Python blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("code")) + 1
        yield Example(page=page, line=line, code=found["code"], reason=found["reason"])


ALL = [example for page in PAGES for example in examples(page)]


def test_the_readme_shows_one_example() -> None:
    """The story of design and README is there, once, and is run."""
    shown = [example for example in ALL if example.page.name == "README.md"]
    assert len(shown) == 1
    assert shown[0].reason is None
    assert "person.withdraw()" in shown[0].code


@pytest.mark.parametrize(
    "example", ALL, ids=lambda each: f"{each.page.relative_to(ROOT).as_posix()}:{each.line}"
)
def test_a_python_block_runs(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a reader copies works, from an empty directory."""
    if example.reason:
        pytest.skip(f"not run: {example.reason}")
    monkeypatch.chdir(tmp_path)
    example.run()

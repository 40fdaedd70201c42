"""The adapter of `docs/writing-an-adapter.md`, put together from the page's own blocks.

`python tests/docs/tutorial.py FOLDER` makes the finished package below FOLDER.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs

PAGE = Path(__file__).parents[2] / "docs" / "writing-an-adapter.md"
_PART = re.compile(
    r"(?:^<!-- not run: (?P<file>\w+\.py)(?: (?P<how>below|again \w+))?, put together[^\n]* -->\n"
    r"```python\n(?P<code>.*?)^```$)|(?:^```text\n(?P<said>.*?)^```$)",
    re.M | re.S,
)


@attrs.define
class Package:
    """The two files as far as the page has come."""

    suite: str = ""
    adapter: str = ""
    below: str = ""

    def take(self, file: str, how: str, code: str) -> None:
        """Do with a block what the page says."""
        if file == "suite.py":
            self.suite += code
        elif how == "below":
            self.below += f"\n\n{code}"
        elif how:
            self._replace(how.removeprefix("again "), code)
        else:
            self.adapter += f"\n{code}" if self.adapter else code

    def _replace(self, method: str, code: str) -> None:
        before, changed = (
            self.adapter,
            re.compile(rf"^    def {method}\(.*?(?=^    (?:def |# )|\Z)", re.M | re.S),
        )
        assert len(changed.findall(before)) == 1, f"{method} is not there once"
        self.adapter = changed.sub(lambda _: f"{code}\n", before).rstrip("\n") + "\n"

    def write(self, folder: Path) -> None:
        """Put both files into the package."""
        home = folder / "src" / "fachkraft_share_kartei"
        (home / "suite.py").write_text(self.suite, "utf-8")
        (home / "adapter.py").write_text(self.adapter + self.below, "utf-8")


def steps() -> Iterator[tuple[Package, list[str]]]:
    """Yield the package at each step at which the page shows what the suite says, and that."""
    package = Package()
    for found in _PART.finditer(PAGE.read_text("utf-8")):
        if found["said"] is None:
            package.take(found["file"], found["how"] or "", found["code"])
        else:
            yield package, found["said"].splitlines()


def begin(folder: Path) -> Path:
    """Make the package as the page's first step does."""
    from fachkraft_share.cli.adapters.making import make

    return make("kartei", into=folder, kind="ats")[0]


def finished(folder: Path) -> Path:
    """Make the package as it is at the end of the page."""
    made = begin(folder)
    for package, _ in steps():
        package.write(made)
    return made


if __name__ == "__main__":
    print(finished(Path(sys.argv[1])))

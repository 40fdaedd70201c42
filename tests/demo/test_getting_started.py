"""`docs/getting-started.md`, word by word: its commands are run as they stand, in empty folders."""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from fachkraft_share.cli.browser import Browser
from fachkraft_share.cli.demo.person import Visitor
from fachkraft_share.cli.demo.processes import free_port, surroundings
from fachkraft_share.errors import UnreachableError

PAGE = Path(__file__).parents[2] / "docs" / "getting-started.md"
BIN = Path(sys.executable).parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="the page is written for a POSIX shell"),
    pytest.mark.skipif(
        importlib.util.find_spec("fachkraft_share_files") is None
        or shutil.which("fachkraft-share", path=str(BIN)) is None,
        reason="the command or the adapter files is not installed",
    ),
]


@attrs.define
class Reader:
    """Somebody who follows the page, block by block, and copies ids where it says `...`."""

    folder: Path
    port: int
    blocks: list[str]
    copied: dict[str, str] = attrs.field(factory=dict)

    def next(self) -> str:
        """Return the next block, with what was copied filled in, on this test's own port."""
        block = self.blocks.pop(0).replace("8765", str(self.port))
        for name, value in self.copied.items():
            block = re.sub(rf"^{name}=\.\.\..*$", f"{name}='{value}'", block, flags=re.MULTILINE)
        kept = [f"{name}='{value}'" for name, value in self.copied.items()]
        return "\n".join([*kept, block])

    def run(self) -> str:
        """Run the next block, as text; every command must succeed."""
        done = subprocess.run(
            ["bash", "-ec", self._as_text(self.next())],
            cwd=self.folder,
            env=self._surroundings(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> "subprocess.Popen[bytes]":
        """Run the next block in a shell of its own, which goes on."""
        block = self.next().replace(
            "serve --folder node", f"serve --folder node --port {self.port}"
        )
        return subprocess.Popen(
            ["bash", "-ec", block],
            cwd=self.folder,
            env=self._surroundings(),
            start_new_session=True,
        )

    def _as_text(self, block: str) -> str:
        """There is no terminal here: ask for what one would show."""
        return f'fachkraft-share() {{ command fachkraft-share "$@" --text; }}\n{block}'

    def _surroundings(self) -> dict[str, str]:
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        return {**surroundings(), "PATH": path, "HOME": str(self.folder)}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Follow the page from the first shell on; installing is tried by the pipeline."""
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    begin = next(index for index, block in enumerate(blocks) if "node init" in block)
    found = Reader(tmp_path, free_port(), blocks[begin:])
    chamber = found.start()
    try:
        _wait(found.port)
        yield found
    finally:
        os.killpg(chamber.pid, signal.SIGTERM)
        chamber.wait()


def _wait(port: int) -> None:
    browser, until = Browser(), time.monotonic() + 60
    while time.monotonic() < until:
        try:
            assert browser.get(f"http://127.0.0.1:{port}/").status == 200
        except UnreachableError:
            time.sleep(0.2)
        else:
            browser.close()
            return
    pytest.fail("the node did not start")


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    assert match is not None, text
    return match.group(1)


def test_the_page_works_word_by_word(reader: Reader) -> None:
    """Join, recommend, grant, ask, agree, receive, withdraw, nothing left, bundle accepted."""
    assert "FKS-001" in reader.run()  # two companies join
    reader.run()  # a search
    person = Visitor(_found(r"(http://127\S+/d/\S+)", reader.run()))  # recommended
    person.grant(employer="Altdaten KG")
    reader.copied["REFERRAL"] = _found(r"^([A-Za-z0-9_-]{22})  new", reader.run())  # the inbox
    reader.run()  # asked
    person.agree("https://beispiel.example")
    assert "aylin@postfach.example" in reader.run()  # received
    assert "the node knows no name" in reader.run()
    person.withdraw()
    assert "nobody has anything left" in reader.run()
    reader.copied["BUNDLE"] = str(_download(person, reader.folder))
    assert "Genuine and complete" in reader.run()
    reader.copied["ROOT"] = _root(reader.folder)
    assert "refused" in reader.run()
    assert reader.blocks == []


def _download(person: Visitor, folder: Path) -> Path:
    """Wait a few seconds, as the page says: the node's worker signs last."""
    path, until = folder / "erasure-bundle.json", time.monotonic() + 60
    while time.monotonic() < until:
        found = person.bundle()
        if found is not None and found.count(b'"part"') == 3:
            path.write_bytes(found)
            person.browser.close()
            return path
        time.sleep(0.5)
    pytest.fail("the page offers no complete bundle")


def _root(folder: Path) -> str:
    return _found(r'^root = "([^"]*)"', (folder / "node" / "node.toml").read_text("utf-8"))

"""Fragments in `changes/` are named so that the changelog takes them up."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
BESIDE = {"README.md", "template.jinja"}


def kinds() -> set[str]:
    """Return the kinds of change pyproject declares."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    return {kind["directory"] for kind in tool["towncrier"]["type"]}


def fragments() -> list[Path]:
    """Return the fragments."""
    return [file for file in sorted((ROOT / "changes").iterdir()) if file.name not in BESIDE]


def test_every_fragment_is_named_by_slug_and_kind() -> None:
    """A misnamed fragment would be left out without a word."""
    name = re.compile(rf"[a-z0-9]+(-[a-z0-9]+)*\.({'|'.join(sorted(kinds()))})\.md")
    assert not [file.name for file in fragments() if not name.fullmatch(file.name)]


def test_every_fragment_says_something_short() -> None:
    """One or two sentences; at most 600 characters, no heading."""
    texts = {file.name: file.read_text(encoding="utf-8").strip() for file in fragments()}
    assert not [n for n, text in texts.items() if not 10 <= len(text) <= 600 or text[0] in "#-*"]


def test_the_readme_of_the_folder_names_every_kind() -> None:
    """What may be written is what the tool knows."""
    text = (ROOT / "changes" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z]+)`", text, re.M)) == kinds()

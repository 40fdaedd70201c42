"""`constraints.txt` pins what the project needs by name and version, without any address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+")


def lines() -> list[str]:
    """Return the pins, without comments and blank lines."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def requirements() -> list[Requirement]:
    """Return what the library and its adapters ask for, in the base and in every extra."""
    found: list[str] = []
    for file in [ROOT / "pyproject.toml", *sorted(ROOT.glob("adapters/*/pyproject.toml"))]:
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        found += project.get("dependencies", [])
        found += [
            each for extra in project.get("optional-dependencies", {}).values() for each in extra
        ]
    asked = [Requirement(each) for each in found]
    return [each for each in asked if canonicalize_name(each.name) != "fachkraft-share"]


def test_every_line_is_a_name_and_a_version() -> None:
    """No address, no path, no option: the reader's own registry is used."""
    assert not [line for line in lines() if not LINE.fullmatch(line)]
    assert "://" not in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_no_name_is_pinned_twice() -> None:
    """One version per package."""
    names = [canonicalize_name(line.partition("==")[0]) for line in lines()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("asked", requirements(), ids=str)
def test_what_is_asked_for_is_pinned_within_its_bounds(asked: Requirement) -> None:
    """Every direct dependency has a pin that its lower bound allows."""
    pins = {
        canonicalize_name(name): version
        for name, _, version in (x.partition("==") for x in lines())
    }
    assert asked.specifier.contains(pins[canonicalize_name(asked.name)])


def test_every_dependency_has_a_reason() -> None:
    """Decision 0002 names each direct dependency of the library."""
    page = (
        (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8").lower()
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    asked = {Requirement(each).name.lower() for each in [*project["dependencies"], *extras]}
    names = asked - {project["name"]}
    assert not [name for name in names if not re.search(rf"\b{re.escape(name)}\b", page)]

"""The documents agree with the code and with each other."""

import enum
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import fachkraft_share.model

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "fachkraft_share"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def rooms() -> set[str]:
    """Return the rooms as the package has them."""
    found = {folder.parent.name for folder in PACKAGE.glob("*/__init__.py")}
    assert {"protocol", "member", "node"} <= found
    return found


def spoken() -> list[type[enum.StrEnum]]:
    """Return the enumerations of the model; CEFR levels are the same in every language."""
    names = [each.name for each in pkgutil.iter_modules(fachkraft_share.model.__path__)]
    modules = [importlib.import_module(f"fachkraft_share.model.{name}") for name in names]
    values = {
        each for module in modules for each in vars(module).values() if isinstance(each, type)
    }
    kinds = {kind for kind in values if issubclass(kind, enum.StrEnum) and list(kind)}
    return sorted(
        (kind for kind in kinds if kind.__name__ != "Cefr"), key=lambda kind: kind.__name__
    )


def test_the_readme_maps_every_room() -> None:
    """A newcomer finds each room, and none that is not there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z]+)/` \|", text, re.M)) == rooms()


def test_the_architecture_draws_every_room() -> None:
    """The tree in `architecture.md` is the tree on disk."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^  ([a-z]+)/ ", text, re.M)) == rooms()


def mapped() -> set[str]:
    """Return every module the tree in `architecture.md` names, as a path below the package."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found, room = set(), ""
    for line in re.findall(r"^ {2,6}[a-z].*$", text.split("```")[3], re.M):
        inner = re.match(r" {6}(?:([a-z]+): )?([a-z0-9_ ]+?)(?: {2,}.*)?$", line)
        if inner is None:
            room = line.split()[0]
            continue
        folder = room + (f"{inner[1]}/" if inner[1] else "")
        found |= {f"{folder}{name}" for name in inner[2].split()}
    return found


def test_the_architecture_places_every_module() -> None:
    """Whoever adds a module says in one word where it belongs; none is named that is gone."""
    there = {
        path.relative_to(PACKAGE).with_suffix("").as_posix()
        for path in PACKAGE.rglob("*.py")
        if not path.stem.startswith("__") and "migrations" not in path.parts
    }
    assert mapped() == there - {"limits", "errors", "_version"}


def told_names() -> list[str]:
    """Return every `room.module.name` that `architecture.md` tells of."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms_ = "|".join(sorted(rooms()))
    return sorted(set(re.findall(rf"`((?:{rooms_})(?:\.\w+)+)(?<!\.toml)`", text)))


@pytest.mark.parametrize("name", told_names())
def test_the_architecture_tells_of_nothing_that_is_not_there(name: str) -> None:
    """Every module, class and function on the way of a referral exists under that name."""
    assert pkgutil.resolve_name(f"fachkraft_share.{name}") is not None


@pytest.mark.parametrize("kind", spoken(), ids=lambda kind: kind.__name__)
def test_every_value_people_may_meet_is_in_the_glossary(kind: type[enum.StrEnum]) -> None:
    """Each value of the model has a German and an English wording."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", text, re.M))
    assert not [value for value in kind if not rows.get(value, "").strip()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    """No link into the repository is broken."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [target for target in targets if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_four_parts(page: Path) -> None:
    """Context, options, decision and price, on one page, under its own number."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.M) == [
        "Context",
        "Options",
        "Decision",
        "What it costs us",
    ]
    assert text.startswith(f"# {page.stem[:4]} ")
    assert len(text.splitlines()) <= 90


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    """The index of the documentation names each of them."""
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [page.name[:4] for page in DECISIONS] == [f"{n + 1:04}" for n in range(len(DECISIONS))]
    assert not [page.name for page in DECISIONS if f"decisions/{page.name}" not in index]

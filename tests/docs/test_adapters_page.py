"""`docs/adapters.md` says what the adapters declare; each rule of quality looks at something."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share.cli.adapters.matrix import package_of, reference
from fachkraft_share.cli.adapters.quality import RULES, TIERS, Package, judged, quality
from fachkraft_share.cli.adapters.support import read_support
from fachkraft_share.errors import SetupError
from fachkraft_share.ports.adapter import Setting
from fachkraft_share.ports.capabilities import Capabilities, EraseMethod, Notify
from fachkraft_share.testing.memory_ats import MemoryAdapter
from fachkraft_share.testing.memory_cms import MemoryCmsAdapter

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adapters.md"
TABLE = """
[tool.fachkraft-share.support]
tier = "maintained"
runs = [
  { level = "L4", system = "Sieve 3", date = 2026-11-29, where = "ci" },
  { level = "L4", system = "Sieve 4", date = 2026-11-29, where = "ci" },
]
"""
SIEVE = "## How HR marks a runner-up\n\n| `url` | where |\n\n## Erasing, and what is left behind\n"
PROJECT = """
[project.entry-points.fachkraft_share]
sieve = "{plugin}"
[tool.hatch.build.targets.wheel.extra-metadata]
"pyproject.toml" = "pyproject.toml"
"""


class Sieve(MemoryAdapter):
    """An adapter of which everything may be said."""

    name = "sieve"
    settings = (Setting("url", "where"), Setting("api_token", "its token", secret=True))


class Board(MemoryCmsAdapter):
    """A website."""

    name = "sieve"


def package(folder: Path, **changes: Any) -> Package:
    """Return a package with every rule kept, but for what is changed."""
    home = folder / "src" / "sieve"
    home.mkdir(parents=True)
    (home / "py.typed").touch()
    page = SIEVE + "| `api_token` | its token |\n"
    whole = Package(folder, Sieve, read_support(TABLE, where="x"), ships_support=True, page=page)
    return attrs.evolve(whole, **changes)


def kind(**changes: Any) -> type[Sieve]:
    """Return the adapter declared otherwise."""
    return type("Other", (Sieve,), changes)


def able(**changes: Any) -> Capabilities:
    """Return the declaration with some flags changed."""
    return attrs.evolve(Sieve.capabilities, **changes)


def support(old: str, new: str, *, count: int = -1) -> Any:
    """Return the table with something put otherwise."""
    return read_support(TABLE.replace(old, new, count), where="x")


BROKEN: dict[str, dict[str, Any]] = {
    "suite-in-ci": {"support": support("ci", "development")},
    "ships-support": {"ships_support": False},
    "page": {"page": ""},
    "limitations": {"kind": kind(limitations=" ")},
    "settings-told": {"page": SIEVE},
    "secrets-kept": {"kind": kind(settings=(Setting("api_token", "unmasked"),))},
    "erases": {"kind": kind(capabilities=able(erase=EraseMethod.NONE))},
    "left-behind": {"page": "| `url` | `api_token` |"},
    "runner-ups-marked": {"page": SIEVE.replace("marks", "writes")},
    "live": {"support": support("L4", "L3")},
    "live-in-ci": {"support": support("ci", "development")},
    "several-versions": {"support": support("Sieve 4", "Sieve 3")},
    "hooks": {"kind": kind(capabilities=able(notify=Notify.NONE))},
}


def test_the_page_is_written_from_the_adapters() -> None:
    """Write it anew with: python -m fachkraft_share.cli.adapters.matrix > docs/adapters.md"""
    assert PAGE.read_text("utf-8") == reference(ROOT)


def test_whoever_keeps_every_rule_is_gold(tmp_path: Path) -> None:
    """And each rule says so."""
    whole = package(tmp_path)
    assert set(judged(whole).values()) == {"done"}
    assert quality(whole) == "gold"


@pytest.mark.parametrize("rule", [one.id for one in RULES if one.id != "typed"])
def test_a_rule_that_is_not_kept_is_open(tmp_path: Path, rule: str) -> None:
    """Each bites, and the tier is the one below its own."""
    broken = package(tmp_path, **BROKEN[rule])
    assert judged(broken)[rule] == "open"
    tier = next(one.tier for one in RULES if one.id == rule)
    assert ("", *TIERS).index(quality(broken)) <= TIERS.index(tier)


def test_types_that_are_not_shipped_are_open(tmp_path: Path) -> None:
    """The mark lies beside the code."""
    bare = package(tmp_path)
    (tmp_path / "src" / "sieve" / "py.typed").unlink()
    assert judged(bare)["typed"] == "open"
    assert quality(bare) == ""


def test_an_exempt_rule_holds_no_tier_back(tmp_path: Path) -> None:
    """Its reason stands on the page."""
    exempt = support("tier", 'exempt = { hooks = "it sends none" }\ntier', count=1)
    quiet = package(tmp_path, **BROKEN["hooks"], support=exempt)
    assert judged(quiet)["hooks"] == "exempt"
    assert quality(quiet) == "gold"


@pytest.mark.parametrize(
    ("rule", "said"),
    [("nobody-knows", "is no rule of quality"), ("live", "needs no exemption any more")],
)
def test_an_exemption_of_nothing_is_refused(tmp_path: Path, rule: str, said: str) -> None:
    """Else it would stay when its reason has gone."""
    exempt = support("tier", f'exempt = {{ {rule} = "so" }}\ntier', count=1)
    with pytest.raises(SetupError, match=said):
        judged(package(tmp_path, support=exempt))


def test_a_website_has_no_runner_ups(tmp_path: Path) -> None:
    """What does not apply is neither done nor open, and cannot be exempt."""
    site = package(tmp_path, kind=Board, page="## Erasing, and what is left behind")
    assert judged(site)["runner-ups-marked"] == "-"
    assert quality(site) == "gold"
    exempt = support("tier", 'exempt = { runner-ups-marked = "so" }\ntier', count=1)
    with pytest.raises(SetupError, match="needs no exemption"):
        judged(attrs.evolve(site, support=exempt))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            PROJECT.format(plugin="json"),
            r"adapters/sieve/pyproject.toml: says nothing of its support; add \[tool",
        ),
        (PROJECT.format(plugin="no_such") + TABLE, "install it: pip install -e adapters/sieve"),
        (PROJECT.format(plugin="json") + TABLE, "brings no adapter called 'sieve'"),
        (TABLE, "brings no adapter called 'sieve'"),
    ],
    ids=["table", "module", "adapter", "entry-point"],
)
def test_what_an_adapter_lacks_is_named_with_what_to_do(
    tmp_path: Path, text: str, said: str
) -> None:
    """The page is not written without it."""
    folder = tmp_path / "adapters" / "sieve"
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(text, "utf-8")
    with pytest.raises(SetupError, match=said):
        package_of(folder)
    with pytest.raises(SetupError, match="adapters/sieve"):
        reference(tmp_path)

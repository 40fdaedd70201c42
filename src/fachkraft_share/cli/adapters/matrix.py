"""Write `docs/adapters.md` from what each adapter of this repository declares of itself."""

import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, Final

from fachkraft_share.cli.adapters.listing import can, kind_of
from fachkraft_share.cli.adapters.quality import RULES, Package, judged, quality
from fachkraft_share.cli.adapters.support import METADATA, PROJECT, read_support
from fachkraft_share.errors import SetupError
from fachkraft_share.plugins.loading import GROUP, load_plugins
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.capabilities import rows

_HEAD: Final = """# Adapters

Written from each adapter's class and `pyproject.toml`; do not edit by hand:
`python -m fachkraft_share.cli.adapters.matrix > docs/adapters.md`.

`fachkraft-share adapters` shows the same of what is installed, `fachkraft-share adapters test NAME`
runs the suite behind it. [Writing an adapter](writing-an-adapter.md) tells how to add one.
"""
_LEVELS: Final = """## Support levels

What of the shared suite ran, and against what. A level is claimed only when the whole suite ran.

| level | called | what ran |
|---|---|---|
| L1 | spec-checked | every request is valid against the vendor's file, its schemas closed |
| L2 | spec-checked, with state | the whole suite on an honest fake of the vendor's shape |
| L3 | recorded | the whole suite on answers recorded from the real system |
| L4 | live | the whole suite on the running system, version and date named |

*ci* means with every change of this project; *development* once, on the day that is named.
*maintained* adapters are looked after here, *community* ones by whoever wrote them.
"""


def reference(root: Path) -> str:
    """Return the whole page.

    Raises:
        SetupError: an adapter cannot be loaded, or says nothing usable of itself; names it.
    """
    found = [package_of(file.parent) for file in sorted(root.glob(f"adapters/*/{PROJECT}"))]
    parts = [_HEAD, *_overview(found), *_runs(found), _LEVELS, *_quality(found), *_flags(found)]
    return "\n".join(parts).rstrip("\n") + "\n"


def package_of(folder: Path) -> Package:
    """Read one adapter of the repository.

    Raises:
        SetupError: it cannot be loaded, or says nothing usable of itself.
    """
    where = f"adapters/{folder.name}/{PROJECT}"
    text = (folder / PROJECT).read_text("utf-8")
    support = read_support(text, where=where)
    project = tomllib.loads(text)
    page = folder.parents[1] / "docs" / "adapters" / f"{folder.name}.md"
    return Package(
        folder=folder,
        kind=_kind(project, folder.name, where),
        support=support,
        ships_support=_ships(project),
        page=page.read_text("utf-8") if page.exists() else "",
    )


def _kind(project: dict[str, Any], name: str, where: str) -> type[Adapter]:
    points = project.get("project", {}).get("entry-points", {}).get(GROUP, {})
    plugins = load_plugins([EntryPoint(key, value, GROUP) for key, value in points.items()])
    for failure in (*plugins.failures, *plugins.adapters().failures):
        raise SetupError(f"{where}: {failure.what}; install it: pip install -e adapters/{name}")
    named = [kind for _, kind in plugins.adapters().given if kind.name == name]
    if not named:
        raise SetupError(f"{where}: its plugin brings no adapter called {name!r}")
    return named[0]


def _ships(project: dict[str, Any]) -> bool:
    wheel = project["tool"].get("hatch", {}).get("build", {}).get("targets", {}).get("wheel", {})
    target = METADATA.rpartition("/")[2]
    return bool(wheel.get("extra-metadata", {}).get(PROJECT) == target)


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(one.replace('|', '/') for one in line)} |" for line in lines)
    yield ""


def _overview(found: list[Package]) -> Iterator[str]:
    yield "## Which there are\n"
    lines = [
        (
            f"[{one.name}](adapters/{one.name}.md)" if one.page else one.name,
            kind_of(one.kind),
            one.support.tier,
            quality(one) or "-",
            one.support.level or "-",
            ", ".join(can(one.kind.capabilities)) or "nothing",
            one.kind.limitations,
        )
        for one in found
    ]
    head = ("adapter", "for", "looked after", "quality", "highest level", "can", "cannot")
    yield from _table(head, lines)


def _runs(found: list[Package]) -> Iterator[str]:
    yield "## What ran\n"
    lines = [
        (one.name, run.level, run.system, run.where, f"{run.date}")
        for one in found
        for run in one.support.runs
    ]
    yield from _table(("adapter", "level", "system", "where", "last, as declared"), lines)


def _quality(found: list[Package]) -> Iterator[str]:
    yield "## Quality\n"
    yield (
        "A tier is reached when its rules, and those of the tiers below, are done or exempt with a "
        "reason.\nEach rule is looked at when this page is written, and the tests hold the page.\n"
    )
    verdicts = [judged(one) for one in found]
    lines = [
        (rule.tier, f"`{rule.id}`: {rule.asks}", *(each[rule.id] for each in verdicts))
        for rule in RULES
    ]
    yield from _table(("tier", "rule", *(one.name for one in found)), lines)
    for one in found:
        for id, reason in one.support.exempt.items():
            yield f"- {one.name}, `{id}` exempt: {reason}"
    yield ""


def _flags(found: list[Package]) -> Iterator[str]:
    yield "## Everything that is declared\n"
    yield "What each flag means stands in [ports for adapters](adapters/port.md).\n"
    declared = [dict(rows(one.kind.capabilities)) for one in found]
    flags = list(dict.fromkeys(flag for each in declared for flag in each))
    lines = [(f"`{flag}`", *(each[flag] for each in declared)) for flag in flags]
    yield from _table(("flag", *(one.name for one in found)), lines)


if __name__ == "__main__":
    print(reference(Path(*sys.argv[1:])), end="")

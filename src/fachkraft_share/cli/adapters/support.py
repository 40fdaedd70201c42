"""How far an adapter was shown to work: `[tool.fachkraft-share.support]` in its `pyproject.toml`.

The same file lies in an installed package as `extra_metadata/pyproject.toml`, where the package's
wheel puts it there; one that is installed for editing is asked where its source lies.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import attrs

from fachkraft_share.errors import SetupError

PROJECT: Final = "pyproject.toml"
METADATA: Final = "extra_metadata/pyproject.toml"
PLACE: Final = "[tool.fachkraft-share.support]"
_RULE: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")


class Tier(StrEnum):
    """Who answers for an adapter."""

    MAINTAINED = "maintained"
    COMMUNITY = "community"
    EXAMPLE = "example"


class SupportLevel(StrEnum):
    """What of the shared suite ran, and against what."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


class Where(StrEnum):
    """Where it ran: with every change, or once while it was made."""

    CI = "ci"
    DEVELOPMENT = "development"


@attrs.frozen
class Run:
    """The whole suite on one system, at one level."""

    level: SupportLevel
    system: str
    date: dt.date
    where: Where

    def __str__(self) -> str:
        """Return it as people read it."""
        place = "CI" if self.where is Where.CI else "development"
        return f"{self.level} {self.system} ({place}, {self.date})"


@attrs.frozen
class Support:
    """What a package says of itself; `exempt` names rules of quality with the reason."""

    tier: Tier
    runs: tuple[Run, ...]
    exempt: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def level(self) -> SupportLevel | None:
        """The highest level that ran."""
        return max((one.level for one in self.runs), default=None)


def read_support(text: str, *, where: str) -> Support:
    """Read the table out of a `pyproject.toml`.

    Raises:
        SetupError: there is none, or something in it is not understood; says what and where.
    """
    try:
        table = tomllib.loads(text)["tool"]["fachkraft-share"]["support"]
    except tomllib.TOMLDecodeError as error:
        raise SetupError(f"{where}: no TOML ({error})") from error
    except (KeyError, TypeError) as error:
        raise SetupError(
            f'{where}: says nothing of its support; add {PLACE} with tier = "maintained" '
            "and runs = [{ level, system, date, where }]"
        ) from error
    return _support(table, f"{where} {PLACE}")


def installed_support(found: Distribution | None) -> Support | None:
    """Return what an installed package says of itself; None when it says nothing.

    Raises:
        SetupError: what it says is not understood.
    """
    if found is None:
        return None
    source = source_of(found)
    if source is not None:
        return read_support((source / PROJECT).read_text("utf-8"), where=f"{found.name} {PROJECT}")
    text = found.read_text(METADATA)
    return read_support(text, where=found.name) if text is not None else None


def source_of(found: Distribution | None) -> Path | None:
    """Return the folder of a package that is installed for editing (PEP 610)."""
    text = found.read_text("direct_url.json") if found is not None else None
    told = json.loads(text) if text else {}
    if not told.get("dir_info", {}).get("editable"):
        return None
    folder = Path(unquote(urlsplit(told["url"]).path))
    return folder if (folder / PROJECT).is_file() else None


def _support(table: Any, where: str) -> Support:
    if not isinstance(table, dict) or not table.keys() <= {"tier", "runs", "exempt"}:
        raise SetupError(f"{where}: holds tier, runs, exempt and nothing else")
    runs = table.get("runs", [])
    if not isinstance(runs, list):
        raise SetupError(f"{where}: runs must be a list")
    return Support(
        Tier(_word(table, "tier", Tier, where)),
        tuple(_run(one, f"{where} runs[{at}]") for at, one in enumerate(runs)),
        _exempt(table.get("exempt", {}), where),
    )


def _run(one: Any, where: str) -> Run:
    if not isinstance(one, dict) or one.keys() != {"level", "system", "date", "where"}:
        raise SetupError(f"{where}: needs level, system, date and where, nothing else")
    if not isinstance(one["system"], str) or not one["system"].strip():
        raise SetupError(f"{where}: system must name system and version")
    if not isinstance(one["date"], dt.date):
        raise SetupError(f"{where}: date must be a day, such as 2026-11-29, without quotes")
    level, place = _word(one, "level", SupportLevel, where), _word(one, "where", Where, where)
    return Run(SupportLevel(level), one["system"], one["date"], Where(place))


def _word(table: Mapping[str, Any], name: str, words: type[StrEnum], where: str) -> str:
    value = table.get(name)
    if value not in list(words):
        raise SetupError(f"{where}: {name} must be one of {', '.join(words)}")
    return str(value)


def _exempt(table: Any, where: str) -> Mapping[str, str]:
    fits = isinstance(table, dict) and all(
        _RULE.fullmatch(rule) and isinstance(reason, str) and reason.strip()
        for rule, reason in table.items()
    )
    if not fits:
        raise SetupError(f'{where}: exempt must be a table of rule = "the reason"')
    return dict(table)

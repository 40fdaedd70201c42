"""Rules of quality in three tiers, looked at by machine: done, exempt with a reason, or open.

A package is bronze, silver or gold when it has every rule of that tier and of those below.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share.cli.adapters.support import Support, SupportLevel, Where
from fachkraft_share.errors import SetupError
from fachkraft_share.ports.adapter import Adapter
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.capabilities import EraseMethod, Notify

TIERS: Final = ("bronze", "silver", "gold")
_SECRET: Final = re.compile(r"password|secret|token|(?:^|_)key$|credential")
_BEHIND: Final = re.compile(r"^## .*(?:left|leaves) behind", re.M)
_MARKED: Final = re.compile(r"^## .*marks a runner-up", re.M)


@attrs.frozen
class Package:
    """One adapter as it lies in the repository, and what its page says."""

    folder: Path
    kind: type[Adapter]
    support: Support
    ships_support: bool
    page: str

    @property
    def name(self) -> str:
        """The adapter's name."""
        return self.kind.name


@attrs.frozen
class Rule:
    """One rule: what it asks for, and how it is seen whether that is so."""

    id: str
    tier: str
    asks: str
    holds: Callable[[Package], bool]
    applies: Callable[[Package], bool] = lambda _: True


def _is_ats(package: Package) -> bool:
    return issubclass(package.kind, AtsAdapter)


def _ran(package: Package, level: SupportLevel, *, in_ci: bool = False) -> list[str]:
    """Return the systems on which at least this level ran."""
    return [
        one.system
        for one in package.support.runs
        if one.level >= level and (not in_ci or one.where is Where.CI)
    ]


def _settings_told(package: Package) -> bool:
    return all(f"| `{one.name}` |" in package.page for one in package.kind.settings)


def _secrets_kept(package: Package) -> bool:
    return all(one.secret for one in package.kind.settings if _SECRET.search(one.name))


RULES: Final = (
    Rule(
        "suite-in-ci",
        "bronze",
        "the whole shared suite runs with every change, at L2 or higher",
        lambda one: bool(_ran(one, SupportLevel.L2, in_ci=True)),
    ),
    Rule(
        "ships-support",
        "bronze",
        "the wheel carries what the package says of its support, for `adapters list`",
        lambda one: one.ships_support,
    ),
    Rule("page", "bronze", "a page of its own in the documentation", lambda one: bool(one.page)),
    Rule(
        "limitations",
        "bronze",
        "the class says what the system cannot do",
        lambda one: bool(one.kind.limitations.strip()),
    ),
    Rule(
        "typed",
        "bronze",
        "its types are shipped (`py.typed`)",
        lambda one: any(one.folder.glob("src/*/py.typed")),
    ),
    Rule(
        "settings-told",
        "silver",
        "its page has a row for every setting",
        _settings_told,
    ),
    Rule(
        "secrets-kept",
        "silver",
        "passwords, keys and tokens are settings that are asked for unseen",
        _secrets_kept,
    ),
    Rule(
        "erases",
        "silver",
        "the system erases what we put there, and is looked at again",
        lambda one: one.kind.capabilities.erase is not EraseMethod.NONE,
    ),
    Rule(
        "left-behind",
        "silver",
        "its page says under a heading what is left behind",
        lambda one: bool(_BEHIND.search(one.page)),
    ),
    Rule(
        "runner-ups-marked",
        "silver",
        "its page says under a heading how HR marks a runner-up",
        lambda one: bool(_MARKED.search(one.page)),
        _is_ats,
    ),
    Rule(
        "live",
        "gold",
        "the whole suite ran on the running system (L4)",
        lambda one: bool(_ran(one, SupportLevel.L4)),
    ),
    Rule(
        "live-in-ci",
        "gold",
        "it does so with every change",
        lambda one: bool(_ran(one, SupportLevel.L4, in_ci=True)),
    ),
    Rule(
        "several-versions",
        "gold",
        "it did so on two versions of the system or more",
        lambda one: len({*_ran(one, SupportLevel.L4)}) > 1,
    ),
    Rule(
        "hooks",
        "gold",
        "the system's own calls are taken as hints",
        lambda one: one.kind.capabilities.notify is not Notify.NONE,
    ),
)


def judged(package: Package) -> Mapping[str, str]:
    """Return what became of each rule: done, exempt, open, or - where it does not apply.

    Raises:
        SetupError: a rule nobody knows is exempt, or one that holds without that.
    """
    known = {rule.id for rule in RULES}
    for id in package.support.exempt:
        if id not in known:
            raise SetupError(
                f"adapters/{package.name}: exempts {id!r}, which is no rule of quality"
            )
    return {rule.id: _judged(rule, package) for rule in RULES}


def _judged(rule: Rule, package: Package) -> str:
    exempt = rule.id in package.support.exempt
    holds = rule.applies(package) and rule.holds(package)
    if exempt and (holds or not rule.applies(package)):
        raise SetupError(f"adapters/{package.name}: {rule.id} needs no exemption any more")
    if not rule.applies(package):
        return "-"
    if holds:
        return "done"
    return "exempt" if exempt else "open"


def quality(package: Package) -> str:
    """Return the highest tier whose rules, and those below, are all done or exempt; "" for none."""
    verdicts = judged(package)
    reached = ""
    for tier in TIERS:
        if any(verdicts[rule.id] == "open" for rule in RULES if rule.tier == tier):
            break
        reached = tier
    return reached

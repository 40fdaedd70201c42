"""What a package says of how far it was tried is read whole, or refused with what is wrong."""

import datetime as dt

import pytest

from fachkraft_share.cli.adapters.support import (
    Run,
    SupportLevel,
    Tier,
    Where,
    read_support,
)
from fachkraft_share.errors import SetupError

HEAD = "[tool.fachkraft-share.support]\n"
RUN = '{ level = "L4", system = "Sieve 3", date = 2026-11-29, where = "ci" }'


def table(tier: str = '"maintained"', runs: str = f"[{RUN}]", more: str = "") -> str:
    """Return a project file."""
    return f"{HEAD}tier = {tier}\nruns = {runs}\n{more}"


def test_tier_runs_and_exempt_rules_are_read() -> None:
    """The highest level that ran is the level."""
    lower = RUN.replace("L4", "L2").replace('"ci"', '"development"')
    more = 'exempt = { hooks = "the system sends none" }'
    found = read_support(table(runs=f"[{RUN}, {lower}]", more=more), where="sieve")
    assert found.tier is Tier.MAINTAINED
    assert found.level is SupportLevel.L4
    assert found.runs[0] == Run(SupportLevel.L4, "Sieve 3", dt.date(2026, 11, 29), Where.CI)
    assert str(found.runs[1]) == "L2 Sieve 3 (development, 2026-11-29)"
    assert found.exempt == {"hooks": "the system sends none"}


def test_nothing_that_ran_is_no_level() -> None:
    """An adapter may be there before anything was shown."""
    assert read_support(table(runs="[]"), where="sieve").level is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"says nothing of its support; add \[tool.fachkraft-share.support\]"),
        ("tool = 1", "says nothing of its support"),
        ("[", "no TOML"),
        (table(more="level = 4"), "holds tier, runs, exempt and nothing else"),
        (f"{HEAD[:-2].replace('.support', '')}]\nsupport = 1", "holds tier, runs, exempt"),
        (table(tier='"gold"'), "tier must be one of maintained, community, example"),
        (table(runs="1"), "runs must be a list"),
        (table(runs="[1]"), r"runs\[0\]: needs level, system, date and where"),
        (table(runs=f"[{RUN}, {{}}]"), r"runs\[1\]: needs level"),
        (table(runs=f"[{RUN.replace('L4', 'L5')}]"), "level must be one of L1, L2, L3, L4"),
        (table(runs=f"[{RUN.replace('Sieve 3', ' ')}]"), "system must name system and version"),
        (table(runs=f"[{RUN.replace('2026-11-29', '29')}]"), "date must be a day"),
        (table(runs=f"[{RUN.replace('ci', 'here')}]"), "where must be one of ci, development"),
        (table(more="exempt = 1"), "exempt must be a table of rule"),
        (table(more='exempt = { hooks = "" }'), "exempt must be a table of rule"),
        (table(more='exempt = { "Not A Rule" = "x" }'), "exempt must be a table of rule"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(text: str, said: str) -> None:
    """Never guessed: a level that is not true would be worse than none."""
    with pytest.raises(SetupError, match=said) as caught:
        read_support(text, where="adapters/sieve/pyproject.toml")
    assert str(caught.value).startswith("adapters/sieve/pyproject.toml")

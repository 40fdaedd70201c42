"""`docs/hooks.md` says what the specifications say."""

from pathlib import Path

import pytest

from fachkraft_share.plugins.reference import GROUPS, PARTS, reference, specified, told

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"


def test_the_page_is_written_from_the_specifications():
    """Write it anew with: python -m fachkraft_share.plugins.reference > docs/hooks.md"""
    assert PAGE.read_text("utf-8") == reference()


def test_every_hook_stands_on_the_page_once():
    """A new hook without a place there would be known to nobody."""
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(specified())


@pytest.mark.parametrize("name", sorted(specified()))
def test_every_hook_says_when_with_what_to_what_end_and_what_an_error_does(name):
    """And what it is really used for."""
    summary, parts = told(specified()[name])
    assert summary.endswith(".")
    assert tuple(parts) == PARTS
    assert all(one.strip().endswith(".") for one in parts.values())

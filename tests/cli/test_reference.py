"""`docs/cli.md` says what the commands themselves say."""

from pathlib import Path

from fachkraft_share.cli.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_page_is_the_commands_own_help() -> None:
    """Write it anew with: python -m fachkraft_share.cli.reference > docs/cli.md"""
    assert PAGE.read_text("utf-8") == reference()

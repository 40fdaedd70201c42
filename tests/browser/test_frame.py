"""The frame every page stands in, on a node's home page in a real Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest

from fachkraft_share.node.http.serve import serving
from fachkraft_share.testing.small_alliance import Alliance


@pytest.fixture(scope="module")
def node() -> Iterator[str]:
    """A served node."""
    with serving(Alliance("muster", "beispiel").world.node.service) as url:
        yield url


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_home_page_can_be_read_by_everybody(
    node: str, tab: Any, audit: Any, language: str
) -> None:
    """Both themes, narrow and wide, nothing from elsewhere."""
    page = tab()
    page.goto(f"{node}/?lang={language}")
    audit(page, f"home-{language}")


def test_the_first_tab_lands_on_the_skip_link(node: str, tab: Any) -> None:
    """And leads to the content."""
    page = tab()
    page.goto(node)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"

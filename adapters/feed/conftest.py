"""A folder on a real web server of this machine, for each test."""

import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))
from feed_harness import FeedHarness
from feed_pages import CHROMIUM, Pages, chromium
from feed_server import served


@pytest.fixture
def folder():
    """A folder everybody may pass through: pytest's own are for their owner only."""
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        inner = Path(outer) / "alliance"
        inner.mkdir()
        yield inner


@pytest.fixture
def site(folder):
    """The folder, served."""
    with served(folder) as running:
        yield running


@pytest.fixture
def harness(folder, site):
    """The folder as the adapter's system."""
    return FeedHarness(folder, site, recommend="https://node.example/recommend")


@pytest.fixture(scope="module")
def browser():
    """One Chromium for a module; the tests skip where there is none."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    with chromium() as running:
        yield running


@pytest.fixture
def pages(harness, tmp_path):
    """A site of somebody else that embeds the feed."""
    with served(tmp_path, {"X-Content-Type-Options": "nosniff"}) as other:
        yield Pages(harness, tmp_path, other)

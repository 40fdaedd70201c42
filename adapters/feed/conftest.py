"""A folder on a real web server of this machine, for each test.

`FKS_LIVE_URL` and `FKS_LIVE_FOLDER` name a served folder of your own, empty and in which you may
write: then the shared suite runs there, and nothing else does.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))
from feed_harness import FeedHarness
from feed_live import Live, emptied
from feed_pages import CHROMIUM, Pages, chromium
from feed_server import served

LIVE = Live.named(os.environ)
_SUITE = "test_feed_suite.py"
_FILES = [one.name for one in Path(__file__).parent.glob("test_*.py")]
collect_ignore = [one for one in _FILES if one != _SUITE] if LIVE else []


@pytest.fixture
def folder():
    """A folder everybody may pass through: pytest's own are for their owner only."""
    if LIVE:
        with emptied(LIVE.folder) as own:
            yield own
        return
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        inner = Path(outer) / "alliance"
        inner.mkdir()
        yield inner


@pytest.fixture
def site(folder):
    """The folder, served."""
    if LIVE:
        yield LIVE
        return
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

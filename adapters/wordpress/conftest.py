"""Real WordPress sites on loopback: each started once for a run, emptied for each test.

`FKS_WORDPRESS=debian,npm:6.5,npm:nightly` chooses which; `FKS_LIVE_URL`, `_USER` and `_PASSWORD`
name an installation of somebody's on which the shared suite runs, too.
"""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))
from wordpress_feed import serving_feed
from wordpress_harness import WordPressHarness
from wordpress_live import LiveHarness, live_settings
from wordpress_proxy import passing_on
from wordpress_pulling import Pulling
from wordpress_site import started

LIVE = live_settings()
KINDS = [one for one in os.environ.get("FKS_WORDPRESS", "").split(",") if one]
KINDS += ["live"] if LIVE else []


@pytest.fixture(scope="session")
def running():
    """Return what gives a running site of a kind, the same one again; all stop at the end."""
    with ExitStack() as stack:
        sites = {}

        def site(kind):
            if kind not in sites:
                sites[kind] = stack.enter_context(started(kind))
            return sites[kind]

        yield site


@pytest.fixture(scope="module", params=KINDS or ["none"])
def site(request, running):
    """A running site of our own; None where it is somebody's."""
    if request.param == "none":
        pytest.skip("no site chosen: set FKS_WORDPRESS=debian,npm:6.5,npm:nightly or FKS_LIVE_URL")
    return None if request.param == "live" else running(request.param)


@pytest.fixture
def harness(site):
    """A site without anything of ours."""
    if site is not None:
        yield WordPressHarness(site)
        return
    with passing_on(LIVE["url"]) as proxy:
        live = LiveHarness(LIVE, proxy)
        yield live
        live.clean()


@pytest.fixture
def feed():
    """A feed that no site has fetched."""
    with serving_feed() as made:
        yield made


@pytest.fixture
def pulling(harness, feed):
    """A site that pulls the feed."""
    harness.site.probe("option", "fks_feed_url", feed.url)
    return Pulling(harness, feed)

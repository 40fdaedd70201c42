"""The shared suite behind a real nginx that is set up as the documentation says, and no other way.

Skipped where nginx is missing.
"""

from pathlib import Path

import pytest
import requests
from feed_nginx import NGINX, nginx

from fachkraft_share.testing.cms_suite import CmsAdapterSuite

pytestmark = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed")
TYPES = {
    "feed.json": "application/feed+json",
    "items.html": "text/html; charset=utf-8",
    "atom.xml": "application/atom+xml",
    "activities.ics": "text/calendar",
    "items.jsonld": "application/ld+json",
    "fachkraft-share.js": "text/javascript",
    "integrity.txt": "text/plain",
}


@pytest.fixture
def site(folder):
    """The folder behind nginx."""
    with nginx(folder) as running:
        yield running


class TestFeedBehindNginx(CmsAdapterSuite):
    """Every rule; the harness is in conftest."""


def test_the_documented_settings_leave_nothing_to_warn_of(harness):
    """Headers, and the right folder."""
    harness.put(harness.fresh())
    assert harness.fresh().check(at=harness.at).warnings == ()


def test_every_file_is_served_as_what_it_is(harness):
    """With its media type, to pages of every site, and for no search engine's index."""
    harness.put(harness.fresh())
    for name, expected in TYPES.items():
        answer = requests.get(f"{harness.site.url}/{name}", timeout=10)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(expected)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["X-Robots-Tag"] == "noindex"


def test_who_asks_again_gets_only_what_is_new(harness):
    """By the web server's own tag: 304 until something is written, then the whole."""
    url = f"{harness.site.url}/feed.json"
    tag = requests.get(url, timeout=10).headers["ETag"]
    asked = {"If-None-Match": tag}
    assert requests.get(url, headers=asked, timeout=10).status_code == 304
    harness.put(harness.fresh())
    answer = requests.get(url, headers=asked, timeout=10)
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 1

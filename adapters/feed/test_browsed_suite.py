"""The shared suite read by a real Chromium: what the component shows on a page of another site.

Skipped where playwright or Chromium is missing.
"""

import pytest
from feed_pages import BrowsedHarness, Pages
from feed_server import served

from fachkraft_share.testing.cms_suite import CmsAdapterSuite


class TestFeedInChromium(CmsAdapterSuite):
    """Every rule."""

    @pytest.fixture
    def harness(self, folder, site, browser, tmp_path):
        """The folder as the adapter's system, and a visitor's tab."""
        made = BrowsedHarness(folder, site)
        del site.headers["Access-Control-Expose-Headers"]  # so that the visitor's clock decides
        with served(tmp_path, {}) as other:
            made.page = Pages(made, tmp_path, other).lay()
            made.tab = browser.new_page()
            yield made
            made.tab.close()

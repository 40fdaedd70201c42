"""Pages of somebody else that embed the component, opened in a real Chromium."""

import os
import shutil
from contextlib import contextmanager

import pytest
from feed_harness import FeedHarness

from fachkraft_share_feed import integrity

CHROMIUM = os.environ.get("FKS_CHROMIUM") or shutil.which("chromium") or ""
INSIDE = '<a id="plain" href="https://alliance.example/">Zur Fachkräfte-Allianz</a>'


class Pages:
    """A site of somebody else, with its own origin and policy, that embeds the feed."""

    def __init__(self, harness, folder, site):
        self.harness, self.folder, self.site = harness, folder, site

    @property
    def policy(self):
        """Return the policy the documentation shows, for this feed, and nothing else allowed."""
        feed = self.harness.site.url
        return (
            f"default-src 'none'; script-src {feed}; connect-src {feed}; base-uri 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )

    def lay(self, *, attributes="", inside=INSIDE, head="", hashed=None):
        """Write the page and return its address; style comes from a file of the site's own."""
        feed = self.harness.site.url
        given = f'integrity="{hashed or integrity()}" crossorigin="anonymous"'
        (self.folder / "page.html").write_text(
            f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Betrieb</title>'
            f'<meta name="viewport" content="width=device-width">{head}'
            f'<script type="module" src="{feed}/fachkraft-share.js" {given}></script></head>'
            f"<body><main><h1>Ein Betrieb</h1><h2>Aus der Region</h2>"
            f'<fachkraft-share src="{feed}/feed.json" {attributes}>{inside}</fachkraft-share>'
            f"</main></body></html>",
            encoding="utf-8",
        )
        self.site.headers["Content-Security-Policy"] = self.policy
        return f"{self.site.url}/page.html"


@contextmanager
def chromium():
    """Run the browser for the block."""
    reason = "playwright is not installed"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield running
        finally:
            running.close()


def opened(tab, url):
    """Open the page and wait until the component has read its feed."""
    tab.goto(url)
    tab.wait_for_function(
        "() => document.querySelector('fachkraft-share').shadowRoot"
        "?.querySelector('ul, .empty, .recommend')"
    )
    return tab.locator("fachkraft-share")


class BrowsedHarness(FeedHarness):
    """Read as a visitor of another site reads: what the component shows in a real browser."""

    page, tab = "", None

    def seen(self, ref):
        """Open the page anew and return the item as it stands there by the visitor's clock."""
        self.tab.clock.set_fixed_time(self.now)
        shown = opened(self.tab, self.page).locator(f"#fks-{ref}")
        return shown.evaluate("one => one.outerHTML") if shown.count() else None

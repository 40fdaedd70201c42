"""A folder served by a real web server, read by an anonymous reader, for the shared suite."""

import json
import os
import time
from contextlib import contextmanager

import pytest
import requests

from fachkraft_share.limits import HOUR
from fachkraft_share.testing.cms_harness import CmsHarness
from fachkraft_share_feed import FeedAdapter

NOBODY = 65534
TITLE = "Fachkräfte-Allianz Goslar, Harz und Umgebung mit allen Betrieben und Kammern"
POSIX = os.name == "posix"
if POSIX:
    import resource


class FeedHarness(CmsHarness):
    """A folder of its own; as root, trouble with rights is made by being nobody for a while."""

    def __init__(self, folder, site, **settings):
        self.folder, self.site, self.at = folder, site, int(time.time())
        self.now = self.at  # the clock of a reader, who decides what is over
        own = {"folder": str(folder), "url": site.url, "title": TITLE}
        self.settings = {**own, **settings}
        self.fresh().set_up(at=self.at)

    def fresh(self):
        """Return another adapter on the same folder."""
        return FeedAdapter.connect(self.settings)

    def seen(self, ref):
        """Return the item as whoever keeps to the feed's times shows it."""
        feed = requests.get(f"{self.site.url}/feed.json", timeout=10).json()
        items = [one for one in feed["items"] if one["_fks"]["key"] == ref]
        self._compare(ref, items)
        if not items or self.now >= min(
            items[0]["_fks"]["valid_until"], feed["_fks"]["generated"] + HOUR
        ):
            return None
        [item] = items
        return f'<h3><a href="{item["url"]}">{item["title"]}</a></h3>{item["content_html"]}'

    def _compare(self, ref, items):
        """Fail where the list for pages without script says something else."""
        text = requests.get(f"{self.site.url}/items.html", timeout=10).text
        static = [one for one in items if one["_fks"]["kind"] != "teaser"]
        if text.count(f'id="fks-{ref}"') != len(static) or len(items) > 1:
            pytest.fail("list and feed say different things")

    def own_page(self, marker):
        """Lay a page beside."""
        (self.folder / "index.html").write_text(f"<p>{marker}</p>")

    def wait_until(self, moment):
        """Set the reader's clock; static files have none."""
        self.now = moment

    def stored(self):
        """Return the keys in the feed."""
        feed = json.loads((self.folder / "feed.json").read_bytes())
        return tuple(one["_fks"]["key"] for one in feed["items"])

    def content_of(self, ref):
        """Return what the feed and the list hold of it."""
        feed = json.loads((self.folder / "feed.json").read_bytes())
        [item] = [one for one in feed["items"] if one["_fks"]["key"] == ref]
        return "\n".join([item["title"], item["content_html"]]).encode()

    def names_of(self, ref):
        """Return its slug and its id."""
        feed = json.loads((self.folder / "feed.json").read_bytes())
        [item] = [one for one in feed["items"] if one["_fks"]["key"] == ref]
        return (f"fks-{item['_fks']['key']}", item["id"])

    def places_holding(self, marker):
        """Search every file below the folder, and what is served under its names."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        held = [path.name for path in files if marker in path.read_bytes()]
        return tuple(sorted(held))

    def plant(self, ref, marker):
        """Leave what an editor's copy leaves."""
        (self.folder / "items-alt.html").write_bytes(f'<li id="fks-{ref}">'.encode() + marker)

    @contextmanager
    def down(self):
        """Take the folder away, as an unmounted share is."""
        if not os.access(self.folder.parent, os.W_OK):
            pytest.skip("the folder cannot be taken away here")
        away = self.folder.with_name("away")
        self.folder.rename(away)
        self.folder.mkdir()
        try:
            yield
        finally:
            self.folder.rmdir()
            away.rename(self.folder)

    @contextmanager
    def forbidding(self):
        """Take the rights of the folder away."""
        _needs_posix()
        self.folder.chmod(0)
        with _nobody():
            yield
        self.folder.chmod(0o755)

    @contextmanager
    def talking_nonsense(self):
        """Let somebody else's file stand where the feed was."""
        feed = self.folder / "feed.json"
        before = feed.read_bytes()
        feed.write_text('{"items": "oops"}')
        yield
        feed.write_bytes(before)

    def failing_after(self, calls):
        """Let the disk take no file larger than so many bytes."""
        return _no_file_above(300 * calls)

    def erasing_half(self):
        """Let the disk take the first files and not the larger third."""
        return _no_file_above(450)


def _needs_posix():
    if not POSIX:
        pytest.skip("rights cannot be taken here")


@contextmanager
def _nobody():
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def _no_file_above(size):
    _needs_posix()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

"""What tests ask a site that pulls a feed."""

import requests


class Pulling:
    """A site that pulls a feed: the last look behind it, and what an anonymous reader sees."""

    def __init__(self, harness, feed):
        self.harness, self.feed, self.site = harness, feed, harness.site
        self._look = None

    def pull(self, *items, **members):
        """Let the feed hold these, and the site fetch it."""
        if items or members:
            self.feed.say(**{"items": list(items), **members})
        self._look = self.site.probe("pull")

    def visit(self):
        """Let WordPress's own schedule run, as a visit does; the answer comes when it is done."""
        self.site.probe("due")
        answer = requests.get(f"{self.site.url}/wp-cron.php", timeout=60)
        assert answer.ok
        self._look = self.site.probe("pulled")

    @property
    def state(self):
        """What the site remembers of fetching."""
        return self._look["state"]

    @property
    def items(self):
        """What was pulled and is stored, shown or not."""
        return self._look["items"]

    @property
    def held(self):
        """The titles of that."""
        return sorted(one["title"] for one in self.items)

    def shown(self, number):
        """Whether an anonymous reader sees it, on its own page as in the list."""
        title = f"Werkstattabend {number}"
        archive = requests.get(f"{self.site.url}/allianz/", timeout=30).text
        pages = [self.harness.seen(one["id"]) for one in self.items if one["title"] == title]
        own = any(page is not None and title in page for page in pages)
        assert own is (title in archive)
        return own

"""The shared suite's harness on a site of our own, which can be emptied, troubled and searched."""

import hashlib
import hmac
import json
import time
from contextlib import contextmanager

import requests
from wordpress_site import SECRET

from fachkraft_share.testing.cms_harness import CmsHarness
from fachkraft_share_wordpress import WordPressAdapter


class RunningHarness(CmsHarness):
    """What holds on every running site: its own time, anonymous readers, hooks as it signs them."""

    def __init__(self, url):
        self.url, self.at = url, int(time.time())

    def seen(self, ref):
        where = {"post_type": "fks_item", "p": ref}
        answer = requests.get(self.url, params=where, timeout=30)
        return answer.text if answer.ok else None

    def wait_until(self, moment):
        time.sleep(max(0, moment - time.time()))

    def hook(self, record, *, event, at, genuine=True):
        claims = {"id": event, "sent": at, "kind": "changed", "record": record, "title": "Lie"}
        body = json.dumps(claims).encode()
        return _signed(body if genuine else body + b"other"), body

    def ping(self, *, at):
        body = json.dumps({"id": "ping", "sent": at, "kind": "ping", "record": ""}).encode()
        return _signed(body), body

    # Troubles: `_trouble(status, after, method=, calls=)` answers so instead of the site ---------

    def down(self):
        return self._trouble(503)

    def talking_nonsense(self):
        return self._trouble(200)

    def failing_inside(self):
        return self._trouble(500)

    def limiting(self, *, retry_after):
        return self._trouble(429, retry_after)

    def failing_after(self, calls):
        return self._trouble(500, calls=calls)

    def erasing_half(self):
        return self._trouble(500, method="DELETE")


class WordPressHarness(RunningHarness):
    """An emptied site; troubles come from the router before WordPress, rights from its roles."""

    def __init__(self, site):
        site.probe("reset")
        super().__init__(site.url)
        self.site = site

    def fresh(self):
        password = (self.site.folder / "apppass").read_text()
        settings = {"url": self.site.url, "user": "fksbot", "password": password}
        return WordPressAdapter({**settings, "hook_secret": SECRET}, pause=lambda _: None)

    def own_page(self, marker):
        self.site.probe("page", marker)

    def stored(self):
        return tuple(self.site.probe("stored"))

    def content_of(self, ref):
        return self.site.probe("content", ref).encode()

    def names_of(self, ref):
        return (self.site.probe("name", ref),)

    def places_holding(self, marker):
        content = self.site.folder / "www" / "wp-content"
        files = [one for one in content.rglob("*") if one.is_file() and "sqlite" not in one.name]
        held = [str(one) for one in files if marker in one.read_bytes()]
        return ("database", *held) if marker in self.site.dump() else tuple(held)

    def plant(self, ref, marker):
        self.site.probe("plant", ref, marker.decode())

    @contextmanager
    def forbidding(self):
        self.site.probe("role", "subscriber")
        try:
            yield
        finally:
            self.site.probe("role", "author")

    @contextmanager
    def _trouble(self, status, after=None, *, method="", calls=0):
        trouble, count = self.site.folder / "trouble", self.site.folder / "calls"
        count.unlink(missing_ok=True)
        trouble.write_text(json.dumps([status, after, method, calls]))
        try:
            yield
        finally:
            trouble.unlink()


def _signed(body):
    return {"X-Fks-Signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}

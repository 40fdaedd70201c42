"""The shared suite's harnesses: any Plone that runs somewhere, and our own with its disk."""

import json
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests
from plone_site import BOT

from fachkraft_share.ports.publishing import key_of_slug
from fachkraft_share.testing.cms_harness import CmsHarness
from fachkraft_share_plone import PloneAdapter


class LiveHarness(CmsHarness):
    """A folder of a running Plone, reached with the adapter's own credentials; left as it was."""

    def __init__(self, url, user, password, folder):
        self.url, self.folder = url.rstrip("/"), folder
        self.credentials, self.at = (user, password), int(time.time())
        if self.stored():
            pytest.fail("the folder holds items of ours: the suite needs one without")
        self._before = self._ids()

    def fresh(self):
        user, password = self.credentials
        settings = {"url": self.url, "user": user, "password": password, "folder": self.folder}
        return PloneAdapter(settings, pause=lambda _: None)

    def seen(self, ref):
        # A browser follows to the login form; that is not the page.
        address = f"{self.url}{self.folder}/{ref}"
        answer = requests.get(address, timeout=60, allow_redirects=False)
        return answer.text if answer.status_code == 200 else None

    def own_page(self, marker):
        text = {"data": f"<p>{marker}</p>", "content-type": "text/html"}
        made = {"@type": "Document", "title": marker, "text": text}
        self._call("POST", "", json=made)

    def wait_until(self, moment):
        time.sleep(max(0, moment - time.time()))

    def stored(self):
        return tuple(one for one in self._ids() if key_of_slug(one) is not None)

    def content_of(self, ref):
        page = self._call("GET", f"/{ref}").json()
        return f"{page['title']}\n{page['text']['data']}".encode()

    def names_of(self, ref):
        address = self._call("GET", f"/{ref}").json()["@id"]
        return (urlsplit(address).path.rpartition("/")[2],)

    def places_holding(self, marker):  # noqa: ARG002
        pytest.skip("only who has the site's disk can search it")

    def plant(self, ref, marker):  # noqa: ARG002
        pytest.skip("only who has the site's disk can search it")

    def leave(self):
        """Delete what this test made, with its notes."""
        for one in self._ids() - self._before:
            self._call("DELETE", f"/{one}")

    def _ids(self):
        asked = {"b_size": "1000", "show_inactive": "1"}
        answer = self._call("GET", "/@search", params=asked).json()
        folder = f"{urlsplit(self.url).path}{self.folder}/"
        paths = [urlsplit(one["@id"]).path for one in answer["items"]]
        return {one.removeprefix(folder) for one in paths if one.startswith(folder)}

    def _call(self, method, path, **how):
        headers = {"Accept": "application/json"}
        address = f"{self.url}{self.folder}{path}"
        how = {"headers": headers, "auth": self.credentials, **how}
        answer = requests.request(method, address, timeout=60, **how)
        answer.raise_for_status()
        return answer


class PloneHarness(LiveHarness):
    """Our own emptied site; troubles come from the filter before Plone."""

    def __init__(self, site):
        self.site = site
        site.empty()
        super().__init__(site.url, *BOT, "/allianz")

    def places_holding(self, marker):
        files = [one for one in self.site.files() if marker in one.read_bytes()]
        # What a transaction is written to first, and the pack's old copy, belong to Data.fs.
        held = {"Data.fs" if one.name.startswith("Data.fs") else str(one) for one in files}
        words = self.site.probe("words", word=marker.decode().lower())
        return (*sorted(held), *(["word list"] if words else []))

    def plant(self, ref, marker):
        # As an editor does who moves a page, or brings one back.
        self.site.api("allianz", json={"@type": "Folder", "id": "archiv", "title": "Archiv"})
        page = {"@type": "Document", "id": ref, "title": marker.decode()}
        self.site.api("allianz/archiv", json=page)

    @contextmanager
    def forbidding(self):
        # Its rights taken, the user could still do much: it is the owner of what it made.
        self.site.api(f"@users/{BOT[0]}", method="PATCH", json={"password": "Another-4711"})
        try:
            yield
        finally:
            self.site.api(f"@users/{BOT[0]}", method="PATCH", json={"password": BOT[1]})

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

    @contextmanager
    def _trouble(self, status, after=None, *, method="", calls=0):
        trouble, count = self.site.folder / "trouble", self.site.folder / "calls"
        count.unlink(missing_ok=True)
        trouble.write_text(json.dumps([status, after, method, calls]))
        try:
            yield
        finally:
            trouble.unlink()

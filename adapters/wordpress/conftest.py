"""A real WordPress on loopback: started once for each version, emptied for each test."""

import hashlib
import hmac
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from fachkraft_share.testing.cms_harness import CmsHarness
from fachkraft_share_wordpress import WordPressAdapter

HERE = Path(__file__).parent
SITES = [one for one in os.environ.get("FKS_WORDPRESS", "").split(",") if one]
SECRET = "the hook's secret"
NEEDED = {"debian": ("php", "mariadbd", "mariadb-dump"), "npm": ("php", "npm", "unzip")}


class Site:
    """One running WordPress."""

    def __init__(self, kind, folder):
        self.kind, self.folder = kind, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        plugin = HERE / "plugin" / "fachkraft-share.php"
        own = {"D": str(folder), "P": str(self.port), "PLUGIN": str(plugin)}
        self.environment = {**os.environ, **own}
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self, *command):
        """Start or stop it; what it says goes into a file, lest servers hold our pipe."""
        with (self.folder / "site.log").open("ab") as log:
            script = ["bash", str(HERE / "site" / "site.sh"), *command]
            subprocess.run(script, env=self.environment, check=True, stdout=log, stderr=log)

    def probe(self, *command):
        """Ask behind the site."""
        php = ["php", str(self.folder / "probe.php"), *command]
        done = subprocess.run(php, env=self.environment, check=True, capture_output=True)
        return json.loads(done.stdout)

    def dump(self):
        """Return the whole database as text."""
        if self.kind == "debian":
            dump = ["mariadb-dump", "-S", str(self.folder / "db" / "s.sock"), "-uroot", "wp"]
            return subprocess.run(dump, check=True, capture_output=True).stdout
        database = self.folder / "www" / "wp-content" / "database" / ".ht.sqlite"
        with sqlite3.connect(database) as connection:
            return "\n".join(connection.iterdump()).encode()


class WordPressHarness(CmsHarness):
    """An emptied site; troubles come from the router before WordPress, rights from its roles."""

    def __init__(self, site):
        self.site, self.at = site, int(time.time())
        site.probe("reset")

    def fresh(self):
        password = (self.site.folder / "apppass").read_text()
        settings = {"url": self.site.url, "user": "fksbot", "password": password}
        return WordPressAdapter({**settings, "hook_secret": SECRET}, pause=lambda _: None)

    def seen(self, ref):
        where = {"post_type": "fks_item", "p": ref}
        answer = requests.get(self.site.url, params=where, timeout=30)
        return answer.text if answer.ok else None

    def own_page(self, marker):
        self.site.probe("page", marker)

    def wait_until(self, moment):
        time.sleep(max(0, moment - time.time()))

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

    def hook(self, record, *, event, at, genuine=True):
        claims = {"id": event, "sent": at, "kind": "changed", "record": record, "title": "Lie"}
        body = json.dumps(claims).encode()
        return _signed(body if genuine else body + b"other"), body

    def ping(self, *, at):
        body = json.dumps({"id": "ping", "sent": at, "kind": "ping", "record": ""}).encode()
        return _signed(body), body


def _signed(body):
    return {"X-Fks-Signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()}


def _missing(kind):
    needed = NEEDED[kind.split(":")[0]]
    missing = [one for one in needed if shutil.which(one) is None]
    if kind == "debian" and not Path("/usr/share/wordpress").is_dir():
        missing.append("Debian's package wordpress")
    if kind == "debian" and hasattr(os, "geteuid") and os.geteuid() != 0:
        missing.append("root, as MariaDB runs as its own user")
    return missing


@pytest.fixture(scope="module", params=SITES)
def site(request):
    """A running site; without the programs the tests skip, or fail where they are required."""
    missing = _missing(request.param)
    if missing:
        require = os.environ.get("FKS_REQUIRE_WORDPRESS") == "1"
        (pytest.fail if require else pytest.skip)(f"{request.param} needs {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        running = Site(request.param, Path(folder))
        try:
            running.run("up", request.param)
            yield running
        finally:
            running.run("down")
            time.sleep(2)  # MariaDB writes until it ends


@pytest.fixture
def harness(site):
    """An emptied site."""
    return WordPressHarness(site)

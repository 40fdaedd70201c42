"""A real Plone on loopback, in a throw-away folder; started once, emptied for each test."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

ADMIN = ("admin", "secret-of-the-tests")
BOT = ("fksbot", "Bot-pass-12345")
ROLES = ("Contributor", "Editor", "Reviewer", "Reader")  # add, edit, review, view
HERE = Path(__file__).parent
_PLONE = ("Plone==6.2.2", "plone.app.layout<7")  # without the second an alpha comes along
_FILTER = f"""
[filter:trouble]
paste.filter_app_factory = plone_trouble:make
folder = {{folder}}
cleaning = {HERE.parent / "site"}
"""


class Site:
    """One Plone instance with the site `fks`, whose folder `allianz` is ours."""

    def __init__(self, programs, folder):
        self.programs, self.folder, self.home = programs, folder, folder / "z"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.root = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.root}/fks"
        self._running = None

    def make(self):
        """Make the instance and the site, as a site's owner would."""
        python, made = self.programs / "python", self.programs / "mkwsgiinstance"
        _run(made, "-d", self.home, "-u", ":".join(ADMIN), "-p", python)
        self._configure()
        self.start()
        self.api("@sites/classic", at=self.root, json=_site())
        self.api("@addons/plone.restapi/install", json={})
        account = {"username": BOT[0], "password": BOT[1], "email": "bot@example.org"}
        self.api("@users", json={**account, "roles": ["Member"]})
        self.api("", json={"@type": "Folder", "id": "allianz", "title": "Allianz"})
        self.api("allianz/@workflow/publish", json={})
        self.allow(*ROLES)

    def allow(self, *given):
        """Give the adapter's user these roles in the folder, and no others."""
        roles = {one: one in given for one in ROLES}
        entry = {"id": BOT[0], "type": "user", "roles": roles}
        self.api("allianz/@sharing", json={"entries": [entry], "inherit": True})

    def empty(self):
        """Delete every page but the folder and clean, so that nothing is found of another test."""
        (self.folder / "trouble").unlink(missing_ok=True)
        self.allow(*ROLES)
        found = self.api("@search?b_size=1000&sort_on=path", method="GET").json()["items"]
        for one in reversed(found):
            if one["@id"] not in (self.url, f"{self.url}/allianz"):
                self.api("", at=one["@id"], method="DELETE", ok=False)
        self.probe("clean")

    def api(self, path, *, at="", method="POST", json=None, ok=True):
        """Call as the administrator."""
        headers = {"Accept": "application/json"}
        address = f"{at or self.url}/{path}"
        answer = requests.request(
            method, address, json=json, headers=headers, auth=ADMIN, timeout=60
        )
        assert answer.ok or not ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def probe(self, what, **query):
        """Ask behind the site; in the body, since addresses are logged."""
        answer = requests.post(f"{self.root}/fks-probe/{what}", json=query, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def files(self):
        """Return every file the site writes."""
        return [one for one in (self.home / "var").rglob("*") if one.is_file()]

    def start(self):
        """Start it and wait until it answers."""
        environment = {**os.environ, "PYTHONPATH": str(HERE)}
        with (self.folder / "log").open("ab") as log:
            command = [self.programs / "runwsgi", self.home / "etc" / "zope.ini"]
            self._running = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + 120
        while not _answers(self.root):
            if self._running.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.3)

    def stop(self):
        """Stop it, if it runs."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait(timeout=60)
            self._running = None

    def clean(self):
        """Run the cleaning as the documentation says, while the site is stopped."""
        self.stop()
        script = HERE.parent / "site" / "clean.py"
        _run(self.programs / "zconsole", "run", self.home / "etc" / "zope.conf", script, "fks")
        self.start()

    def _configure(self):
        ini, conf = self.home / "etc" / "zope.ini", self.home / "etc" / "zope.conf"
        where = f"127.0.0.1:{self.port}"
        ours = {"host": "127.0.0.1", "port": str(self.port), "listen": where}
        ours["pipeline"] = "\n    trouble"
        names = [(line.partition("=")[0].strip(), line) for line in ini.read_text().splitlines()]
        lines = [f"{name} = {ours[name]}" if name in ours else line for name, line in names]
        ini.write_text("\n".join(lines) + _FILTER.format(folder=self.folder))
        blobs = self.home / "var" / "blobstorage"
        blobs.mkdir(mode=0o700)
        path = "path $INSTANCE/var/Data.fs"
        conf.write_text(conf.read_text().replace(path, f"{path}\n  blob-dir {blobs}"))


def install(folder):
    """Install Plone into a new environment and return its programs."""
    _run(sys.executable, "-m", "venv", folder / "plone")
    programs = folder / "plone" / "bin"
    _run(programs / "python", "-m", "pip", "install", "-q", *_PLONE)
    return programs


def _site():
    return {
        "site_id": "fks",
        "title": "FKS",
        "description": "",
        "default_language": "de",
        "portal_timezone": "Europe/Berlin",
        "setup_content": False,
    }


def _run(*command):
    done = subprocess.run(
        [str(one) for one in command], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {(done.stdout + done.stderr)[-2000:]}")


def _answers(address):
    try:
        return requests.get(address, timeout=60).ok
    except requests.ConnectionError:
        return False

"""A real WordPress on loopback, started by `site/site.sh` and stopped at the end."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PLUGIN = HERE.parent / "plugin" / "fachkraft-share"
SECRET = "the hook's secret"
_NEEDED = {
    "debian": ("php", "unzip", "curl", "mariadbd", "mariadb-install-db", "mariadb-dump"),
    "npm": ("php", "unzip", "curl", "npm"),
}
_EXTENSIONS = {"debian": {"mysqli"}, "npm": {"pdo_sqlite"}}
_LOG_SHOWN = 2000  # characters of what a start that failed has said


class Site:
    """One running WordPress; `kind` is `debian` or `npm:VERSION`."""

    def __init__(self, kind, folder):
        self.kind, self.folder = kind, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        own = {"D": str(folder), "P": str(self.port), "PLUGIN": str(PLUGIN)}
        self.environment = {**os.environ, **own}
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self, *command):
        """Start or stop it; what it says goes into a file, lest servers hold our pipe."""
        with (self.folder / "site.log").open("ab") as log:
            script = ["bash", str(HERE / "site" / "site.sh"), *command]
            done = subprocess.run(script, env=self.environment, stdout=log, stderr=log, check=False)
        if done.returncode:
            said = (self.folder / "site.log").read_text(errors="replace")[-_LOG_SHOWN:]
            raise RuntimeError(f"{self.kind}: site.sh {command[0]} failed. It said:\n{said}")

    def probe(self, *command):
        """Ask behind the site."""
        php = ["php", str(self.folder / "probe.php"), *command]
        done = subprocess.run(php, env=self.environment, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"probe {command[0]}: {done.stdout + done.stderr}")
        return json.loads(done.stdout)

    def dump(self):
        """Return the whole database as text."""
        if self.kind == "debian":
            dump = ["mariadb-dump", "-S", str(self.folder / "db" / "s.sock"), "-uroot", "wp"]
            return subprocess.run(dump, check=True, capture_output=True).stdout
        database = self.folder / "www" / "wp-content" / "database" / ".ht.sqlite"
        with sqlite3.connect(database) as connection:
            return "\n".join(connection.iterdump()).encode()


@contextmanager
def started(kind):
    """A running site; without the programs the tests skip, or fail where they are required."""
    missing = _missing(kind)
    if missing:
        require = os.environ.get("FKS_REQUIRE_WORDPRESS") == "1"
        (pytest.fail if require else pytest.skip)(f"{kind} needs {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # MariaDB runs as its own user
        site = Site(kind, Path(folder))
        try:
            site.run("up", kind)
            yield site
        finally:
            site.run("down")


def _missing(kind):
    family = kind.split(":")[0]
    missing = [one for one in _NEEDED[family] if shutil.which(one) is None]
    if "php" not in missing:
        php = [str(shutil.which("php")), "-m"]
        there = subprocess.run(php, check=True, capture_output=True, text=True).stdout.split()
        wanted = {"xml", "mbstring", "curl", *_EXTENSIONS[family]} - set(there)
        missing += [f"PHP's extension {one}" for one in sorted(wanted)]
    if family == "debian" and not Path("/usr/share/wordpress").is_dir():
        missing.append("Debian's package wordpress")
    return missing

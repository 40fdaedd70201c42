"""The demo's operating-system processes: the node, and one for each company."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

import attrs

from fachkraft_share.cli.browser import Browser
from fachkraft_share.cli.demo.firms import Firm
from fachkraft_share.errors import RefusedError, SetupError, TemporaryError, UnreachableError

_PATIENCE: Final = 120.0  # seconds a process may take to start or to end on a busy machine
_PROXIES: Final = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy")


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def surroundings() -> dict[str, str]:
    """Return the environment of the demo's processes: no proxy, no settings of this user."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.lower() not in _PROXIES and not name.startswith("FKS_")
    }
    return {**kept, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}


def command(*arguments: str) -> list[str]:
    """Return a command of this command line, run by this interpreter."""
    return [sys.executable, "-m", "fachkraft_share.cli", *arguments]


def run(*arguments: str, log: Path) -> Any:
    """Run one command in a process of its own and return the JSON it prints.

    Raises:
        SetupError: it failed; its own sentence says why.
    """
    with log.open("ab") as errors:
        done = subprocess.run(  # noqa: S603 - our own command line
            command(*arguments, "--json"),
            stdout=subprocess.PIPE,
            stderr=errors,
            env=surroundings(),
            timeout=_PATIENCE,
            check=False,
        )
    if done.returncode:
        raise SetupError(f"fachkraft-share {' '.join(arguments[:2])} ended with {done.returncode}")
    return json.loads(done.stdout)


@attrs.define
class Process:
    """One process with its log; `command` starts it again after it was killed."""

    name: str
    arguments: list[str]
    log: Path
    _running: "subprocess.Popen[str] | None" = None

    @property
    def pid(self) -> int:
        """The process id, 0 when it does not run."""
        return self._running.pid if self._running else 0

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as errors:
            self._running = subprocess.Popen(  # noqa: S603 - our own command line
                self.arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=surroundings(),
                encoding="utf-8",
                start_new_session=os.name == "posix",  # Ctrl-C is for the story-teller only
            )

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        if self._running is not None:
            self._running.kill()
            self._end(self._running)

    def stop(self) -> None:
        """Ask it to end; kill it when it does not."""
        if self._running is None:
            return
        self._running.terminate()
        try:
            self._running.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._running.kill()
        self._end(self._running)

    def _end(self, running: "subprocess.Popen[str]") -> None:
        running.wait()
        for pipe in (running.stdin, running.stdout):
            if pipe is not None:
                pipe.close()
        self._running = None

    def pipes(self) -> tuple[IO[str], IO[str]]:
        """Return where to write to it and where to read from it."""
        if self._running is None or self._running.stdin is None or self._running.stdout is None:
            raise UnreachableError(f"{self.name} does not run")
        return self._running.stdin, self._running.stdout


@attrs.define
class NodeProcess(Process):
    """The chamber's node, as `fachkraft-share node serve` runs it."""

    url: str = ""

    def wait(self) -> None:
        """Wait until its pages answer."""
        browser, until = Browser(), time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                if browser.get(f"{self.url}/-/health").status == 200:
                    return browser.close()
            except UnreachableError:
                time.sleep(0.05)
        raise SetupError("the node did not start; see its log")


@attrs.define
class Company(Process):
    """One company: a process that runs its member engine and does what it is told, line by line."""

    firm: Firm = attrs.field(kw_only=True)
    folder: Path = attrs.field(kw_only=True)
    shared: Path = attrs.field(kw_only=True)  # the folder of its adapter
    traffic: Path = attrs.field(kw_only=True)  # every byte it ever received

    def ask(self, do: str, **options: Any) -> Any:
        """Let the company do something and return what came of it.

        Raises:
            RefusedError, TemporaryError: as the company's own library raised them.
        """
        to, back = self.pipes()
        to.write(json.dumps({"do": do, "with": options}) + "\n")
        to.flush()
        line = back.readline()
        if not line:
            raise UnreachableError(f"{self.name} ended: {self._last_words()}")
        return _told(json.loads(line))

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1] if lines else "its log is empty"


def _told(answer: Mapping[str, Any]) -> Any:
    if "error" not in answer:
        return answer["result"]
    if answer["temporary"]:
        raise TemporaryError(answer["error"])
    raise RefusedError(answer["code"], answer["error"])

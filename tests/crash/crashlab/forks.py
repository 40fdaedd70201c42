"""Real processes, cheaply: a server that imported everything once and forks a process per job.

1. The server opens nothing and has one thread; what it forks is an ordinary interpreter.
2. A job waits for `go`, so that a tracer can be attached before it does anything.
3. What it says goes out with `sendmsg`, which no fault strikes: it tells what was promised.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import attrs

HERE = Path(__file__).parents[1]
PATIENCE = 120.0  # seconds a process may take on a busy machine
DONE, FAILED = "done", "failed"
Told = dict[str, Any]


@attrs.define(eq=False)
class Worker:
    """One forked process and what it says."""

    pid: int
    channel: socket.socket
    handle: int  # of the process: a number could be another's by now
    said: list[Told] = attrs.field(factory=list)
    _rest: bytes = b""

    def go(self) -> None:
        """Let it begin."""
        self.channel.sendall(b"go")

    def listen(self, what: str) -> Told:
        """Wait until it says this; raise EOFError if it ends before."""
        for told in self._heard():
            if told["what"] == what:
                return told
        raise EOFError(f"ended before it said {what}: {self.said[-1:]}")

    def finish(self) -> list[Told]:
        """Wait for its end; return everything it said."""
        for _ in self._heard():
            pass
        self.close()
        return self.said

    @property
    def ended(self) -> str:
        """How it ended: done, failed, or killed."""
        last = self.said[-1]["what"] if self.said else ""
        return last if last in (DONE, FAILED) else "killed"

    def kill(self) -> None:
        """Kill it and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        self.finish()

    def stop(self) -> None:
        """Ask it to end, and wait."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGTERM)
        self.finish()

    def close(self) -> None:
        """Forget it."""
        if self.handle >= 0:
            self.channel.close()
            os.close(self.handle)
            self.handle = -1

    def _heard(self) -> Iterator[Told]:
        if self.handle < 0:
            return
        while True:
            line, found, rest = self._rest.partition(b"\n")
            if found:
                self._rest = rest
                told = json.loads(line)
                self.said.append(told)
                yield told
                continue
            block = self._receive()
            if not block:
                return
            self._rest += block

    def _receive(self) -> bytes:
        try:
            return self.channel.recv(1 << 16)
        except ConnectionResetError:
            return b""


class ForkServer:
    """Starts workers."""

    def __enter__(self) -> Self:
        """Start the server."""
        self.folder = Path(tempfile.mkdtemp(prefix="fks"))  # a socket's path is short
        self.log = self.folder / "log"
        self._turn = threading.Lock()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.folder / "s"))
        self._listening.listen()
        self._listening.settimeout(PATIENCE)
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, str(HERE / "crashlab" / "working.py"), str(self.folder / "s")],
                stdin=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """End the server; its workers were ended by whoever started them."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(PATIENCE)
        self._listening.close()
        shutil.rmtree(self.folder)

    def start(self, job: str, **arguments: Any) -> Worker:
        """Fork a process for this job; it waits for `go`."""
        assert self._server.stdin is not None
        with self._turn:
            self._server.stdin.write(json.dumps({"job": job, "with": arguments}) + "\n")
            self._server.stdin.flush()
            channel, _ = self._listening.accept()
        channel.settimeout(PATIENCE)
        worker = Worker(0, channel, -2)
        worker.handle = 0
        worker.pid = worker.listen("here")["pid"]
        worker.handle = os.pidfd_open(worker.pid)
        return worker

    def run(self, job: str, **arguments: Any) -> list[Told]:
        """Do a job to its end; return what it said."""
        worker = self.start(job, **arguments)
        worker.go()
        return worker.finish()

"""`serve` as a process of its own: the real port, the worker, an orderly end."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from fachkraft_share.errors import SetupError
from fachkraft_share.node.folder import Founding, init, open_node
from fachkraft_share.node.http.serve import listen, serving
from fachkraft_share.node.records import Kept
from fachkraft_share.node.worker import HEARTBEAT

PROGRAM = """
import sys
from pathlib import Path
from fachkraft_share.node.http.serve import serve
serve(Path(sys.argv[1]), port=0, started=lambda url: print(url, flush=True))
print("closed", flush=True)
"""


def found(folder: Path) -> Any:
    """Make a node's folder."""
    founding = Founding("https://node.harz.example", "https://harz.example")
    return init(folder / "node", founding, root=folder / "root.json")


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    """It tells its address, works, and ends with 0 and nothing on stderr."""
    found(tmp_path).exchange.store.close()
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "node")]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        url = process.stdout.readline().strip()
        assert requests.get(f"{url}/.well-known/fachkraft-share", timeout=10).status_code == 200
        process.send_signal(number)
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out, errors) == (0, "closed\n", "")
    node = open_node(tmp_path / "node")
    with node.exchange.store.begin(write=False) as transaction:
        assert transaction.get(Kept, HEARTBEAT) is not None
    node.exchange.store.close()


def test_stopping_answers_whoever_waits(tmp_path: Path, join: Any) -> None:
    """A waiting poll gets its empty answer instead of a broken connection."""
    node = found(tmp_path)
    told: list[Any] = []
    with serving(node) as url:
        member = join(node, url)
        member.poll()
        thread = threading.Thread(target=lambda: told.append(member.poll(wait=40)))
        thread.start()
        room = node.exchange.committed.__self__
        while not room._readers:
            time.sleep(0.02)
        begun = time.monotonic()
    thread.join()
    assert time.monotonic() - begun < 20
    assert told[0]["events"] == []
    node.exchange.store.close()


def test_a_taken_port_is_said_before_anything_is_opened() -> None:
    """One sentence, no traceback."""
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port}"):
            listen("127.0.0.1", port)


def test_the_worker_goes_on_after_an_accident(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A turn that breaks is logged by its kind alone; the next turn comes."""
    from fachkraft_share import limits

    monkeypatch.setattr(limits, "TICK", 0.05)
    node = found(tmp_path)
    turns: list[int] = []

    def tick() -> None:
        turns.append(1)
        raise ValueError("Erika Mustermann")

    node.tick = tick
    with caplog.at_level(logging.ERROR), serving(node, worker=True):
        while len(turns) < 3:
            time.sleep(0.02)
    assert "worker: ValueError" in caplog.text
    assert "Erika" not in caplog.text
    node.exchange.store.close()


def test_an_accident_tells_a_stranger_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours is a problem without details; the log has its kind and place."""
    node = found(tmp_path)

    def broken(_: Any) -> Any:
        raise KeyError("Erika Mustermann")

    node.handle = broken
    with caplog.at_level(logging.ERROR), serving(node) as url:
        answer = requests.get(f"{url}/federation", timeout=10)
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:fks:problem:internal")
    assert "Erika" not in answer.text + caplog.text
    assert "KeyError" in caplog.text
    node.exchange.store.close()


def test_links_are_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Addresses of the desk are keys: no logger sees them, at any level."""
    node = found(tmp_path)
    with caplog.at_level(logging.DEBUG), serving(node) as url:
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as raw:
            raw.sendall(b"GET /d/SECRETSECRET HTTP/1.1\r\nHost: x\r\nUpgrade: y\r\n\r\n")
            raw.recv(100)
        caplog_before = caplog.text
    assert "SECRETSECRET" not in caplog_before
    node.exchange.store.close()

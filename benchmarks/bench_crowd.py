"""What others notice while somebody sends the most expensive bodies a door takes (P16).

Waiting times, not CPU: the only figure here that needs a clock on the wall. Both are measured by
the same reader within a turn, a burst of calls alone and a burst beside the sender.
"""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from figure import Bench, Figure, In
from load import Load
from town import Town, town

CALLS = 400
PAUSE = 0.004  # seconds between two calls: a reader, not a second attack
HOSTILE = """
import socket, sys, urllib.parse
from fachkraft_share import limits
to = urllib.parse.urlsplit(sys.argv[1])
count = limits.BODY_VALUES - 2
value = b'{"token":"' + b"x" * (limits.EVENTS_BYTES // count - 16) + b'"},'
few = value * count
body = b'{"events":[' + few[:-1] + b"]}"
head = b"POST /events HTTP/1.1\\r\\nHost: node\\r\\nContent-Type: application/json\\r\\n"
sent = head + b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body
print("begun", flush=True)
while True:
    with socket.create_connection((to.hostname, to.port)) as one:
        one.sendall(sent)
        one.recv(65536)
"""


def benches(folder: Path, stack: ExitStack) -> Iterator[Bench]:
    """Yield the bench."""
    place = stack.enter_context(town(folder / "crowd"))
    reader = Load(place.url, connections=1)
    stack.callback(reader.close)
    figure = Figure(
        "others' p99 beside a sender of the largest postings, against alone",
        2.0,
        In.TIMES,
        f"{CALLS} calls of `GET /federation` on one connection; one sender without end of 2 MB of "
        "JSON from a process of its own, no proxy between",
    )

    def turn() -> Sequence[float]:
        reader.connect()
        alone = _p99(reader)
        with _hostile(place):
            beside = _p99(reader)
        return [beside / alone]

    yield Bench((figure,), turn)


def _p99(reader: Load) -> float:
    asked = [b"GET /federation HTTP/1.1\r\nHost: node\r\n\r\n"]
    waited = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        reader.send(asked)
        waited.append(time.perf_counter() - begun)
        time.sleep(PAUSE)
    return sorted(waited)[-max(1, CALLS // 100)]


@contextmanager
def _hostile(place: Town) -> Iterator[None]:
    command = [sys.executable, "-c", HOSTILE, place.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as sender:
        if sender.stdout is not None:
            sender.stdout.readline()
        try:
            yield
        finally:
            sender.kill()

"""The server that forks: run as a program, it reads jobs line by line from its input."""

import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from crashlab import jobs

from fachkraft_share.errors import FachkraftShareError

Say = Callable[..., None]


def main(address: str) -> None:
    """Fork a process for every line until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them by number
    for line in sys.stdin:
        if os.fork() == 0:
            try:
                work(address, json.loads(line))
            finally:
                os._exit(0)  # what it wrote is on the disk or it is not: no orderly end here


def work(address: str, told: dict[str, Any]) -> None:
    """Do one job and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel = socket.socket(socket.AF_UNIX)
    channel.connect(address)

    def say(what: str, **more: Any) -> None:
        channel.sendmsg([json.dumps({"what": what, **more}).encode() + b"\n"])

    say("here", pid=os.getpid())
    if channel.recv(2) != b"go":
        return
    try:
        jobs.JOBS[told["job"]](say, **told["with"])
    except FachkraftShareError as error:
        say("failed", kind=type(error).__name__, own=True, text=str(error))
    except BaseException as error:
        # Whatever else comes out is a finding; the test shows it.
        text = traceback.format_exc()[-3000:]
        say("failed", kind=type(error).__name__, own=isinstance(error, SystemExit), text=text)
    else:
        say("done")


if __name__ == "__main__":
    main(sys.argv[1])

"""The list of listening sockets is the kernel's own."""

import os
import socket
import subprocess
import sys

import pytest

from fachkraft_share.cli.demo.sockets import family, listening, readable

pytestmark = pytest.mark.skipif(not readable(), reason="this system does not show its tables")
CHILD = (
    "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
    "print(s.getsockname()[1], flush=True); sys.stdin.read()"
)


def test_a_listening_socket_of_this_process_is_seen() -> None:
    """Before it listens it is not, afterwards it is, with its port."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        assert port not in {one.port for one in listening([os.getpid()])}
        server.listen()
        assert port in {one.port for one in listening([os.getpid()])}


def test_a_childs_socket_is_seen_through_its_family() -> None:
    """Who starts helpers cannot hide a door behind them."""
    command = [sys.executable, "-c", CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        port = int(child.stdout.readline())
        assert port in {one.port for one in listening(family([os.getpid()]))}
        assert child.pid in family([os.getpid()])
        child.communicate()

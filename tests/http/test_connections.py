"""Connections as they come from proxies and from strangers: heads, bodies and what follows them."""

import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from fachkraft_share import limits

GET = b"GET /.well-known/fachkraft-share HTTP/1.1\r\nHost: x\r\n"


def connect(url: str) -> socket.socket:
    """Return a raw connection."""
    parts = urlsplit(url)
    return socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20)


def answered(connection: socket.socket) -> bytes:
    """Return one whole answer's first line."""
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    [length] = [
        int(line.split(b":")[1])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length")
    ]
    while len(body) < length:
        body += connection.recv(65536)
    return head.partition(b"\r\n")[0]


def ended(connection: socket.socket) -> bytes:
    """Return everything until the other side closes, which may be with a reset."""
    found = b""
    try:
        while chunk := connection.recv(65536):
            found += chunk
    except ConnectionError:
        return found
    return found


def test_a_connection_serves_one_request_after_the_other(alliance: Any) -> None:
    """Also when their bytes come in pieces, or several requests at once."""
    with connect(alliance.url) as connection:
        for byte in GET + b"\r\n":
            connection.sendall(bytes([byte]))
        assert b" 200 " in answered(connection)
        connection.sendall((GET + b"\r\n") * 2)
        found = b""
        while found.count(b"HTTP/1.1 200 ") < 2:
            found += connection.recv(65536)


def test_an_offered_upgrade_is_not_taken(alliance: Any) -> None:
    """Proxies offer HTTP/2 like that; the answer comes in HTTP/1.1."""
    with connect(alliance.url) as connection:
        connection.sendall(GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        assert b" 200 " in answered(connection)


@pytest.mark.parametrize("hosts", [b"", b"Host: x\r\nHost: y\r\n"], ids=["none", "two"])
def test_a_request_names_one_host(alliance: Any, hosts: bytes) -> None:
    """Two readers could take two hosts differently (RFC 9112 § 3.2)."""
    with connect(alliance.url) as connection:
        connection.sendall(b"GET /federation HTTP/1.1\r\n" + hosts + b"\r\n")
        assert ended(connection).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "head",
    [
        b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        b"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
        b"CONNECT node.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=["two-lengths", "two-numbers", "blank", "folded", "zero", "tunnel", "http2"],
)
def test_what_two_readers_could_take_differently_is_refused(alliance: Any, head: bytes) -> None:
    """Where a request ends is never a matter of opinion (request smuggling)."""
    with connect(alliance.url) as connection:
        connection.sendall(head)
        assert ended(connection).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("endless", [b"X-A: ", b"X-A: b\r\n", b""], ids=["value", "fields", "url"])
def test_an_endless_head_is_cut_off(alliance: Any, endless: bytes) -> None:
    """Its bytes are counted while they come, whatever they are."""
    start = GET if endless else b"GET /"
    chunk = endless if endless.endswith(b"\n") else b"x"
    most = 2 * limits.HEADER_BYTES + 2**20
    with connect(alliance.url) as connection:
        connection.sendall(start + endless)
        sent = 0
        try:
            while sent < most:
                sent += connection.send(chunk * 1000)
        except ConnectionError:
            return
        assert ended(connection).startswith(b"HTTP/1.1 400 ")


def test_a_connection_that_asks_nothing_more_is_closed(hasty: Any, idle: int) -> None:
    """After an answer, and also when the rest of a refused body came later."""
    for late in (b"", b"x" * (limits.REQUEST_BYTES + 1)):
        with connect(hasty.url) as connection:
            head = f"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: {len(late)}\r\n\r\n"
            connection.sendall(head.encode())
            answered(connection)
            connection.sendall(late)
            begun = time.monotonic()
            assert ended(connection) == b""
            assert time.monotonic() - begun < 15 * idle


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let connections idle no longer than a second."""
    monkeypatch.setattr(limits, "IDLE_SECONDS", 1)
    return 1

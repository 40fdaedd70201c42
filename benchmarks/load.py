"""A load that costs little: prepared requests over kept connections, several at once."""

import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

_LENGTH = b"content-length: "
_HEAD_END = b"\r\n\r\n"
_GREETING = b"GET /.well-known/fachkraft-share HTTP/1.1\r\nHost: node\r\n\r\n"


def request(
    path: str, body: bytes, *, content_type: str = "application/json", authorization: str = ""
) -> bytes:
    """Return a POST as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: node\r\nContent-Type: {content_type}\r\n"
    head += f"Content-Length: {len(body)}\r\n"
    head += f"Authorization: {authorization}\r\n" if authorization else ""
    return f"{head}\r\n".encode() + body


class Load:
    """Connections to one server; what is sent is answered before the next is sent on it."""

    def __init__(self, url: str, *, connections: int) -> None:
        split = urlsplit(url)
        self._address = (split.hostname or "", split.port or 80)
        self._sockets: list[socket.socket] = []
        self._threads = ThreadPoolExecutor(connections)
        self._connections = connections

    def connect(self) -> None:
        """Open the connections anew, each used once: a server closes what idles for long."""
        for one in self._sockets:
            one.close()
        self._sockets = [_connected(self._address) for _ in range(self._connections)]
        self.send([_GREETING] * self._connections)

    def send(self, requests: Sequence[bytes]) -> list[bytes]:
        """Send all requests, spread over the connections; return the bodies of the answers.

        Raises:
            OSError: an answer is no success.
        """
        ways = len(self._sockets)
        shares = [requests[n::ways] for n in range(ways)]
        return [
            answer
            for answers in self._threads.map(_exchange, self._sockets, shares)
            for answer in answers
        ]

    def close(self) -> None:
        """Close the connections."""
        self._threads.shutdown()
        for one in self._sockets:
            one.close()


def _connected(address: tuple[str, int]) -> socket.socket:
    found = socket.create_connection(address)
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return found


def _exchange(connection: socket.socket, requests: Sequence[bytes]) -> list[bytes]:
    return [_answer(connection, one) for one in requests]


def _answer(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    received = _more(connection)
    while _HEAD_END not in received:
        received += _more(connection)
    head, _, body = received.partition(_HEAD_END)
    if head[9:10] != b"2":
        raise OSError(f"the node answered {head[9:12]!r}: {body[:200]!r}")
    lower = head.lower()
    start = lower.index(_LENGTH) + len(_LENGTH)
    length = int(lower[start:].partition(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    return body


def _more(connection: socket.socket) -> bytes:
    found = connection.recv(65536)
    if not found:
        raise OSError("the node closed the connection")
    return found

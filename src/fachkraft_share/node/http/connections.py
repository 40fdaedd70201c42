"""Connections: a head that does not come, and the rest of a body nobody wants, are cut off.

uvicorn parses with llhttp here, at a third of what its parser in Python costs. That one takes heads
of any size, and neither limits how long a request may take to arrive.

1. A head has at most `limits.HEADER_BYTES`; what comes without end is cut off by the next read.
2. A timer runs for whatever the other side owes: a head, the rest of a body, the next request.
"""

import asyncio
import socket

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fachkraft_share import limits
from fachkraft_share.node.calls import problem
from fachkraft_share.node.http.answers import complete


class _BadHeadError(Exception):
    """Makes the parser refuse a head; it leaves no trace of what was in it."""


class TimedProtocol(HttpToolsProtocol):
    """One connection, with a timer for whatever the other side owes."""

    _timer: asyncio.TimerHandle | None = None
    _until: float | None = None
    _owed = ""
    _in_head = True  # a head has to come, or to go on
    _in_body = False
    _head_bytes = 0
    _hosts = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect a head."""
        super().connection_made(transport)
        # asyncio does so only for sockets made with an explicit protocol. Without it an answer's
        # second segment waits for the delayed acknowledgement of the first, about 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take data and see what is owed now."""
        before = self._in_head
        super().data_received(data)
        if before and self._in_head:  # the parser tells of a field only when it has ended
            self._head_bytes += len(data)
            if self._head_bytes > limits.HEADER_BYTES and not self.transport.is_closing():
                self.send_400_response("")
        self._expect()

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._in_head, self._head_bytes, self._hosts = True, 0, 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request's target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field."""
        self._count(len(name) + len(value))
        self._hosts += name.lower() == b"host"
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin the request; who names no host, or two, may mean another one (RFC 9112 § 3.2)."""
        if self._hosts != 1 and (self._hosts or self.parser.get_http_version() == "1.1"):
            raise _BadHeadError
        self._in_head, self._in_body = False, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End the request's body."""
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """See what is left of the request that was answered."""
        super().on_response_complete()
        self._expect()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Refuse what is not HTTP as a problem, unless an answer has begun already."""
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_refusal())
        self.transport.close()

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > limits.HEADER_BYTES:
            raise _BadHeadError

    def _expect(self) -> None:
        """Set the moment until which what is owed must come; the same debt keeps its moment."""
        owed = self._what_is_owed()
        if owed == self._owed:
            return
        self._owed = owed
        seconds = {
            "head": limits.HEADER_SECONDS,
            "rest": limits.DRAIN_SECONDS,
            "request": limits.IDLE_SECONDS,
        }.get(owed)
        self._until = None if seconds is None else self.loop.time() + seconds
        if self._until is not None:
            self._wake(self._until)

    def _wake(self, until: float) -> None:
        """Have a timer that rings by then; one that rings earlier looks again."""
        if self._timer is not None and self._timer.when() <= until:
            return
        if self._timer is not None:
            self._timer.cancel()
        if not self.transport.is_closing():
            self._timer = self.loop.call_at(until, self._ring)

    def _ring(self) -> None:
        """Close the connection if its time is over; there are many requests to one timer."""
        self._timer = None
        if self._until is None:
            return
        if self.loop.time() >= self._until:
            self.transport.close()
        else:
            self._wake(self._until)

    def _what_is_owed(self) -> str:
        if self._in_head:
            return "head"
        if self.cycle is None or not self.cycle.response_complete:
            return ""  # our turn, or the body's, which has its own limit
        return "rest" if self._in_body else "request"

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._owed, self._until = "", None


def _refusal() -> bytes:
    told = problem("malformed", "this is not HTTP", at=0)
    headers = [
        (b"content-type", told.content_type.encode()),
        (b"content-length", b"%d" % len(told.body)),
        (b"connection", b"close"),
    ]
    lines = b"".join(b"%s: %s\r\n" % one for one in complete(headers))
    return b"HTTP/1.1 %d Bad Request\r\n%s\r\n%s" % (told.status, lines, told.body)

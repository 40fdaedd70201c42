"""Connections: a head that does not come, and the rest of a body nobody wants, are cut off.

uvicorn limits the head's bytes and how long a kept connection idles; how long a request may take to
arrive, it does not.
"""

import asyncio
import socket

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from fachkraft_share import limits
from fachkraft_share.node.calls import problem
from fachkraft_share.node.http.answers import complete


class TimedProtocol(H11Protocol):
    """One connection, with a timer for whatever the other side owes."""

    _timer: asyncio.TimerHandle | None = None
    _owed = ""

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
        super().data_received(data)
        self._expect()

    def on_response_complete(self) -> None:
        """See what is left of the request that was answered."""
        super().on_response_complete()
        self._expect()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Refuse what is not HTTP as a problem, like everything else."""
        told = problem("malformed", "this is not HTTP", at=0)
        headers = [
            (b"content-type", told.content_type.encode()),
            (b"content-length", b"%d" % len(told.body)),
            (b"connection", b"close"),
        ]
        answer = h11.Response(status_code=told.status, headers=complete(headers), reason=b"")
        for event in (answer, h11.Data(data=told.body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _expect(self) -> None:
        """Start the timer for what is owed; one that runs for the same goes on running."""
        owed = self._what_is_owed()
        if owed == self._owed:
            return
        self._cancel()
        self._owed = owed
        seconds = {"head": limits.HEADER_SECONDS, "rest": limits.DRAIN_SECONDS}.get(owed)
        if seconds is not None and not self.transport.is_closing():
            self._timer = self.loop.call_later(seconds, self.transport.close)

    def _what_is_owed(self) -> str:
        if self.conn.their_state is h11.SEND_BODY:
            return "rest" if self.conn.our_state is h11.DONE else ""
        if self.conn.their_state is not h11.IDLE:
            return ""
        first = self.cycle is None
        return "head" if first or self.conn.trailing_data[0] else ""  # else uvicorn's idle time

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._owed = ""

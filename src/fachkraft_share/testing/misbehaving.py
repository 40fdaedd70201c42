"""A web interface on this machine that answers, and misbehaves, as a test tells it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import attrs


@attrs.frozen
class Asked:
    """What the server was asked; headers by small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@attrs.frozen
class Reply:
    """What it answers, JSON unless a body is given; `raw` is written as it is, then it hangs up."""

    status: int = 200
    value: Any = None
    body: bytes | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)
    raw: bytes | None = None
    before: Callable[[], object] | None = None  # called before anything is answered


class Misbehaving:
    """Answers with the replies laid ready, the last one again and again, or as its path says."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.by_path: dict[str, Callable[[Asked], Reply]] = {}
        self.date = ""  # what its clock shows, if not the time
        self._replies: list[Reply] = []
        self._http = _Server(("127.0.0.1", 0), _handler(self))

    @property
    def base(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def answers(self, *replies: Reply) -> None:
        """Lay replies ready."""
        self._replies = list(replies)

    def reply(self, asked: Asked) -> Reply:
        """Return what to answer."""
        self.asked.append(asked)
        found = self.by_path.get(asked.path.partition("?")[0])
        if found is not None:
            return found(asked)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    @contextmanager
    def running(self) -> Iterator["Misbehaving"]:
        """Serve until the block is left."""
        serve = self._http.serve_forever
        thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            thread.join()
            self._http.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: that clients hang up is what is tested."""


def _handler(server: Misbehaving) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._answer
            raise AttributeError(name)

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.reply(Asked(self.command, self.path, headers, body))
            if reply.before is not None:
                reply.before()
            if reply.raw is None:
                self._write(reply)
            else:
                self.wfile.write(reply.raw)
                self.close_connection = True

        def _write(self, reply: Reply) -> None:
            body = json.dumps(reply.value).encode() if reply.body is None else reply.body
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: addresses may hold what a test calls private."""

        def date_time_string(self, timestamp: float | None = None) -> str:
            return server.date or super().date_time_string(timestamp)

    return Handler

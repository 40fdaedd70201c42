"""Serves a site to the person at this machine alone, with nothing but the standard library.

1. Only 127.0.0.1 listens, and a call must name that address: no foreign page comes in by DNS.
2. The link of the terminal works once; from then on a cookie of this browser opens the pages.
3. Nothing is logged: the link is a key.
"""

import hmac
import logging
import os
import secrets
import sys
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

from fachkraft_share import limits
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.headers import PAGE_HEADERS
from fachkraft_share.web.look import HTML
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Call

ADDRESS: Final = "127.0.0.1"
ENTRY: Final = "/open/"
_log = logging.getLogger("fachkraft_share.cli")
# The new page is asked for by our own page: a strict cookie would not come along a redirect.
_ENTERED: Final = (
    '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>fachkraft-share</title>'
    '<meta http-equiv="refresh" content="0;url=/"></head><body><p><a href="/">Weiter</a></p>'
    "</body></html>"
)


def serve_locally(
    site: Site,
    *,
    open_browser: bool,
    started: Callable[[str], None] = lambda _: None,
    port: int = 0,
) -> None:
    """Serve until Ctrl-C, or until `LocalSite.stop`; `started` is told the link that opens it."""
    with LocalSite(site, port=port) as local:
        local.run(open_browser=open_browser, started=started)


class LocalSite:
    """A site on a port of this machine; `link` opens it, once."""

    def __init__(self, site: Site, *, port: int = 0) -> None:
        self.site = site
        self._server = _Server((ADDRESS, port), _Handler)
        self._server.local = self
        self._key = secrets.token_urlsafe(32)
        self._cookie = secrets.token_urlsafe(32)
        self._opened = False

    def __enter__(self) -> "LocalSite":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.server_close()

    @property
    def host(self) -> str:
        """The address as a browser names it."""
        return f"{ADDRESS}:{self._server.server_address[1]}"

    @property
    def link(self) -> str:
        """The link that opens the site, once."""
        return f"http://{self.host}{ENTRY}{self._key}"

    def run(
        self, *, open_browser: bool = False, started: Callable[[str], None] = lambda _: None
    ) -> None:
        """Serve until Ctrl-C or `stop`."""
        started(self.link)
        if open_browser:  # beside us: a text browser keeps whoever starts it waiting
            Thread(target=webbrowser.open, args=(self.link,), daemon=True).start()
        try:
            self._server.serve_forever()
        except KeyboardInterrupt:
            return

    def stop(self) -> None:
        """End serving; call it from another thread than `run`'s, as every page is."""
        self._server.shutdown()

    def respond(self, call: Call) -> Response:
        """Answer a call: only to this browser, only under this address."""
        if call.headers.get("host") != self.host:
            return self.site.refuse(call, "local")
        if call.path.startswith(ENTRY):
            return self._enter(call)
        if not self._known(call) and not call.path.startswith("/static/"):
            return self.site.refuse(call, "local")  # which wants its style sheet
        return self.site.respond(call)

    def _enter(self, call: Call) -> Response:
        """Let the first in who brings the link; later on only the same browser."""
        fits = hmac.compare_digest(call.path.removeprefix(ENTRY).encode(), self._key.encode())
        if not fits or call.method != "GET" or (self._opened and not self._known(call)):
            return self.site.refuse(call, "local")
        self._opened = True
        cookie = f"{self._name}={self._cookie}; HttpOnly; SameSite=Strict; Path=/"
        return Response(200, _ENTERED.encode(), HTML, {**PAGE_HEADERS, "Set-Cookie": cookie})

    def _known(self, call: Call) -> bool:
        shown = (part.strip() for part in call.headers.get("cookie", "").split(";"))
        return any(
            hmac.compare_digest(one.encode(), f"{self._name}={self._cookie}".encode())
            for one in shown
        )

    @property
    def _name(self) -> str:
        # Cookies do not know ports: two sites open at once must not take each other's.
        return f"fks-local-{self._server.server_address[1]}"


class _Server(ThreadingHTTPServer):
    """Takes its port for itself, and asks no name server what it is called."""

    daemon_threads = True
    # On Windows "reuse" would let another program listen on the very same port.
    allow_reuse_address = os.name != "nt"
    local: LocalSite

    def server_bind(self) -> None:
        """Take the port."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(self, *_: Any) -> None:
        """Name what broke and nothing of the call; a browser that hangs up is no news."""
        error = sys.exception()
        if not isinstance(error, OSError):
            _log.error("a page failed: %s", type(error).__name__)


class _Handler(BaseHTTPRequestHandler):
    """Reads a call within its limits and sends the answer; one call a connection."""

    server: _Server
    timeout = limits.BODY_SECONDS
    server_version = "fachkraft-share"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer."""
        self._respond(b"")

    def do_HEAD(self) -> None:
        """Answer without a body."""
        self._respond(b"")

    def do_POST(self) -> None:
        """Read the form, and answer."""
        stated = self.headers.get("Content-Length", "")
        if not stated.isdecimal():
            self.send_error(411)
            return
        most = self.server.local.site.limit(urlsplit(self.path).path) + 1
        body = self.rfile.read(min(int(stated), most))
        self._respond(body)
        # What was not read is thrown away, so that the browser reads our answer and no reset.
        self.rfile.read(min(int(stated) - len(body), limits.FORM_BYTES))

    def _respond(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        call = Call(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers=_headers(self.headers.items()),
            body=body,
            client=str(self.client_address[0]),
        )
        response = self.server.local.respond(call)
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, text in response.headers.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *_: Any) -> None:
        """Log nothing."""


def _headers(found: list[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, text in found:
        key = name.lower()
        more = "; " if key == "cookie" else ", "
        headers[key] = headers[key] + more + text if key in headers else text
    return headers

"""Does an address lead back to this machine? Asked before there is a node that could answer."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

from fachkraft_share import limits
from fachkraft_share.ports.http import is_loopback
from fachkraft_share.ports.trial import Trial, doubtful, failed

_HERE: Final = "127.0.0.1"


def leads_back(url: str, *, port: int) -> Trial:
    """Answer on the node's own port for a moment, and look whether the address brings us there."""
    from fachkraft_share.node.trying import try_own_address

    mark = secrets.token_urlsafe(12)
    try:
        with _answering(mark, port=port):
            found = try_own_address(url, node=mark)
    except OSError:
        return failed("port-taken", port=port)
    if found.passed and is_loopback(urlsplit(url).hostname or ""):
        return doubtful("only-here", url=url)
    if found.code == "gateway":
        return failed("gateway", **{**found.values, "port": port})
    return found


@contextmanager
def _answering(mark: str, *, port: int) -> Iterator[None]:
    """Serve a mark for the time of the block.

    Raises:
        OSError: the port is taken.
    """
    server = _Server((_HERE, port), _Handler)
    server.mark = mark
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # What ended a moment ago must not count; on Windows it would let us listen beside a node.
    allow_reuse_address = os.name != "nt"
    mark: str


class _Handler(BaseHTTPRequestHandler):
    """Knows one page: the one every node has."""

    server: _Server
    timeout = limits.BODY_SECONDS

    def do_GET(self) -> None:
        """Answer with the mark, or as a node answers what it does not know."""
        from fachkraft_share.node.trying import WELL_KNOWN

        known = self.path == WELL_KNOWN
        body = json.dumps({"node": self.server.mark} if known else {}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: Any) -> None:
        """Log nothing."""

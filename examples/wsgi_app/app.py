"""A plain WSGI application served by several processes; whoever is asked to synchronises.

Run it: FKS_FOLDER=~/.fachkraft-share APP_TOKEN=... python app.py 8000 2   (port, processes)
"""

import hmac
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import fachkraft_share
from fachkraft_share.errors import BusyError

Environ = dict[str, Any]
Start = Callable[..., Any]


def has_token(environ: Environ) -> bool:
    """Tell whether the call carries the token of the house."""
    wanted = f"Bearer {os.environ['APP_TOKEN']}"
    return hmac.compare_digest(environ.get("HTTP_AUTHORIZATION", "").encode(), wanted.encode())


def hr_tool(environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Answer what was there before: here a page to synchronise by hand."""
    if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) != ("POST", "/synchronise"):
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no such page\n"]
    if not has_token(environ):
        start_response("401 Unauthorized", [("Content-Type", "text/plain")])
        return [b"sign in first\n"]
    try:
        report = exchange.member.sync(wait=int(environ.get("QUERY_STRING") or 0))
    except BusyError:
        start_response("409 Conflict", [("Content-Type", "text/plain")])
        return [f"{os.getpid()}: another process is at it\n".encode()]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()}: received {report.received}, online {report.online}\n".encode()]


exchange = fachkraft_share.init(hr_tool, allow=has_token)
application = exchange.app


class Quiet(WSGIRequestHandler):
    """Logs no addresses."""

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


def serve(server: WSGIServer, processes: int) -> None:
    """Serve from this process and from copies of it, all over the same socket."""
    for _ in range(processes - 1):
        if os.fork() == 0:
            break
    server.serve_forever()


if __name__ == "__main__":
    port, processes = int(sys.argv[1]), int(sys.argv[2])
    server = make_server("127.0.0.1", port, application, handler_class=Quiet)
    exchange.member.inbox()  # the parent has the store open, as one that has served already
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    serve(server, processes)

"""What stands between the adapter and somebody's site: it passes calls on, or makes trouble."""

import base64
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

_OWN = {"host", "connection", "content-length", "transfer-encoding", "accept-encoding"}
_KEPT = ("Content-Type", "Date", "Retry-After")


class Proxy:
    """Passes on to one site; `status` and what follows say what it answers instead."""

    def __init__(self, site, port):
        self.site, self.url = site.rstrip("/"), f"http://127.0.0.1:{port}"
        self.trouble = None  # status, Retry-After, only this method, after so many calls
        self.forbidding = False

    def answer(self, method, path, headers, body):
        """Return status, headers and body."""
        status, after = self._instead(method)
        if status:
            named = {} if after is None else {"Retry-After": str(after)}
            return status, named, b"<p>qzxprivate nonsense"
        passed = {name: one for name, one in headers.items() if name.lower() not in _OWN}
        if self.forbidding and "Authorization" in passed:
            user = base64.b64decode(passed["Authorization"].split()[1]).split(b":")[0]
            wrong = base64.b64encode(user + b":not the password").decode()
            passed["Authorization"] = f"Basic {wrong}"
        said = requests.request(method, self.site + path, headers=passed, data=body, timeout=60)
        kept = {name: said.headers[name] for name in _KEPT if name in said.headers}
        return said.status_code, kept, said.content

    def _instead(self, method):
        if self.trouble is None:
            return None, None
        status, after, only, calls = self.trouble
        self.trouble = status, after, only, calls - 1
        return (status, after) if calls <= 0 and only in ("", method) else (None, None)


@contextmanager
def passing_on(site):
    """A proxy on loopback for the site."""

    class Handler(BaseHTTPRequestHandler):
        def _pass_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, said = proxy.answer(self.command, self.path, self.headers, body)
            self.send_response_only(status)
            for name, one in headers.items():
                self.send_header(name, one)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_PUT = do_POST = do_DELETE = _pass_on  # noqa: N815 - the library's names

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        proxy = Proxy(site, server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield proxy
        finally:
            server.shutdown()

"""A plain web server for a folder, with the headers the documentation asks for."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

TYPES = {
    ".json": "application/feed+json",
    ".xml": "application/atom+xml",
    ".ics": "text/calendar; charset=utf-8",
    ".jsonld": "application/ld+json",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Date",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = TYPES

    def __init__(self, *args, headers, frozen, asked, **kwargs):
        self.given, self.frozen, self.asked = headers, frozen, asked
        super().__init__(*args, **kwargs)

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        name = self.path.lstrip("/")
        if name in self.frozen:  # as a cache in front that answers what it once got
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.frozen[name])
        else:
            super().do_GET()

    def end_headers(self):
        for name, value in self.given.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_):
        """Say nothing."""


class Served:
    """A served folder: `headers` are sent with everything, `frozen` is what a cache keeps."""

    def __init__(self, server, headers, frozen, asked):
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.headers, self.frozen, self.asked = headers, frozen, asked


@contextmanager
def served(folder, headers=HEADERS):
    """Serve the folder on loopback for the block."""
    sent, frozen, asked = dict(headers), {}, []
    handler = partial(_Handler, directory=str(folder), headers=sent, frozen=frozen, asked=asked)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield Served(server, sent, frozen, asked)
        finally:
            server.shutdown()

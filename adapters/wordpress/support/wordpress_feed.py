"""The alliance's feed for the tests: a server on loopback that says what a test wants it to say."""

import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fachkraft_share.ports.publishing import ItemKind, item_key


def item(number, *, body="<p>Am <strong>Montag</strong></p>", seconds=3600, **changed):
    """An invented activity as the feed holds it."""
    key = item_key(ItemKind.ACTIVITY, f"pulled {number}")
    own = {"key": key, "kind": "activity", "valid_until": int(time.time()) + seconds}
    made = {"id": key, "title": f"Werkstattabend {number}", "content_html": body, "_fks": own}
    return {**made, "language": "de", **changed}


class FeedServer:
    """Answers GET with the feed; counts the calls and honours If-None-Match."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/feed.json"
        self.status, self.body, self.headers = 200, b"", {}
        self.statuses = []  # of every answer, in order
        self.asked = []  # the headers of every call
        self.say([])

    def say(self, items, **members):
        """Hold these items from now on."""
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Allianz", "items": items}
        self.body, self.status = json.dumps({**feed, **members}).encode(), 200
        self.headers = {"ETag": f'"{hashlib.sha256(self.body).hexdigest()}"'}

    def answer(self, asked):
        """Return status, headers and body for a call."""
        self.asked.append({name.lower(): one for name, one in asked.items()})
        known = asked.get("If-None-Match")
        same = self.status == 200 and known is not None and known == self.headers.get("ETag")
        self.statuses.append(304 if same else self.status)
        return self.statuses[-1], self.headers, b"" if same else self.body


@contextmanager
def serving_feed():
    """A feed without items."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = feed.answer(self.headers)
            self.send_response(status)
            for name, one in headers.items():
                self.send_header(name, one)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        feed = FeedServer(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield feed
        finally:
            server.shutdown()

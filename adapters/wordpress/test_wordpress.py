"""The shared suite on real WordPress sites."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests

from fachkraft_share.testing.cms_suite import CmsAdapterSuite


class TestWordPress(CmsAdapterSuite):
    """Every rule; the harness is in conftest."""


def test_the_plugins_own_hook_is_taken(harness):
    """WordPress signs as the adapter reads, and names the item that changed, nothing else."""
    calls = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.append((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        harness.site.probe("option", "fks_hook_url", f"http://127.0.0.1:{server.server_port}/")
        harness.site.probe("option", "fks_hook_secret", "the hook's secret")
        try:
            ref = harness.put(harness.fresh())
            harness.fresh().erase(ref, at=harness.at)
        finally:
            harness.site.probe("option", "fks_hook_url", "")
            server.shutdown()
    assert len(calls) >= 2
    adapter = harness.fresh()
    for headers, body in calls:
        hint = adapter.hint(headers, body, at=harness.at)
        assert hint is not None
        assert hint.record == ref
        assert b"qzx" not in body


def test_without_credentials_the_routes_tell_nothing(harness):
    """Neither what is listed nor what a key belongs to."""
    harness.put(harness.fresh())
    for path in ("check", "items", "items/1", "keys/" + "0" * 32):
        answer = requests.get(f"{harness.url}/wp-json/fachkraft-share/v1/{path}", timeout=30)
        assert answer.status_code == 401


def test_uninstalling_leaves_nothing(harness):
    """Neither items, public or not, nor the secret of the hooks."""
    adapter = harness.fresh()
    harness.put(adapter)
    adapter.unpublish(harness.put(adapter, number=2), at=harness.at)
    harness.site.probe("option", "fks_hook_secret", "qzxsecret")
    assert harness.places_holding(b"qzxsecret")
    harness.site.probe("uninstall")
    assert harness.stored() == ()
    assert harness.places_holding(b"qzxcanary") == ()
    assert harness.places_holding(b"qzxsecret") == ()

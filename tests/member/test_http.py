"""The real transport against a real socket: what it sends, and what it refuses to follow."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import SetupError, UnreachableError
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.runtime import Request


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, content = 200, f"{self.command} {self.path} ".encode() + body
        if self.path.startswith("/moved"):
            status = 302
        if self.path.startswith("/busy"):
            status = 503
        if self.path.startswith("/large"):
            content = b"x" * 4096
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Location", "/elsewhere")
        self.send_header("Retry-After", "7")
        self.send_header("X-Seen", self.headers.get("Authorization") or "")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="module")
def node() -> Iterator[str]:
    """The address of a server on loopback."""
    server = HTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    """A transport, closed in the end."""
    made = HttpTransport()
    yield made
    made.close()


def test_an_operation_becomes_method_path_resource_and_query(node: str, transport) -> None:
    """As the request token signs it."""
    request = Request("PUT /blobs", "abc", "to=x&referral=y", b"sealed", authorization="FKS t")
    assert transport.call(node, request).body == b"PUT /blobs/abc?to=x&referral=y sealed"
    assert request.op == "PUT /blobs/abc?to=x&referral=y"


def test_no_redirect_is_followed(node: str, transport) -> None:
    """Attack 6: the token must not travel where somebody else points."""
    answer = transport.call(node, Request("GET /moved"))
    assert answer.status == 302
    assert b"elsewhere" not in answer.body


def test_retry_after_is_told(node: str, transport) -> None:
    """The caller waits as long as it was asked to."""
    answer = transport.call(node, Request("GET /busy"))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "7")


def test_a_proxy_of_the_environment_is_not_asked(node: str, transport, monkeypatch) -> None:
    """It would see tokens and sealed data."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert transport.call(node, Request("GET /federation")).status == 200


def test_an_answer_without_end_is_cut(node: str, transport, monkeypatch) -> None:
    """P16: bounded memory, whatever the node sends."""
    monkeypatch.setattr(limits, "ANSWER_BYTES", 1000)
    with pytest.raises(UnreachableError, match="too large"):
        transport.call(node, Request("GET /large"))


def test_a_node_that_is_not_there_is_unreachable(transport) -> None:
    """The error names no address and no content."""
    with pytest.raises(UnreachableError, match="does not answer"):
        transport.call("http://127.0.0.1:9", Request("GET /federation"))


@pytest.mark.parametrize(
    "address", ["http://node.example", "ftp://x", "http://127.0.0.1.evil.example", "//x"]
)
def test_only_https_or_this_machine(transport, address: str) -> None:
    """TLS authenticates the node."""
    with pytest.raises(SetupError, match="https"):
        transport.call(address, Request("GET /federation"))

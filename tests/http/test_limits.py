"""What is too large, too deep, packed or too slow is refused before anybody parses it."""

import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.ports.runtime import Request
from fachkraft_share.wire.encoding import sha256

JSON = {"Content-Type": "application/json"}


def code(answer: requests.Response) -> str:
    """Return the problem's code."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return str(body["type"]).removeprefix("urn:fks:problem:")


def connect(url: str) -> socket.socket:
    """Return a raw connection."""
    parts = urlsplit(url)
    return socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20)


def said(connection: socket.socket) -> bytes:
    """Return everything until the other side closes."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def send_slowly(connection: socket.socket, chunk: bytes, *, seconds: int) -> None:
    """Send a little at a time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        connection.sendall(chunk)
        time.sleep(0.05)


@pytest.mark.parametrize("path", ["/poll", "/invitations", "/members", "/withdrawals"])
def test_a_body_that_says_it_is_too_large_is_refused(alliance: Any, path: str) -> None:
    """Content-Length alone decides."""
    body = b" " * (limits.REQUEST_BYTES + 1)
    answer = requests.post(f"{alliance.url}{path}", data=body, headers=JSON, timeout=10)
    assert (answer.status_code, code(answer)) == (413, "too-large")


def test_a_body_without_length_is_counted(alliance: Any) -> None:
    """A chunked body is refused as soon as it is larger than allowed."""

    def chunks() -> Iterator[bytes]:
        for _ in range(limits.REQUEST_BYTES // 1024 + 2):
            yield b" " * 1024

    answer = requests.post(f"{alliance.url}/poll", data=chunks(), headers=JSON, timeout=10)
    assert (answer.status_code, code(answer)) == (413, "too-large")


def test_a_get_takes_no_body(alliance: Any) -> None:
    """There is nothing a body could mean."""
    answer = requests.get(f"{alliance.url}/federation", data=b"x", timeout=10)
    assert code(answer) == "too-large"


def test_deep_json_is_malformed(alliance: Any) -> None:
    """Depth is counted on the bytes, not by recursion."""
    answer = requests.post(f"{alliance.url}/events", data=b"[" * 100_000, headers=JSON, timeout=10)
    assert (answer.status_code, code(answer)) == (400, "malformed")


@pytest.mark.parametrize("packing", ["gzip", "identity, gzip", "br"])
def test_packed_bodies_are_refused(alliance: Any, packing: str) -> None:
    """Nothing is ever unpacked, so there is no bomb."""
    headers = {**JSON, "Content-Encoding": packing}
    answer = requests.post(f"{alliance.url}/events", data=b"x", headers=headers, timeout=10)
    assert (answer.status_code, code(answer)) == (415, "media-type")


def test_a_slow_body_is_given_up(hasty: Any) -> None:
    """Whoever does not send the rest gets 408."""
    with connect(hasty.url) as connection:
        head = b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"
        connection.sendall(head)
        assert b" 408 " in connection.recv(65536).partition(b"\r\n")[0]


def test_a_slow_form_is_given_up(hasty: Any) -> None:
    """The desk waits no longer than the operations."""
    with connect(hasty.url) as connection:
        head = b"POST /d/abc/decline HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
        connection.sendall(head)
        assert connection.recv(65536).startswith(b"HTTP/1.1 4")


def test_a_slow_head_is_cut_off(hasty: Any) -> None:
    """Connections that never say what they want do not stay."""
    connection = connect(hasty.url)
    connection.sendall(b"GET /federation HTTP/1.1\r\nHos")
    assert said(connection) == b""


def test_the_rest_of_a_refused_body_is_cut_off(hasty: Any) -> None:
    """An endless body is not read for ever after its refusal."""
    connection = connect(hasty.url)
    connection.sendall(b"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
    with connection, pytest.raises(OSError):  # noqa: PT011 - reset or broken, as the system likes
        send_slowly(connection, b"x" * 1000, seconds=15)


def test_what_is_not_http_is_a_problem_too(alliance: Any) -> None:
    """Even this answer has the form and the headers of all others."""
    connection = connect(alliance.url)
    connection.sendall(b"EHLO mail.example\r\n\r\n")
    told = said(connection)
    assert told.startswith(b"HTTP/1.1 400")
    assert b"urn:fks:problem:malformed" in told
    assert b"x-content-type-options: nosniff" in told.lower()


def test_too_many_header_bytes_are_refused(alliance: Any) -> None:
    """The head is bounded, too."""
    headers = {f"X-{number}": "x" * 4000 for number in range(10)}
    answer = requests.get(f"{alliance.url}/federation", headers=headers, timeout=10)
    assert answer.status_code in (400, 413)
    assert code(answer) in ("malformed", "too-large")


def test_strangers_cannot_send_large_bodies(alliance: Any) -> None:
    """Who may put a dossier is asked before a byte of it is read."""
    with connect(alliance.url) as connection:
        head = f"PUT /blobs/{'0' * 64} HTTP/1.1\r\nHost: x\r\nContent-Length: {2**20}\r\n\r\n"
        connection.sendall(head.encode())
        assert b" 401 " in connection.recv(65536).partition(b"\r\n")[0]


def _half_sent(alliance: Any, origin: Any) -> socket.socket:
    """Return a connection whose dossier never comes."""
    connection = connect(alliance.url)
    token = origin.authorization(Request("PUT /blobs", "0" * 64, body=b""))
    head = f"PUT /blobs/{'0' * 64} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
    connection.sendall(f"{head}Authorization: {token}\r\n\r\n".encode())
    return connection


def test_only_a_few_dossiers_are_received_at_once(alliance: Any, make_blob: Any) -> None:
    """They are held in memory; the next one is told to come back."""
    origin, reader = alliance.join("muster"), alliance.join("beispiel")
    made = origin.recommend().grant()
    reader.poll()
    made.asked(reader)
    open_ = [_half_sent(alliance, origin) for _ in range(limits.BLOBS_AT_ONCE)]
    blob = make_blob()
    end = time.monotonic() + 10
    while (answer := made.put(reader, blob)).status_code == 201 and time.monotonic() < end:
        # The heads are on their way, or this one took a place and another was sent home for it.
        open_.append(_half_sent(alliance, origin))  # the same dossier costs no quota
        time.sleep(0.01)
    assert (answer.status_code, code(answer)) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    for connection in open_:
        connection.close()
    while made.put(reader, blob).status_code == 503 and time.monotonic() < end:
        time.sleep(0.05)
    assert made.put(reader, blob).status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/poll/", 404, "not-found"),
        ("GET", "/poll", 405, "method"),
        ("DELETE", f"/blobs/{'0' * 64}", 405, "method"),
        ("OPTIONS", "/events", 405, "method"),
        ("POST", "/openapi.json", 405, "method"),
        ("POST", "/", 405, "method"),
        ("GET", "/federation?list=x", 400, "malformed"),
        ("GET", "/federation?list=99", 404, "not-found"),
        ("GET", "/federation?a=%FF", 400, "malformed"),
        ("GET", "/tombstones", 401, "unauthenticated"),
    ],
)
def test_every_refusal_is_a_problem(
    alliance: Any, method: str, path: str, status: int, name: str
) -> None:
    """Also what the router refuses (RFC 9457); 405 says what is allowed (RFC 9110)."""
    answer = requests.request(method, alliance.url + path, timeout=10)
    assert (answer.status_code, code(answer)) == (status, name)
    assert ("Allow" in answer.headers) == (status == 405)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_a_wrong_clock_is_told_the_time(alliance: Any) -> None:
    """A member whose clock is wrong learns it."""
    member = alliance.join("muster")
    answer = member.call("POST /poll", {}, skew=limits.CLOCK_SKEW + 60)
    assert (answer.status_code, code(answer)) == (401, "clock")
    assert abs(answer.json()["now"] - alliance.now()) < 5


def test_another_media_type_is_refused(alliance: Any) -> None:
    """A form is no JSON."""
    member = alliance.join("muster")
    answer = member.call("POST /poll", {}, content_type="text/plain")
    assert (answer.status_code, code(answer)) == (415, "media-type")


def test_a_token_holds_for_one_call(alliance: Any) -> None:
    """What was signed for one body or path holds for no other, and only once."""
    member = alliance.join("muster")
    request = Request("GET /tombstones")
    headers = {"Authorization": member.authorization(request)}
    first, second = (
        requests.get(f"{alliance.url}/tombstones", headers=headers, timeout=10) for _ in range(2)
    )
    assert first.status_code == 200
    assert code(second) == "replay"
    elsewhere = requests.get(f"{alliance.url}/blobs/{sha256(b'')}", headers=headers, timeout=10)
    assert code(elsewhere) == "operation"

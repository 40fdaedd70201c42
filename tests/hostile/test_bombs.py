"""P16: no request costs the node more than 64 MB or a second of CPU, however it was made.

A real node in a process of its own; what a request cost is read from the kernel's own books.
"""

import gzip
import json
import secrets
import socket
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import environ, sysconf
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.member.facade import Member
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.ports.runtime import Request
from fachkraft_share.wire import request as tokens
from fachkraft_share.wire.encoding import b64, sha256, unb64
from fachkraft_share.wire.suite import Standard

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="reads Linux' books of a process"
)
MEMORY = 64 * 2**20
CPU = 1.0  # seconds
PATIENCE = 2  # seconds the hasty node waits for a body
NODE = "https://node.harz.example"
# The patience is shortened before anything reads it; all other limits are as they are.
PROGRAM = f"""
import sys
from pathlib import Path
from fachkraft_share import limits
limits.BODY_SECONDS = limits.HEADER_SECONDS = {PATIENCE}
from fachkraft_share.node.http.serve import serve
serve(Path(sys.argv[1]), port=0, worker=False, started=lambda url: print(url, flush=True))
"""
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@attrs.frozen
class Cost:
    """What the node used meanwhile."""

    cpu: float
    memory: int


@attrs.define
class Served:
    """A node in a process of its own, and a member of its alliance."""

    url: str
    pid: int
    member: Member

    @contextmanager
    def measured(self, costs: list[Cost]) -> Iterator[None]:
        """Measure CPU time and the peak of memory beyond what was there before."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")  # the peak starts anew
        cpu, memory = self._cpu(), self._memory("VmRSS")
        yield
        costs.append(Cost(self._cpu() - cpu, self._memory("VmHWM") - memory))

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / sysconf("SC_CLK_TCK")

    def _memory(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(name))) * 1024

    def connect(self) -> socket.socket:
        """Return a raw connection."""
        parts = urlsplit(self.url)
        return socket.create_connection((str(parts.hostname), parts.port or 80), timeout=30)

    def signed(self, operation: str, body: bytes, *, resource: str = "", query: str = "") -> str:
        """Return the Authorization header of a member's call."""
        engine = self.member.engine
        return tokens.make(
            iss=self.member.id,
            aud=NODE,
            op=Request(operation, resource, query).op,
            body=body,
            at=engine.now(),
            jti=b64(secrets.token_bytes(limits.ID_BYTES)),
            key=engine.signing_key(),
            suite=Standard(),
        )

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> int:
        """Send a request and return its status; every answer is one, and no 5xx."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        with requests.request(
            method, self.url + path, data=body, headers=told, timeout=60
        ) as answer:
            assert answer.status_code < 500, (path, answer.status_code)
            return answer.status_code


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Found an alliance, serve its node from another process, join with one member."""
    folder = tmp_path_factory.mktemp("bombs")
    founding = Founding(NODE, "https://harz.example")
    node = init(folder / "node", founding, root=folder / "root.json")
    code = node.enrolment.invite("Muster GmbH", ["employer"])
    node.exchange.store.close()  # type: ignore[attr-defined]
    command = [sys.executable, "-c", PROGRAM, str(folder / "node")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            yield Served(url, process.pid, _joined(folder / "member", code, url=url))
        finally:
            process.terminate()


def _joined(folder: Path, code: str, *, url: str) -> Member:
    """Join by the code, whose address is where the node really listens."""
    told = json.loads(unb64(code.removeprefix("fks1.")))
    here = "fks1." + b64(json.dumps({**told, "u": url}).encode())
    return Member.join(folder, here, id="https://muster.example", name="Muster GmbH")


def _deep(size: int) -> bytes:
    return b'{"events":' + b"[" * (size // 2) + b"]" * (size // 2 - 16) + b"}"


def _many(size: int) -> bytes:
    members = b",".join(b'"%07d":0' % number for number in range(size // 13))
    return b"{" + members + b"}"


def _texts(size: int) -> bytes:
    return b'{"events":["' + b"\\u0001" * (size // 6 - 4) + b'"]}'


def _numbers(size: int) -> bytes:
    return b'{"events":[' + b"9" * (size - 14) + b"]}"


def _lists(size: int) -> bytes:
    return b'{"events":[' + b"{}," * (size // 3 - 6) + b"{}]}"


def _batch(size: int) -> bytes:
    each = size // limits.APPLY_BATCH - 40
    token = f"{'e' * (each // 2)}.{'f' * (each // 2)}.{'g' * 86}"[: limits.MESSAGE_BYTES]
    return json.dumps({"events": [{"token": token}] * limits.APPLY_BATCH}).encode()


def _attached(size: int) -> bytes:
    along = ["e" * 1000] * (size // 1003 - 2)
    return json.dumps({"events": [{"token": "x", "with": along}]}).encode()


SHAPES: dict[str, Callable[[int], bytes]] = {
    "deep": _deep,
    "many members": _many,
    "escaped texts": _texts,
    "one number": _numbers,
    "many lists": _lists,
    "a full batch": _batch,
    "companions": _attached,
}
BATCHES = ("a full batch", "companions")
DOORS = {
    "POST /events": limits.EVENTS_BYTES,
    "POST /poll": limits.REQUEST_BYTES,
    "POST /members": limits.REQUEST_BYTES,
    "POST /withdrawals": limits.REQUEST_BYTES,
    "POST /invitations": limits.REQUEST_BYTES,
}


def bearable(served: Served, work: Callable[[], object]) -> None:
    """Demand that the work costs the node no more than the promise says."""
    costs: list[Cost] = []
    with served.measured(costs):
        work()
    [cost] = costs
    assert cost.cpu <= CPU, cost
    assert cost.memory <= MEMORY, cost


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("door", DOORS)
def test_json_of_the_largest_size_is_bearable(served: Served, door: str, shape: str) -> None:
    """As large as the door takes, a little beyond, and ten times that."""
    _, _, path = door.partition(" ")
    for size in (DOORS[door], DOORS[door] + 1, 10 * DOORS[door]):
        body = SHAPES[shape](min(size, 2 * limits.EVENTS_BYTES))

        def send(body: bytes = body) -> None:
            headers = {"Content_Type": JSON, "Authorization": served.signed(door, body)}
            status = served.send("POST", path, body, **headers)
            # What is wrong with one event of a batch stands in its own answer.
            assert 400 <= status < 500 or (shape in BATCHES and status == 200)

        bearable(served, send)


@pytest.mark.parametrize("claimed", ["gzip", "deflate", "identity, gzip", "br", ""])
def test_a_packed_body_is_never_unpacked(served: Served, claimed: str) -> None:
    """A gigabyte in a megabyte, with its encoding named or passed off as JSON."""
    bomb = gzip.compress(bytes(2**20) * 64) * 16
    headers = {"Content_Encoding": claimed} if claimed else {}

    def send() -> None:
        assert served.send("POST", "/events", bomb, Content_Type=JSON, **headers) in (400, 415)

    bearable(served, send)


def test_the_largest_dossier_is_bearable(served: Served) -> None:
    """Sixteen megabytes, sealed, from a member whom the receiver is not known to."""
    blob = secrets.token_bytes(limits.BLOB_BYTES)
    name, query = sha256(blob), f"to=https://muster.example&referral={'A' * 22}"
    token = served.signed("PUT /blobs", blob, resource=name, query=query)

    def send() -> None:
        path = f"/blobs/{name}?{query}"
        assert 400 <= served.send("PUT", path, blob, Authorization=token) < 500

    bearable(served, send)


def test_a_flood_of_headers_is_bearable(served: Served) -> None:
    """Ten thousand lines, and one line of ten megabytes; the connection ends."""
    for flood in (
        b"".join(b"X-%d: %d\r\n" % (number, number) for number in range(10_000)),
        b"X: " + b"x" * 10 * 2**20 + b"\r\n",
        b"Cookie: a=b; " * 9000,
    ):

        def send(flood: bytes = flood) -> None:
            with served.connect() as connection:
                try:
                    connection.sendall(b"GET /federation HTTP/1.1\r\nHost: x\r\n" + flood + b"\r\n")
                    told = connection.recv(200)
                except OSError:  # it hung up in the middle
                    return
                assert told == b"" or told.startswith(b"HTTP/1.1 4")

        bearable(served, send)


def test_tiny_chunks_are_bearable(served: Served) -> None:
    """A body of one byte a chunk: the overhead is the sender's."""
    body = b"1\r\n \r\n" * 20_000

    def send() -> None:
        with served.connect() as connection:
            head = b"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            connection.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 4")

    bearable(served, send)


FORMS: dict[str, tuple[str, bytes]] = {
    "fields": (FORM, b"&".join(b"category=x" for _ in range(6000))),
    "escapes": (FORM, b"names=" + b"%ff" * 20_000),
    "semicolons": (FORM, b";" * 60_000),
    "too large": (FORM, b"a=" + b"x" * 2**20),
    "parts": (
        "multipart/form-data; boundary=x",
        b"".join(
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(900)
        ),
    ),
    "part headers": (
        "multipart/form-data; boundary=x",
        b"--x\r\n" + b"X-Y: z\r\n" * 7000 + b"\r\n\r\n--x--\r\n",
    ),
    "a long boundary": (f"multipart/form-data; boundary={'x' * 8000}", b"--" + b"x" * 60_000),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_bearable(served: Served, form: str) -> None:
    """At a link that nobody holds, where everybody may try."""
    kind, body = FORMS[form]

    def send() -> None:
        for page in ("grant", "check", "withdraw", "answer"):
            status = served.send("POST", f"/d/{'A' * 22}/{page}", body, Content_Type=kind)
            assert 400 <= status < 500

    bearable(served, send)


@pytest.mark.parametrize(
    "path", ["/federation?list=" + "9" * 20_000, "/federation?" + "a&" * 9000, "/d/" + "%2e" * 8000]
)
def test_a_long_address_is_bearable(served: Served, path: str) -> None:
    """Refused, without a closer look."""

    def send() -> None:
        assert 400 <= served.send("GET", path) < 500

    bearable(served, send)


def test_slow_bodies_are_given_up_together(served: Served) -> None:
    """A hundred connections that never send their body: they cost little and are all ended.

    Meanwhile the others are answered. That they are ended is waited for, not timed.
    """
    head = b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    def hold() -> None:
        open_ = [served.connect() for _ in range(100)]
        for connection in open_:
            connection.sendall(head + b"Content-Length: 1000\r\n\r\n{")
        assert served.send("GET", "/federation") == 200
        for connection in open_:
            with connection:
                assert connection.recv(100).startswith(b"HTTP/1.1 408")

    bearable(served, hold)


def test_half_a_head_is_given_up_together(served: Served) -> None:
    """A hundred connections that never say what they want."""

    def hold() -> None:
        open_ = [served.connect() for _ in range(100)]
        for connection in open_:
            connection.sendall(b"GET /federation HTTP/1.1\r\nHos")
        assert served.send("GET", "/federation") == 200
        for connection in open_:
            with connection:
                assert connection.recv(100) == b""

    bearable(served, hold)


def test_no_xml_is_ever_read(served: Served) -> None:
    """Bombs and entities of `FKS_XMLTESTDATA` (defusedxml's own) and two written here: 4xx."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bombs = [
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><x>&a9;</x>'.encode(),
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        *_xml_test_data(),
    ]

    def send() -> None:
        for bomb in bombs:
            for path in ("/events", "/members", f"/d/{'A' * 22}/grant"):
                for kind in ("application/xml", JSON):
                    assert 400 <= served.send("POST", path, bomb, Content_Type=kind) < 500

    costs: list[Cost] = []
    with served.measured(costs):
        send()
    assert costs[0].cpu <= CPU * len(bombs)
    assert costs[0].memory <= MEMORY


def _xml_test_data() -> list[bytes]:
    given = environ.get("FKS_XMLTESTDATA", "")
    if not given:
        return []
    with tarfile.open(given) as archive:
        names = [one for one in archive.getnames() if "xmltestdata/" in one and one.endswith("xml")]
        files = [archive.extractfile(name) for name in names]
        return [file.read() for file in files if file is not None]

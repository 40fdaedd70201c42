"""Whoever shows no certificate that somebody vouches for is told nothing: no letter, no call."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fachkraft_share.errors import SetupError, UnreachableError
from fachkraft_share.node.outbox import smtp
from fachkraft_share.node.records import Letter
from fachkraft_share.node.settings import MailSettings
from fachkraft_share.node.store.engine import engine_for
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.runtime import Request

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate for this machine that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HERE)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HERE))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("certificate") / "certificate.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


class _Impostor(socketserver.StreamRequestHandler):
    """Speaks enough SMTP and HTTP behind its certificate; a client that hangs up is no error."""

    server: Any

    def handle(self) -> None:
        """Answer one connection, and note what came encrypted."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.certificate)
        if self.server.mode == "starttls":
            self._converse(self.request, greeting=GREETING, last=b"STARTTLS")
        try:
            with context.wrap_socket(self.request, server_side=True) as line:
                greeting = GREETING if self.server.mode == "tls" else b""
                self.server.told += self._converse(line, greeting=greeting, last=b"QUIT")
        except OSError:
            return

    @staticmethod
    def _converse(line: Any, *, greeting: bytes, last: bytes) -> list[bytes]:
        told = []
        with line.makefile("rb") as reader:
            line.sendall(greeting)
            while text := reader.readline().strip():
                told.append(text)
                line.sendall(ANSWERS.get(text[:4].upper(), b"250 fine\r\n"))
                if text[:4].upper() == b"DATA":
                    told += iter(lambda: reader.readline().strip(), b".")
                    line.sendall(b"250 fine\r\n")
                if text.upper() == last or text.startswith(b"GET "):
                    break
        return told


GREETING = b"220 here\r\n"
ANSWERS = {
    b"EHLO": b"250-here\r\n250 STARTTLS\r\n",
    b"STAR": b"220 go on\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
    b"GET ": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
}


@pytest.fixture
def impostor(certificate: Path) -> Iterator[Any]:
    """A server on this machine; `mode` says how it begins, `told` what it was told encrypted."""
    server: Any = socketserver.ThreadingTCPServer((HERE, 0), _Impostor)
    server.certificate, server.mode, server.told = certificate, "", []
    server.daemon_threads = False  # closing waits for whoever is still being answered
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def rest() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    server.rest = rest
    yield server
    rest()


def _send(server: Any) -> None:
    port = server.server_address[1]
    send = smtp(MailSettings(HERE, port, "allianz@harz.example", tls=server.mode))
    assert send is not None
    send(Letter("k", "person@mail.example", "Betreff", "Text", at=1_795_305_600))


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_mail_server_nobody_vouches_for_gets_no_letter(impostor: Any, mode: str) -> None:
    """The letter holds the person's address and link; the letter stays, and is tried again."""
    impostor.mode = mode
    with pytest.raises(UnreachableError):
        _send(impostor)
    impostor.rest()
    assert impostor.told == []


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_mail_server_somebody_vouches_for_gets_it(
    impostor: Any, mode: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same server, once its certificate is among those of this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    impostor.mode = mode
    _send(impostor)
    impostor.rest()
    assert any(b"person@mail.example" in line for line in impostor.told)


@pytest.mark.parametrize("host", ["mail.harz.example", "192.0.2.1", "127.0.0.1.evil.example"])
def test_letters_cross_no_line_unencrypted(host: str) -> None:
    """`none` is for a server on this machine; the node does not start otherwise."""
    with pytest.raises(SetupError, match="set starttls or tls"):
        smtp(MailSettings(host, 25, "allianz@harz.example", tls="none"))
    assert smtp(MailSettings("localhost", 25, "allianz@harz.example", tls="none")) is not None


@pytest.mark.parametrize(
    "place",
    [
        "db.harz.example/fks",
        "db.harz.example/fks?sslmode=prefer",
        "/fks?host=db.harz.example",
        "/fks?host=localhost,db.harz.example",
    ],
)
def test_a_database_elsewhere_is_not_spoken_to_unencrypted(place: str) -> None:
    """Profiles would be read on the way; the sentence says what to add."""
    with pytest.raises(SetupError, match="sslmode=verify-full"):
        engine_for(f"postgresql+psycopg://fks@{place}", wait=1)


@pytest.mark.parametrize(
    "place", ["db.harz.example/fks?sslmode=verify-full", "localhost/fks", "/fks?host=/run/postgres"]
)
def test_a_database_here_or_over_tls_is_taken(place: str) -> None:
    """A socket of this machine is no line."""
    assert engine_for(f"postgresql+psycopg://fks@{place}", wait=1).dialect.name == "postgresql"


def test_a_node_nobody_vouches_for_is_told_nothing(impostor: Any, certificate: Path) -> None:
    """Neither the path nor a token; with `ca_file` the same server is believed."""
    impostor.mode = "https"
    address = f"https://{HERE}:{impostor.server_address[1]}"
    asked = Request("GET /federation")
    with closing(HttpTransport()) as transport, pytest.raises(UnreachableError):
        transport.call(address, asked)
    assert impostor.told == []
    with closing(HttpTransport(ca_file=str(certificate))) as transport:
        assert transport.call(address, asked).status == 200

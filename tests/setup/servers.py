"""Servers that are not as they should be, on loopback: web servers, mail servers, certificates."""

import socket
import socketserver
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = "127.0.0.1"


@attrs.frozen
class Answer:
    """What a web server says to everything."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = attrs.field(factory=dict)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind((HERE, 0))
        return int(one.getsockname()[1])


@contextmanager
def _running(server: Any) -> Iterator[Any]:
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Web(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        said = self.server.answer
        self.send_response(said.status)
        for name, text in said.headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body)

    def log_message(self, format: str, *_: Any) -> None:
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    answer = Answer()

    def handle_error(self, *_: Any) -> None:
        """A client that does not like the certificate hangs up."""


@contextmanager
def web_server(answer: Answer = Answer(), *, certificate: Path | None = None) -> Iterator[str]:
    """Serve the answer; give the address."""
    server = _Quiet((HERE, 0), _Web)
    server.answer = answer
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with _running(server):
        scheme = "https" if certificate else "http"
        yield f"{scheme}://{HERE}:{server.server_address[1]}"


def certificate(folder: Path, *, days: int = 1, address: str = HERE) -> Path:
    """Make a key and a certificate that signs itself, until so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    none = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none)
    path = folder / f"certificate-{days}-{address}.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


class _Mail(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._say("220 mail.example")
        while line := self.rfile.readline().strip().decode():
            word = line.split()[0].upper()
            self.server.told.append(line)
            self._say(self.server.says.get(word, _FINE.get(word, "250 fine")))
            if word == "DATA":
                self.server.told += iter(lambda: self.rfile.readline().strip().decode(), ".")
                self._say("250 fine")
            if word == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


_FINE = {
    "EHLO": "250-mail.example\r\n250 AUTH PLAIN",
    "AUTH": "235 fine",
    "DATA": "354 go on",
    "QUIT": "221 bye",
}


@contextmanager
def mail_server(**says: str) -> Iterator[Any]:
    """Serve mail without encryption; `says` replaces answers, `told` keeps what it was told."""
    server: Any = socketserver.ThreadingTCPServer((HERE, 0), _Mail)
    server.says, server.told = says, []
    with _running(server):
        server.port = server.server_address[1]
        yield server

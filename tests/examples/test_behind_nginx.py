"""The shipped nginx file before a real node: TLS, limits for strangers, and no link in any log."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fachkraft_share import limits
from fachkraft_share.cli.main import run
from fachkraft_share.node.folder import Founding, init
from fachkraft_share.node.http.serve import serving

FOLDER = Path(__file__).parents[2] / "examples" / "service"
NAME = "node.harz.example"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
MAIN = """
{user} daemon off; pid {here}/nginx.pid; error_log {here}/main.log;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {here}/b; proxy_temp_path {here}/p; fastcgi_temp_path {here}/f;
  uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
  include {here}/site.conf;
}}
"""
pytestmark = pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is not installed")


def free() -> int:
    """Return a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def certificate(folder: Path) -> None:
    """Write a certificate of the name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "privkey.pem").write_bytes(key.private_bytes(*form))


@attrs.frozen
class Site:
    """A running proxy before a running node."""

    here: Path
    plain: int
    tls: int
    node: Any

    def get(self, path: str, *, method: str = "GET", **more: Any) -> requests.Response:
        """Make a call as the world does, by name and over TLS."""
        with requests.Session() as session:
            session.mount("https://", _ByName())
            session.trust_env = False
            return session.request(
                method,
                f"https://127.0.0.1:{self.tls}{path}",
                headers={"Host": NAME, **more.pop("headers", {})},
                verify=str(self.here / "fullchain.pem"),
                timeout=60,
                **more,
            )

    def logs(self) -> str:
        """Return everything nginx has written."""
        return "".join(one.read_text() for one in self.here.glob("*.log"))


class _ByName(requests.adapters.HTTPAdapter):
    """Checks the certificate against the node's name, wherever it listens."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, server_hostname=NAME, assert_hostname=NAME, **more)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a node behind the shipped file, on free ports, with a certificate of its own."""
    here = tmp_path_factory.mktemp("site")
    certificate(here)
    founding = Founding(f"https://{NAME}", "https://harz.example")
    node = init(here / "node", founding, root=here / "root.json")
    plain, tls = free(), free()
    with serving(node) as url:
        text = (FOLDER / "nginx.conf").read_text("utf-8")
        for mine, there in (
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
            ("127.0.0.1:8765", url.removeprefix("http://")),
            ("/etc/ssl/fachkraft-share", str(here)),
            ("/var/log/nginx", str(here)),
        ):
            assert mine in text
            text = text.replace(mine, there)
        (here / "site.conf").write_text(text, "utf-8")
        user = "user root;" if os.geteuid() == 0 else ""  # or its workers cannot write here
        (here / "nginx.conf").write_text(MAIN.format(here=here, user=user), "utf-8")
        command = [NGINX, "-c", str(here / "nginx.conf"), "-p", str(here)]
        with subprocess.Popen(command) as running:
            found = Site(here, plain, tls, node)
            _up(tls)
            yield found
            running.terminate()
    node.exchange.store.close()


def _up(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx did not start")


def test_what_everybody_may_know_is_there_over_tls(site: Site) -> None:
    """With the node's own headers, and a year of HTTPS only."""
    answer = site.get("/.well-known/fachkraft-share")
    assert answer.json()["node"] == f"https://{NAME}"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "nginx/" not in answer.headers["Server"]


def test_plain_http_only_leads_to_https(site: Site) -> None:
    """A browser that was told nothing arrives all the same."""
    answer = requests.get(f"http://127.0.0.1:{site.plain}/d/abc", allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{NAME}/d/abc")


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_old_versions_of_tls_are_refused(site: Site, version: Any, taken: bool) -> None:
    """1.2 and 1.3, with forward secrecy and authenticated encryption alone."""
    context = ssl.create_default_context(cafile=str(site.here / "fullchain.pem"))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    try:
        with (
            socket.create_connection(("127.0.0.1", site.tls), timeout=10) as raw,
            context.wrap_socket(raw, server_hostname=NAME) as spoken,
        ):
            cipher = spoken.cipher()
    except ssl.SSLError:
        assert not taken
        return
    assert taken
    assert cipher is not None
    assert re.search("GCM|CHACHA20", cipher[0])


def test_the_operators_pages_are_not_there(site: Site) -> None:
    """Not even with the token: they are for whoever sits at the machine."""
    header = {"Authorization": f"Bearer {site.node.exchange.keys.operator}"}
    assert site.get("/-/mail", headers=header).status_code == 404


def test_a_dossier_of_the_largest_size_reaches_the_node(site: Site) -> None:
    """The node answers, not the proxy: it asks who that is."""
    answer = site.get("/blobs/" + "A" * 43, method="PUT", data=b"x" * limits.BLOB_CLASSES[-1])
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:fks:problem:unauthenticated")


def test_whoever_guesses_links_is_slowed_down_and_no_log_repeats_them(site: Site) -> None:
    """A person's clicks pass; of two hundred guesses most are told to come back later."""
    told = [site.get(f"/d/SECRETSECRET{number}") for number in range(80)]
    codes = [one.status_code for one in told]
    assert codes[:20] == [404] * 20
    assert codes.count(429) > 20
    assert {one.headers["Retry-After"] for one in told if one.status_code == 429} == {"10"}
    assert " GET /d/ 429 " in site.logs()
    assert "SECRETSECRET" not in site.logs()


def test_the_service_starts_what_there_is() -> None:
    """The command of the systemd unit is one of ours, and its log is kept."""
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((FOLDER / "fachkraft-share-node.service").read_text("utf-8"))
    program, *arguments = unit["Service"]["ExecStart"].split()
    assert program.endswith("/fachkraft-share")
    assert run([*arguments[:2], "--help"]) == 0
    assert unit["Service"]["StandardError"] == "journal"
    assert int(unit["Service"]["TimeoutStopSec"]) > limits.STOP_SECONDS

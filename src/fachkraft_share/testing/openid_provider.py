"""A small OpenID provider on this machine: real pages, codes, PKCE and signed tokens, for tests.

It asks nobody for a password: its page has one button, or lets in at once. `lie` changes the claims
of the next tokens, `answer` what the token endpoint says.
"""

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import attrs
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fachkraft_share.wire.encoding import b64

CLIENT, SECRET = "fachkraft", "geheim:%&"
Claims = dict[str, Any]
_MOST = 64 * 1024  # bytes of a form


@attrs.define
class OpenIdProvider:
    """One provider with one person at a time in front of it."""

    url: str
    person: Claims
    at_once: bool = True
    now: Callable[[], int] = lambda: int(time.time())
    lie: Claims = attrs.field(factory=dict)
    answer: Callable[[Claims], Claims] = lambda told: told
    facts: Claims = attrs.field(factory=dict)
    shown: Claims | None = None  # the keys it shows instead of its own
    asked: list[dict[str, str]] = attrs.field(factory=list)  # what browsers brought along
    calls: list[str] = attrs.field(factory=list)
    codes: dict[str, dict[str, str]] = attrs.field(factory=dict)
    key: rsa.RSAPrivateKey = attrs.field(init=False, repr=False)
    kid: str = "k1"

    def __attrs_post_init__(self) -> None:
        """Take the first key; it is made once, which takes a while."""
        self.key = _first_key()

    def change_key(self, kid: str) -> None:
        """Sign with another key from now on; the one before is no longer named."""
        self.key, self.kid = rsa.generate_private_key(65537, 2048), kid

    def discovery(self) -> Claims:
        """Return what the provider tells of itself."""
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }
        return told | self.facts

    def keys(self) -> Claims:
        """Return the public key."""
        if self.shown is not None:
            return self.shown
        public = self.key.public_key().public_numbers()
        numbers = {"n": _number(public.n), "e": _number(public.e)}
        return {"keys": [{"kty": "RSA", "use": "sig", "kid": self.kid, "alg": "RS256", **numbers}]}

    def redirect(self, query: dict[str, str]) -> str:
        """Return where a browser goes once the person agreed."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"code": code, "state": query.get("state", ""), "iss": self.url}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> Claims:
        """Give an ID token for a code, once, to the client that can prove itself."""
        asked = self.codes.pop(form.get("code", ""), None)
        given = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            authorization != f"{CLIENT}:{SECRET}"
            or asked is None
            or asked["code_challenge"] != b64(given)
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return {"error": "invalid_grant"}
        at = self.now()
        claims = {"iss": self.url, "aud": CLIENT, "iat": at, "exp": at + 300}
        claims |= {"nonce": asked["nonce"], **self.person, **self.lie}
        told = {"token_type": "Bearer", "access_token": "x", "id_token": self.sign(claims)}
        return self.answer(told)

    def sign(self, claims: Claims, **header: str) -> str:
        """Return a signed token."""
        parts = [{"alg": "RS256", "typ": "JWT", "kid": self.kid, **header}, claims]
        text = ".".join(b64(json.dumps(one).encode()) for one in parts)
        signature = self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{text}.{b64(signature)}"


@contextmanager
def openid_provider(**person: Any) -> Iterator[OpenIdProvider]:
    """Run a provider while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = OpenIdProvider(f"http://127.0.0.1:{server.server_port}", person)
    server.provider = provider  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, name="openid", daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers for the provider its server carries."""

    @property
    def provider(self) -> OpenIdProvider:
        """The provider."""
        found: OpenIdProvider = self.server.provider  # type: ignore[attr-defined]
        return found

    def do_GET(self) -> None:
        """Show a page, or tell a fact."""
        path = urlsplit(self.path)
        self.provider.calls.append(path.path)
        if path.path == "/authorize":
            self._authorize(_plain(path.query))
        elif path.path == "/.well-known/openid-configuration":
            self._json(self.provider.discovery())
        else:
            self._json(self.provider.keys())

    def do_POST(self) -> None:
        """Take the page's button, or give a token."""
        length = min(int(self.headers.get("Content-Length", "0")), _MOST)
        body = self.rfile.read(length).decode()
        self.provider.calls.append(urlsplit(self.path).path)
        if self.path.startswith("/authorize"):
            self._redirect(_plain(urlsplit(self.path).query))
            return
        told = self.headers.get("Authorization", "").removeprefix("Basic ")
        answer = self.provider.token(_plain(body), b64decode(told).decode())
        self._json(answer, status=400 if "error" in answer else 200)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _authorize(self, query: dict[str, str]) -> None:
        self.provider.asked.append(query)
        if self.provider.at_once:
            self._redirect(query)
            return
        page = (
            '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Haus</title></head>'
            '<body><main><h1>Haus</h1><form method="post"><button>Weiter</button></form></main>'
            '<link rel="icon" href="data:,"></body></html>'
        )
        self._send(200, "text/html; charset=utf-8", page.encode())

    def _redirect(self, query: dict[str, str]) -> None:
        self.send_response(302)
        self.send_header("Location", self.provider.redirect(query))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _json(self, value: Claims, *, status: int = 200) -> None:
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@cache
def _first_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def _plain(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))

"""Who asks: a signed token over operation and body, in the Authorization header.

No URL, host or header is signed, since proxies rewrite them; TLS authenticates the node. That one
`jti` is taken once is the store's part.
"""

import hashlib

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.wire import convert, jws
from fachkraft_share.wire.encoding import b64, unb64
from fachkraft_share.wire.ids import check_id, check_organisation_id
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

SCHEME = "FKS"


@attrs.frozen
class RequestToken:
    """`fks-request+jwt`: `op` is the operation with resource and query, `bh` the body's hash."""

    iss: str
    aud: str
    op: str
    bh: str
    iat: int
    jti: str


def make(
    *, iss: str, aud: str, op: str, body: bytes, at: int, jti: str, key: PrivateKey, suite: Suite
) -> str:
    """Return the value of the Authorization header for one request."""
    token = RequestToken(iss, aud, op, body_hash(body), at, jti)
    claims = convert.unstructure(token)
    return f"{SCHEME} {jws.sign(claims, type=jws.Type.REQUEST, key=key, suite=suite)}"


def read_header(value: str) -> tuple[jws.Unverified, RequestToken]:
    """Read the value of an Authorization header; the signature is still to be verified.

    Raises:
        MalformedError: not a request token, or one with unknown members.
        SignatureError: a document of another type.
    """
    if len(value) > limits.REQUEST_TOKEN_BYTES:
        raise MalformedError(f"an Authorization header beyond {limits.REQUEST_TOKEN_BYTES} bytes")
    scheme, _, text = value.partition(" ")
    if scheme.upper() != SCHEME:  # schemes are case-insensitive (RFC 9110 § 11.1)
        raise MalformedError(f"the Authorization scheme is not {SCHEME}")
    unverified = jws.parse(text, types=(jws.Type.REQUEST,))
    token = convert.structure(unverified.claims, RequestToken, closed=True)
    check_organisation_id(token.iss)
    check_id(token.jti)
    unb64(token.bh, size=32)
    return unverified, token


def check(token: RequestToken, *, aud: str, op: str, body: bytes, at: int) -> None:
    """Refuse a token that was made for another node, operation, body or time.

    Raises:
        RefusedError: `audience`, `operation`, `body-hash` or `clock`.
    """
    if token.aud != aud:
        raise RefusedError("audience", "the request is addressed to another node")
    if token.op != op:
        raise RefusedError("operation", "the token was signed for another operation")
    if token.bh != body_hash(body):
        raise RefusedError("body-hash", "the body is not the one that was signed for")
    if abs(token.iat - at) > limits.CLOCK_SKEW:
        raise RefusedError("clock", f"the clocks differ; it is {at} here")


def body_hash(body: bytes) -> str:
    """Return the `bh` of a body: base64url of its SHA-256."""
    return b64(hashlib.sha256(body).digest())

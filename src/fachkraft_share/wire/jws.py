"""Signed documents: JWS compact with one fixed header (RFC 7515, RFC 9864); parse, then verify.

1. The header has exactly `alg`, `kid`, `typ`; `alg` is `Ed25519`; `typ` is one of `Type`.
2. What is verified are the received bytes; nothing is ever written again to be verified.
3. No key comes from the document: `kid` only says which key of the issuer's statement to take.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError
from fachkraft_share.model.organisation import KeyUse
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import b64, check_b64, sha256, unb64
from fachkraft_share.wire.keys import PrivateKey
from fachkraft_share.wire.suite import Suite

ALGORITHM = "Ed25519"
SIGNATURE_BYTES = 64


class Type(StrEnum):
    """What a signed document is; no document can pass for one of another type."""

    EVENT = "secevent+jwt"  # RFC 8417
    CONSENT = "fks-consent+jwt"
    ANSWER = "fks-answer+jwt"
    WITHDRAWAL = "fks-withdrawal+jwt"
    MEMBER = "fks-member+jwt"
    MEMBERS = "fks-members+jwt"
    AGREEMENT = "fks-agreement+jwt"
    ROOT = "fks-root+jwt"
    REQUEST = "fks-request+jwt"


@attrs.frozen
class Unverified:
    """A document whose form is right and whose signature nobody has looked at yet."""

    raw: bytes = attrs.field(repr=False)
    type: Type
    kid: str
    claims: dict[str, Any] = attrs.field(repr=False)
    sha256: str


def sign(
    claims: Mapping[str, Any],
    *,
    type: Type,
    key: PrivateKey,
    suite: Suite,
) -> str:
    """Sign the claims as one document.

    Raises:
        MalformedError: the claims are not strict JSON, or too long for one document.
        SignatureError: the key is not for signing.
    """
    if key.use is not KeyUse.SIGN:
        raise SignatureError("a sealing key signs nothing")
    header: dict[str, strict.JSON] = {"alg": ALGORITHM, "kid": key.kid, "typ": str(type)}
    signed = f"{b64(strict.write(header))}.{b64(strict.write(dict(claims)))}"
    token = f"{signed}.{b64(suite.sign(key.seed, signed.encode('ascii')))}"
    if len(token) > limits.MESSAGE_BYTES:
        raise MalformedError(f"a document is longer than {limits.MESSAGE_BYTES} bytes")
    return token


def parse(token: bytes | str, *, types: Collection[Type]) -> Unverified:
    """Read a document of one of the types, everything but its signature.

    Raises:
        MalformedError: not a JWS of this protocol.
        SignatureError: a document of another type.
    """
    raw = _bytes_of(token)
    parts = raw.decode("ascii").split(".")
    if len(parts) != 3:
        raise MalformedError("a document has three parts")
    read = _known_header if len(parts[0]) <= limits.HEADER_CACHED else _read_header
    type_, kid = read(parts[0])
    if type_ not in types:
        raise SignatureError("a document of another type")
    claims = strict.read(unb64(parts[1]))
    if not isinstance(claims, dict):
        raise MalformedError("the claims are not an object")
    check_b64(parts[2], size=SIGNATURE_BYTES)
    return Unverified(raw, type_, kid, claims, sha256(raw))


def verify(token: Unverified, public: bytes, *, suite: Suite) -> None:
    """Check the signature over the received bytes with the 32-byte public key.

    Raises:
        SignatureError: it is not this key's signature.
    """
    signed, _, signature = token.raw.rpartition(b".")
    raw = unb64(signature.decode("ascii"), size=SIGNATURE_BYTES)
    if not suite.verify(public, raw, signed):
        raise SignatureError("wrong signature")


def _bytes_of(token: bytes | str) -> bytes:
    if len(token) > limits.MESSAGE_BYTES:
        raise MalformedError(f"a document is longer than {limits.MESSAGE_BYTES} bytes")
    if not token.isascii():
        raise MalformedError("a document is ASCII")
    return token.encode("ascii") if isinstance(token, str) else bytes(token)


def _read_header(part: str) -> tuple[Type, str]:
    header = strict.read(unb64(part))
    if not isinstance(header, dict) or header.keys() != {"alg", "kid", "typ"}:
        raise MalformedError("the header has exactly alg, kid and typ")
    if header["alg"] != ALGORITHM:
        raise MalformedError(f"alg is not {ALGORITHM}")
    kid, typ = header["kid"], header["typ"]
    if not isinstance(kid, str) or not isinstance(typ, str):
        raise MalformedError("kid and typ are strings")
    check_b64(kid, size=32)
    try:
        return Type(typ), kid
    except ValueError as error:
        raise MalformedError("typ is none of this protocol") from error


# One key signs many documents of a type; their header is the same text each time.
_known_header = lru_cache(maxsize=limits.HEADERS_CACHED)(_read_header)

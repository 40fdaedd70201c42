"""What a sign-in provider signed about somebody (OpenID Connect Core, ID token), checked by us.

1. The algorithms are ours to name, all with public keys; a header chooses among them, no more.
2. Issuer, audience, nonce and time are exact; what is missing or cannot be read is refused.
Signatures are checked by `cryptography`; the JOSE of OAuth libraries had too many holes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import unb64

Claims = Mapping[str, Any]
_KINDS: Final = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
_LEAST_RSA: Final = 2048  # bits; BSI TR-02102 asks for more by now, and providers are slow
_COORDINATE: Final = 32  # bytes of a number of P-256


@attrs.frozen
class Expected:
    """What an ID token must say."""

    issuer: str
    client: str
    nonce: str
    at: int


def verify(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> Claims:
    """Return the claims of an ID token.

    Raises:
        SignatureError: no key of the provider's signed it, or the algorithm is not one of ours.
        MalformedError: not a token, or it is for somebody else, from somebody else, or over.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise MalformedError("not a signed token")
    header, claims = _object(parts[0]), _object(parts[1])
    kind = _KINDS.get(str(header.get("alg")))
    if kind is None or "crit" in header or header.get("typ", "JWT") not in ("JWT", "jwt"):
        raise SignatureError("an algorithm that is not taken")
    signed, signature = f"{parts[0]}.{parts[1]}".encode(), unb64(parts[2])
    fitting = [one for one in keys if _fits(one, kind, header)]
    if not any(_signed(one, str(header["alg"]), signed, signature) for one in fitting):
        raise SignatureError("signed by no key of the provider")
    _check(claims, expected)
    return claims


def _object(part: str) -> dict[str, Any]:
    found = strict.read(unb64(part))
    if not isinstance(found, dict):
        raise MalformedError("not a token of the form expected")
    return found


def _fits(key: Mapping[str, Any], kind: str, header: Mapping[str, Any]) -> bool:
    """Tell whether a key may have signed: its kind, its use, its algorithm and its name."""
    if key.get("kty") != kind or key.get("use", "sig") != "sig":
        return False
    if key.get("alg", header["alg"]) != header["alg"]:
        return False
    return "kid" not in header or key.get("kid") == header["kid"]


def _signed(key: Mapping[str, Any], algorithm: str, signed: bytes, signature: bytes) -> bool:
    try:
        _verify(key, algorithm, signed, signature)
    except (InvalidSignature, MalformedError, ValueError, TypeError, KeyError, AttributeError):
        return False  # a key that is none has signed nothing
    return True


def _verify(key: Mapping[str, Any], algorithm: str, signed: bytes, signature: bytes) -> None:
    if algorithm in ("EdDSA", "Ed25519"):  # the older name, and that of RFC 9864
        if key["crv"] != "Ed25519":
            raise ValueError("not Ed25519")
        ed25519.Ed25519PublicKey.from_public_bytes(unb64(key["x"])).verify(signature, signed)
    elif algorithm == "ES256":
        _point(key).verify(_der(signature), signed, ec.ECDSA(hashes.SHA256()))
    elif algorithm == "RS256":
        _rsa(key).verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    else:
        salted = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        _rsa(key).verify(signature, signed, salted, hashes.SHA256())


def _rsa(key: Mapping[str, Any]) -> rsa.RSAPublicKey:
    numbers = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"]))
    found = numbers.public_key()
    if found.key_size < _LEAST_RSA:
        raise ValueError("too short a key")
    return found


def _point(key: Mapping[str, Any]) -> ec.EllipticCurvePublicKey:
    if key["crv"] != "P-256":
        raise ValueError("not P-256")
    point = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), ec.SECP256R1())
    return point.public_key()


def _der(signature: bytes) -> bytes:
    """Return the two numbers of a JWS signature (RFC 7518 § 3.4) as `cryptography` wants them."""
    if len(signature) != 2 * _COORDINATE:
        raise ValueError("not a signature of P-256")
    halves = signature[:_COORDINATE], signature[_COORDINATE:]
    return utils.encode_dss_signature(*(int.from_bytes(one, "big") for one in halves))


def _number(text: str) -> int:
    return int.from_bytes(unb64(text), "big")


def _check(claims: Claims, expected: Expected) -> None:
    """Refuse claims that do not hold here and now (OpenID Connect Core § 3.1.3.7)."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    skew, at = limits.CLOCK_SKEW, expected.at
    whole = {
        "iss": claims.get("iss") == expected.issuer,
        "aud": expected.client in audiences,
        "azp": claims.get("azp", expected.client) == expected.client
        and (len(audiences) == 1 or "azp" in claims),
        "nonce": bool(expected.nonce) and claims.get("nonce") == expected.nonce,
        "exp": _second(claims, "exp") > at - skew,
        "iat": at - limits.DAY < _second(claims, "iat") <= at + skew,
        "sub": isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= _SUBJECT,
    }
    wrong = [name for name, right in whole.items() if not right]
    if wrong:
        raise MalformedError(f"claims that do not hold here: {', '.join(wrong)}")


_SUBJECT: Final = 255  # characters of `sub` (OpenID Connect Core § 2)


def _second(claims: Claims, name: str) -> int:
    value = claims.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -limits.DAY

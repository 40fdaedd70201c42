"""Keys: their names, which public ones are fit for use, and those derived from link secrets."""

import hashlib
from functools import lru_cache
from typing import TypeAlias

import attrs
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fachkraft_share import limits
from fachkraft_share.errors import SignatureError
from fachkraft_share.model.organisation import KeyUse, PublicKey
from fachkraft_share.wire.encoding import b64
from fachkraft_share.wire.suite import Suite

CONSENT_KEY = "fks-consent-key"  # purposes of `derive`: the invitation's key
MANAGE_KEY = "fks-manage-key"  # and the management link's

CURVES = {KeyUse.SIGN: "Ed25519", KeyUse.SEAL: "X25519"}

P = 2**255 - 19  # the field (RFC 8032 § 5.1)
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

# Public keys whose private part is in print: seeds of 32 equal bytes 00, 01 and ff; RFC 8032 § 7.1.
KNOWN_SIGNING_KEYS = frozenset(
    bytes.fromhex(key)
    for key in (
        "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29",
        "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
        "76a1592044a6e4f511265bca73a604d90b0529d1df602be30a19a9257660d1f5",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    )
)
# All encodings of Ed25519 points of order 1, 2, 4 and 8, the non-canonical ones included.
LOW_ORDER_KEYS = frozenset(
    (y | sign << 255).to_bytes(32, "little")
    for y in (
        0,
        1,
        P - 1,
        P,
        P + 1,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
    )
    for sign in (0, 1)
)
# X25519 points whose shared secret is zero, and the key pairs of RFC 7748 § 6.1.
UNUSABLE_SEALING_KEYS = frozenset(
    point.to_bytes(32, "little")
    for point in (
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        P - 1,
    )
) | frozenset(
    bytes.fromhex(key)
    for key in (
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    )
)

Point: TypeAlias = tuple[int, int, int, int]  # extended coordinates X, Y, Z, T (RFC 8032 § 5.1.4)


def check_public_key(raw: bytes) -> None:
    """Refuse an Ed25519 key that no honest signer has.

    Under a low-order key one signature verifies for any message; a mixed-order one verifies here
    and not there. These are public data, so time does not matter.

    Raises:
        SignatureError: not canonical, not of prime order, or its private part is in print.
    """
    if len(raw) != 32 or raw in KNOWN_SIGNING_KEYS or not _has_prime_order(raw):
        raise SignatureError("unusable Ed25519 public key")


def refuse_low_order(raw: bytes) -> None:
    """Refuse a candidate's Ed25519 key under which one signature holds for any message.

    The cheap part of `check_public_key`, for keys that name nobody but themselves.

    Raises:
        SignatureError: the point has order 1, 2, 4 or 8.
    """
    if raw in LOW_ORDER_KEYS:
        raise SignatureError("unusable Ed25519 public key")


def check_sealing_key(raw: bytes) -> None:
    """Refuse an X25519 key that is not canonical, of low order, or in print.

    Raises:
        SignatureError: the key is not fit for sealing.
    """
    if len(raw) != 32 or int.from_bytes(raw, "little") >= P or raw in UNUSABLE_SEALING_KEYS:
        raise SignatureError("unusable X25519 public key")


def kid(raw: bytes, *, crv: str = "Ed25519") -> str:
    """Return the RFC 7638 thumbprint of the key as an OKP JWK (RFC 8037), in base64url."""
    jwk = f'{{"crv":"{crv}","kty":"OKP","x":"{b64(raw)}"}}'  # the canonical form itself
    return b64(hashlib.sha256(jwk.encode("ascii")).digest())


@attrs.frozen
class PrivateKey:
    """A private key of this party with its window; `kid` names the public half."""

    kid: str
    seed: bytes = attrs.field(repr=False)
    use: KeyUse
    not_before: int
    not_after: int

    def public(self, suite: Suite) -> PublicKey:
        """Return the public half as a member statement lists it."""
        return PublicKey(
            kid=self.kid,
            x=b64(_public_half(self.seed, use=self.use, suite=suite)),
            use=self.use,
            not_before=self.not_before,
            not_after=self.not_after,
        )


def signing_key(seed: bytes, *, not_before: int, not_after: int, suite: Suite) -> PrivateKey:
    """Return the Ed25519 signing key of a 32-byte seed."""
    name = kid(suite.public(seed), crv=CURVES[KeyUse.SIGN])
    return PrivateKey(name, seed, KeyUse.SIGN, not_before, not_after)


def sealing_key(seed: bytes, *, not_before: int, not_after: int, suite: Suite) -> PrivateKey:
    """Return the X25519 key with which others seal to this party."""
    name = kid(suite.sealing_public(seed), crv=CURVES[KeyUse.SEAL])
    return PrivateKey(name, seed, KeyUse.SEAL, not_before, not_after)


def derive(secret: bytes, *, purpose: str) -> bytes:
    """Derive 32 bytes for one purpose from a link's secret, by HKDF-SHA256 (RFC 5869).

    Raises:
        SignatureError: the secret is too short to be one.
    """
    if len(secret) < limits.SECRET_BYTES:
        raise SignatureError(f"a secret has at least {limits.SECRET_BYTES} bytes")
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return kdf.derive(secret)


def _public_half(seed: bytes, *, use: KeyUse, suite: Suite) -> bytes:
    return suite.public(seed) if use is KeyUse.SIGN else suite.sealing_public(seed)


@lru_cache(maxsize=limits.KEYS_CACHED)
def _has_prime_order(raw: bytes) -> bool:
    point = _decompress(raw)
    # Order divides the prime L and is not 1: refuses low and mixed order alike.
    return point is not None and point[:2] != (0, 1) and _is_neutral(_times(L, point))


def _decompress(raw: bytes) -> Point | None:
    """Return the point of a canonical encoding, or None (RFC 8032 § 5.1.3)."""
    encoded = int.from_bytes(raw, "little")
    sign, y = encoded >> 255, encoded & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = _add(result, point)
        point, factor = _add(point, point), factor >> 1
    return result


def _is_neutral(point: Point) -> bool:
    return point[0] == 0 and point[1] == point[2]

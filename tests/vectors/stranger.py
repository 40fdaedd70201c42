"""The protocol written a second time from `docs/protocol.md` alone, without importing the package.

What it makes, the package must take: that is how we know that the page is enough.
"""

import base64
import hashlib
import json
from typing import Any

import attrs
import sealing_reference
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CLASSES = [64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20]


def b64(raw: bytes) -> str:
    """§ 1: base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sha(text: str | bytes) -> str:
    """§ 1: SHA-256 in hex, of a text's bytes."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def strict(value: Any) -> bytes:
    """§ 1: JSON; what we write holds nothing that strict JSON refuses."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def frame(*parts: str | bytes) -> bytes:
    """§ 1: each part after its length."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in raw)


def thumbprint(public: bytes, curve: str) -> str:
    """§ 3: the `kid` of a key."""
    jwk = f'{{"crv":"{curve}","kty":"OKP","x":"{b64(public)}"}}'
    return b64(hashlib.sha256(jwk.encode()).digest())


@attrs.frozen
class Signer:
    """An Ed25519 key."""

    seed: bytes = attrs.field(repr=False)

    @property
    def public(self) -> bytes:
        """The public half."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        """The name of the public half."""
        return thumbprint(self.public, "Ed25519")

    def sign(self, typ: str, claims: dict[str, Any]) -> str:
        """§ 2: one signed document."""
        header = {"alg": "Ed25519", "kid": self.kid, "typ": typ}
        text = f"{b64(strict(header))}.{b64(strict(claims))}"
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}.{b64(signature)}"


def sealing_public(private: bytes) -> bytes:
    """Return the X25519 public key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def derived(secret: bytes, purpose: str) -> Signer:
    """§ 3: the candidate's key that a link's secret makes."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return Signer(kdf.derive(secret))


def referral_id(origin: str, key: bytes, nonce: bytes) -> str:
    """§ 3."""
    return b64(hashlib.sha256(frame("fks/1 referral", origin, key, nonce)).digest()[:16])


def part(salt: bytes, name: str, value: Any) -> str:
    """§ 6."""
    return b64(strict([b64(salt), name, value]))


def sealed(public: bytes, plaintext: bytes, *, info: bytes, ephemeral: bytes) -> bytes:
    """§ 11: HPKE, with the ephemeral key given."""
    return sealing_reference.seal(public, plaintext, info=info, ephemeral=ephemeral)


def padded(plaintext: bytes) -> bytes:
    """§ 11: length, plaintext, zeros up to a class less what sealing adds."""
    text = len(plaintext).to_bytes(4, "big") + plaintext
    size = next(one - 48 for one in CLASSES if len(text) <= one - 48)
    return text.ljust(size, b"\0")

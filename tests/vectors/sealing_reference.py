"""HPKE base mode written out from RFC 9180, with the ephemeral key as an argument.

The library draws that key itself, so vectors need a second hand; it also checks the library.
"""

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEM = b"KEM\x00\x20"  # DHKEM(X25519, HKDF-SHA256), § 7.1
SUITE = b"HPKE\x00\x20\x00\x01\x00\x01"  # with HKDF-SHA256 and AES-128-GCM, § 7.2 and 7.3


def seal(public: bytes, plaintext: bytes, *, info: bytes, ephemeral: bytes) -> bytes:
    """Seal with the given ephemeral private key (§ 6.1): encapsulated key, then ciphertext."""
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    encapsulated = own.public_key().public_bytes_raw()
    secret = own.exchange(X25519PublicKey.from_public_bytes(public))
    shared = _extract_and_expand(secret, encapsulated + public)
    key, nonce = _schedule(shared, info)
    return encapsulated + AESGCM(key).encrypt(nonce, plaintext, b"")


def _extract_and_expand(secret: bytes, context: bytes) -> bytes:
    """Return the KEM's shared secret (§ 4.1)."""
    prk = _extract(b"", b"eae_prk", secret, suite=KEM)
    return _expand(prk, b"shared_secret", context, length=32, suite=KEM)


def _schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and base nonce of base mode (§ 5.1)."""
    psk_id_hash = _extract(b"", b"psk_id_hash", b"", suite=SUITE)
    info_hash = _extract(b"", b"info_hash", info, suite=SUITE)
    context = b"\x00" + psk_id_hash + info_hash
    secret = _extract(shared, b"secret", b"", suite=SUITE)
    key = _expand(secret, b"key", context, length=16, suite=SUITE)
    return key, _expand(secret, b"base_nonce", context, length=12, suite=SUITE)


def _extract(salt: bytes, label: bytes, ikm: bytes, *, suite: bytes) -> bytes:
    mac = hmac.HMAC(salt or bytes(32), hashes.SHA256())
    mac.update(b"HPKE-v1" + suite + label + ikm)
    return mac.finalize()


def _expand(prk: bytes, label: bytes, info: bytes, *, length: int, suite: bytes) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=labelled).derive(prk)

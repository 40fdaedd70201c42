"""The cryptography behind one interface: the standard suite here, a deterministic one in tests.

`seal` is the only place of the core where randomness enters (HPKE's ephemeral key), and it enters
through the suite, which the caller passes in.
"""

from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, SignatureError


class Suite(Protocol):
    """What the protocol needs of cryptography; keys are 32 raw bytes."""

    def sign(self, private: bytes, data: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature."""
        ...

    def verify(self, public: bytes, signature: bytes, data: bytes) -> bool:
        """Tell whether the signature over the data is the key's; False for an unusable key."""
        ...

    def public(self, private: bytes) -> bytes:
        """Return the Ed25519 public key of a seed."""
        ...

    def sealing_public(self, private: bytes) -> bytes:
        """Return the X25519 public key of a private key."""
        ...

    def seal(self, public: bytes, plaintext: bytes, *, info: bytes) -> bytes:
        """Seal for one recipient; the result is `limits.SEALED_OVERHEAD` bytes longer."""
        ...

    def open(self, private: bytes, sealed: bytes, *, info: bytes) -> bytes:
        """Open what was sealed under the same `info`; raise MalformedError if it cannot be."""
        ...

    def encrypt(self, key: bytes, plaintext: bytes, *, nonce: bytes, aad: bytes) -> bytes:
        """Encrypt for a store at rest; a nonce of 12 bytes is used once per key."""
        ...

    def decrypt(self, key: bytes, ciphertext: bytes, *, nonce: bytes, aad: bytes) -> bytes:
        """Decrypt what `encrypt` made; raise MalformedError if it cannot be."""
        ...


class Standard:
    """Ed25519 (RFC 8032), HPKE base mode X25519/HKDF-SHA256/AES-128-GCM (RFC 9180), AES-256-GCM."""

    def sign(self, private: bytes, data: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature."""
        return _signing_key(private).sign(data)

    def verify(self, public: bytes, signature: bytes, data: bytes) -> bool:
        """Tell whether the signature over the data is the key's; False for an unusable key."""
        try:
            _verifying_key(public).verify(signature, data)
        except (InvalidSignature, SignatureError):
            return False
        return True

    def public(self, private: bytes) -> bytes:
        """Return the Ed25519 public key of a seed."""
        return _signing_key(private).public_key().public_bytes_raw()

    def sealing_public(self, private: bytes) -> bytes:
        """Return the X25519 public key of a private key."""
        return _opening_key(private).public_key().public_bytes_raw()

    def seal(self, public: bytes, plaintext: bytes, *, info: bytes) -> bytes:
        """Seal for one recipient; raise SignatureError for an unusable key."""
        try:
            return _hpke().encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info)
        except ValueError as error:
            raise SignatureError("unusable X25519 public key") from error

    def open(self, private: bytes, sealed: bytes, *, info: bytes) -> bytes:
        """Open what was sealed under the same `info`; raise MalformedError if it cannot be."""
        key = _opening_key(private)
        try:
            return _hpke().decrypt(sealed, key, info)
        except (InvalidTag, ValueError) as error:
            raise MalformedError("cannot be opened") from error

    def encrypt(self, key: bytes, plaintext: bytes, *, nonce: bytes, aad: bytes) -> bytes:
        """Encrypt for a store at rest with AES-256-GCM; a nonce is used once per key."""
        return _cipher(key, nonce).encrypt(nonce, plaintext, aad)

    def decrypt(self, key: bytes, ciphertext: bytes, *, nonce: bytes, aad: bytes) -> bytes:
        """Decrypt what `encrypt` made; raise MalformedError if it cannot be."""
        try:
            return _cipher(key, nonce).decrypt(nonce, ciphertext, aad)
        except InvalidTag as error:
            raise MalformedError("cannot be opened") from error


def _signing_key(private: bytes) -> Ed25519PrivateKey:
    # Not cached: a candidate's key is forgotten once it has signed.
    try:
        return Ed25519PrivateKey.from_private_bytes(private)
    except ValueError as error:
        raise SignatureError("an Ed25519 seed has 32 bytes") from error


@lru_cache(maxsize=limits.KEYS_CACHED)
def _verifying_key(public: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise SignatureError("unusable Ed25519 public key") from error


def _opening_key(private: bytes) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(private)
    except ValueError as error:
        raise SignatureError("an X25519 private key has 32 bytes") from error


@lru_cache(maxsize=1)
def _hpke() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_128_GCM)


def _cipher(key: bytes, nonce: bytes) -> AESGCM:
    if len(key) != 32 or len(nonce) != 12:
        raise MalformedError("AES-256-GCM takes a key of 32 bytes and a nonce of 12")
    return AESGCM(key)

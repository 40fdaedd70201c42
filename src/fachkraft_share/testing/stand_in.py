"""A deterministic, cheap stand-in for cryptography: for volume in the simulator, never for life.

Keys are real, so that every check of a key still runs; signatures and seals are keyed hashes that
anybody could forge who knew this module, so the simulator's adversary must not use it to forge.
"""

import hashlib
from functools import lru_cache

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.wire.suite import Standard

_STANDARD = Standard()
_TAG = 16


def _digest(*parts: bytes, size: int = 64) -> bytes:
    state = hashlib.blake2b(digest_size=size)
    for part in parts:
        state.update(len(part).to_bytes(4, "big"))
        state.update(part)
    return state.digest()


@lru_cache(maxsize=4096)
def _public(private: bytes) -> bytes:
    return _STANDARD.public(private)


@lru_cache(maxsize=4096)
def _sealing_public(private: bytes) -> bytes:
    return _STANDARD.sealing_public(private)


class StandIn:
    """A `Suite` whose every output follows from its inputs."""

    def sign(self, private: bytes, data: bytes) -> bytes:
        """Return 64 bytes bound to the key and the data."""
        return _digest(b"sign", _public(private), data)

    def verify(self, public: bytes, signature: bytes, data: bytes) -> bool:
        """Tell whether `sign` made this with the key's private half."""
        return signature == _digest(b"sign", public, data)

    def public(self, private: bytes) -> bytes:
        """Return the real Ed25519 public key."""
        return _public(private)

    def sealing_public(self, private: bytes) -> bytes:
        """Return the real X25519 public key."""
        return _sealing_public(private)

    def seal(self, public: bytes, plaintext: bytes, *, info: bytes) -> bytes:
        """Return something of the real length that only the key's owner opens."""
        tag = _digest(b"seal", public, info, plaintext, size=limits.SEALED_OVERHEAD)
        return tag + _mask(plaintext, public, tag)

    def open(self, private: bytes, sealed: bytes, *, info: bytes) -> bytes:
        """Open what `seal` made; raise MalformedError if it cannot be."""
        public, tag = _sealing_public(private), sealed[: limits.SEALED_OVERHEAD]
        plaintext = _mask(sealed[limits.SEALED_OVERHEAD :], public, tag)
        if tag != _digest(b"seal", public, info, plaintext, size=limits.SEALED_OVERHEAD):
            raise MalformedError("cannot be opened")
        return plaintext

    def encrypt(self, key: bytes, plaintext: bytes, *, nonce: bytes, aad: bytes) -> bytes:
        """Return the masked text and a tag."""
        return _mask(plaintext, key, nonce) + _digest(key, nonce, aad, plaintext, size=_TAG)

    def decrypt(self, key: bytes, ciphertext: bytes, *, nonce: bytes, aad: bytes) -> bytes:
        """Undo `encrypt`; raise MalformedError if it cannot be."""
        plaintext = _mask(ciphertext[:-_TAG], key, nonce)
        if ciphertext[-_TAG:] != _digest(key, nonce, aad, plaintext, size=_TAG):
            raise MalformedError("cannot be decrypted")
        return plaintext


def _mask(text: bytes, key: bytes, nonce: bytes) -> bytes:
    stream = hashlib.shake_128(key + nonce).digest(len(text))
    return (int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(text), "big")

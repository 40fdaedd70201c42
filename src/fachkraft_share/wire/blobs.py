"""Sealed blobs: padded to size classes, bound to their one delivery, addressed by their hash."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.wire.encoding import frame, sha256
from fachkraft_share.wire.suite import Suite

DOSSIER_TAG = "fks/1 dossier"
CONTACT_TAG = "fks/1 contact"
PREFIX_BYTES = 4


@attrs.frozen
class Sealed:
    """A blob as it travels; `contact.disclosed` names hash and length of the ciphertext."""

    sha256: str
    length: int
    ciphertext: bytes = attrs.field(repr=False)


def pad(data: bytes) -> bytes:
    """Pad so that the sealed result has exactly one of `limits.BLOB_CLASSES`.

    Raises:
        MalformedError: the data fit into no class.
    """
    prefixed = len(data).to_bytes(PREFIX_BYTES, "big") + data
    return prefixed.ljust(_padded_size(len(prefixed)), b"\0")


def unpad(padded: bytes) -> bytes:
    """Return what was padded.

    Raises:
        MalformedError: `pad` did not make this.
    """
    end = PREFIX_BYTES + int.from_bytes(padded[:PREFIX_BYTES], "big")
    if end > len(padded) or len(padded) != _padded_size(end) or any(padded[end:]):
        raise MalformedError("not padded as the protocol demands")
    return padded[PREFIX_BYTES:end]


def dossier_info(
    *, sender: str, recipient: str, referral: str, message: str, consent: str
) -> bytes:
    """Return the context a dossier is sealed under: this delivery and no other."""
    return _info(DOSSIER_TAG, sender, recipient, referral, message, consent)


def contact_info(
    *, sender: str, recipient: str, referral: str, message: str, consent: str
) -> bytes:
    """Return the context a contact request is sealed under."""
    return _info(CONTACT_TAG, sender, recipient, referral, message, consent)


def seal_dossier(plaintext: bytes, *, public: bytes, info: bytes, suite: Suite) -> Sealed:
    """Pad and seal a dossier for one recipient's X25519 key.

    Raises:
        MalformedError: the dossier is too large.
        SignatureError: the key is unusable.
    """
    ciphertext = suite.seal(public, pad(plaintext), info=info)
    return Sealed(sha256(ciphertext), len(ciphertext), ciphertext)


def open_dossier(sealed: Sealed, *, private: bytes, info: bytes, suite: Suite) -> bytes:
    """Open a dossier whose hash and length the sender signed.

    Raises:
        MalformedError: not the blob that was named, or not sealed to this key under this context.
    """
    named = (sealed.sha256, sealed.length)
    if (sha256(sealed.ciphertext), len(sealed.ciphertext)) != named:
        raise MalformedError("not the blob that was named")
    return unpad(suite.open(private, sealed.ciphertext, info=info))


def _info(*parts: str) -> bytes:
    return frame(*(part.encode() for part in parts))


def _padded_size(needed: int) -> int:
    sizes = (size - limits.SEALED_OVERHEAD for size in limits.BLOB_CLASSES)
    found = next((size for size in sizes if size >= needed), None)
    if found is None:
        raise MalformedError(f"a blob is larger than {limits.BLOB_BYTES} bytes")
    return found

"""Bytes as text and text as bytes, each with exactly one spelling."""

import base64
import hashlib
import re

from fachkraft_share.errors import MalformedError

_HEX_256 = re.compile(r"[0-9a-f]{64}")


def b64(raw: bytes) -> str:
    """Return the bytes as unpadded base64url (RFC 7515 § 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unb64(text: str, *, size: int | None = None) -> bytes:
    """Read unpadded base64url, of exactly `size` bytes if given.

    Python's decoder drops foreign characters and stray bits, so the result is encoded again and
    compared: one value has one text.

    Raises:
        MalformedError: padding, foreign characters, stray bits or another length.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise MalformedError("not unpadded base64url") from error
    if b64(raw) != text:
        raise MalformedError("not unpadded base64url")
    if size is not None and len(raw) != size:
        raise MalformedError(f"not base64url of {size} bytes")
    return raw


def sha256(data: bytes) -> str:
    """Return the SHA-256 of the bytes as lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def check_sha256(text: str) -> str:
    """Return the text if it is a SHA-256 in lower-case hex; raise MalformedError if not."""
    if not _HEX_256.fullmatch(text):
        raise MalformedError("not a SHA-256 in lower-case hex")
    return text


def frame(*parts: bytes) -> bytes:
    """Join the parts, each after its length in four bytes, so that no two lists look alike."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

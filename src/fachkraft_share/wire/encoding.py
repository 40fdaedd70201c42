"""Bytes as text and text as bytes, each with exactly one spelling."""

import binascii
import hashlib
import re

from fachkraft_share.errors import MalformedError

_TO_URL = bytes.maketrans(b"+/", b"-_")  # RFC 4648 § 5; binascii costs half of what base64 does
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_HEX_256 = re.compile(r"[0-9a-f]{64}")


def b64(raw: bytes) -> str:
    """Return the bytes as unpadded base64url (RFC 7515 § 2)."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL, b"=").decode("ascii")


def unb64(text: str, *, size: int | None = None) -> bytes:
    """Read unpadded base64url, of exactly `size` bytes if given.

    Python's decoder drops foreign characters, stray bits and padding too many, so the result is
    encoded again and compared: one value has one text.

    Raises:
        MalformedError: padding, foreign characters, stray bits or another length.
    """
    try:
        raw = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"==")
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

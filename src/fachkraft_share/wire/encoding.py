"""Bytes as text and text as bytes, each with exactly one spelling."""

import binascii
import hashlib
import re
from functools import lru_cache

from fachkraft_share.errors import MalformedError

_TO_URL = bytes.maketrans(b"+/", b"-_")  # RFC 4648 § 5; binascii costs half of what base64 does
_OTHERS = b"+/="  # are no characters of base64url; a zero byte is one of no base64
_FROM_URL = bytes.maketrans(b"-_" + _OTHERS, b"+/" + bytes(len(_OTHERS)))
_PADDING = (b"", b"", b"==", b"=")  # by what is left of a division by four
_LAST = {2: "AQgw", 3: "AEIMQUYcgkosw048"}  # the last characters without stray bits
_HEX_256 = re.compile(r"[0-9a-f]{64}")


def b64(raw: bytes) -> str:
    """Return the bytes as unpadded base64url (RFC 7515 § 2)."""
    return binascii.b2a_base64(raw, newline=False).translate(_TO_URL, b"=").decode("ascii")


def unb64(text: str, *, size: int | None = None) -> bytes:
    """Read unpadded base64url, of exactly `size` bytes if given.

    One value has one text: Python's strict decoder refuses all but stray bits in the last
    character, and those are looked at here.

    Raises:
        MalformedError: padding, foreign characters, stray bits or another length.
    """
    rest = len(text) % 4
    try:
        padded = text.encode("ascii").translate(_FROM_URL) + _PADDING[rest]
        raw = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as error:
        raise MalformedError("not unpadded base64url") from error
    if rest and text[-1] not in _LAST[rest]:
        raise MalformedError("not unpadded base64url")
    if size is not None and len(raw) != size:
        raise MalformedError(f"not base64url of {size} bytes")
    return raw


def check_b64(text: str, *, size: int) -> str:
    """Return the text if `unb64` would read exactly `size` bytes, without reading them.

    Raises:
        MalformedError: as `unb64`.
    """
    if not _form(size).fullmatch(text):
        raise MalformedError(f"not unpadded base64url of {size} bytes")
    return text


@lru_cache(maxsize=8)
def _form(size: int) -> re.Pattern[str]:
    whole, rest = divmod(size * 8, 6)
    last = f"[{_LAST[1 + rest // 2]}]" if rest else ""
    return re.compile(f"[A-Za-z0-9_-]{{{whole}}}{last}")


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
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])

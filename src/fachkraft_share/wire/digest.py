"""Bodies that arrive as they left: the `Content-Digest` header (RFC 9530), SHA-256 only.

TLS protects a connection; this protects what proxies and broken hardware do between two of them.
A wrong digest means that nothing was heard: try again.
"""

import base64
import hashlib

HEADER = "Content-Digest"
_FORM = "sha-256=:{}:"


def content_digest(body: bytes) -> str:
    """Return the header's value for a body."""
    return _FORM.format(base64.b64encode(hashlib.sha256(body).digest()).decode("ascii"))


def digest_fits(value: str, body: bytes) -> bool:
    """Tell whether the header's value is the body's digest."""
    return content_digest(body) in {one.strip() for one in value.split(",")}

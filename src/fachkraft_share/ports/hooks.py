"""Hooks of outside systems: verified, then only a hint which record to read again.

A validly signed lie must change nothing, so no value of a payload is ever used.
"""

import hashlib
import hmac

import attrs


@attrs.frozen
class Hook:
    """What an adapter reads from a raw call, before the base class judges it."""

    authentic: bool
    id: str = ""  # of the event, to notice repetition
    sent_at: int | None = None  # None: the system does not say
    record: str = ""  # which record to read again; "" means: read for changes
    ping: bool = False  # the vendor's test call


@attrs.frozen
class Hint:
    """Which record to read again; an empty one means: read for changes."""

    record: str = ""


def signature_fits(secret: bytes, body: bytes, signature: str) -> bool:
    """Tell, in constant time, whether the hex HMAC-SHA-256 of the raw body fits."""
    expected = hmac.new(secret, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode())

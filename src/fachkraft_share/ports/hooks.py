"""Hooks of outside systems: verified, then only a hint which record to read again.

A validly signed lie must change nothing, so no value of a payload is ever used.
"""

import hashlib
import hmac
import json

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


def signature_of(secret: bytes, body: bytes) -> str:
    """Return what `signature_fits` accepts."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def signature_fits(secret: bytes, body: bytes, signature: str) -> bool:
    """Tell, in constant time, whether the hex HMAC-SHA-256 of the raw body fits."""
    expected = signature_of(secret, body)
    return hmac.compare_digest(expected.encode(), signature.strip().lower().encode())


def read_signed(secret: bytes, body: bytes, signature: str) -> Hook:
    """Read a hook of our own form: JSON with `id`, `sent`, `record`, `kind`, its HMAC beside it.

    Nothing is parsed before the signature fits; without a secret none does.
    """
    if not secret or not signature_fits(secret, body, signature):
        return Hook(authentic=False)
    event = json.loads(body)
    return Hook(
        authentic=True,
        id=event["id"],
        sent_at=event["sent"],
        record=event.get("record", ""),
        ping=event.get("kind") == "ping",
    )

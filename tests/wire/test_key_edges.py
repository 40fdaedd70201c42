"""Keys at their edges: a length that only looks right."""

import pytest

from fachkraft_share.errors import SignatureError
from fachkraft_share.wire import keys
from fachkraft_share.wire.suite import Suite


def ending_in_zero(suite: Suite) -> bytes:
    """Return a signing key whose last byte is zero, so that it can be cut off and added."""
    seeds = (bytes([n % 256, n // 256]) + bytes(30) for n in range(10_000))
    return next(raw for raw in map(suite.public, seeds) if raw[-1] == 0)


def test_a_number_written_with_another_count_of_bytes_is_no_key(suite: Suite) -> None:
    """The number is the same, the key's name would be another."""
    raw = ending_in_zero(suite)
    keys.check_public_key(raw)
    for other in (raw[:-1], raw + b"\0"):
        with pytest.raises(SignatureError):
            keys.check_public_key(other)

"""Who appears in the vectors: names, times, and keys made from names."""

import hashlib

from fachkraft_share.wire import keys
from fachkraft_share.wire.suite import Standard

SUITE = Standard()
DAY = 86_400
NOW = 1_795_305_600
ORIGIN, NODE = "https://muster.example", "https://node.harz.example"


def seed(name: str) -> bytes:
    """Return the private half of the key with that name."""
    return hashlib.sha256(f"fachkraft-share vector: {name}".encode()).digest()


def signer(name: str = "muster") -> keys.PrivateKey:
    """Return the signing key with that name."""
    return keys.signing_key(seed(name), not_before=NOW, not_after=NOW + 90 * DAY, suite=SUITE)

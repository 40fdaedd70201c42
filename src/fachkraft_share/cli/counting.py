"""Counts the signatures that are checked, for whoever watches a long check."""

from fachkraft_share.ports.progress import Progress, Tell
from fachkraft_share.wire.suite import Standard


class Counting(Standard):
    """The standard suite; it tells after each signature how many it has checked."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._done = 0

    def verify(self, public: bytes, signature: bytes, data: bytes) -> bool:
        """Check a signature and count it, whether it fits or not."""
        fits = super().verify(public, signature, data)
        self._done += 1
        self._tell(Progress("signatures", self._done))
        return fits

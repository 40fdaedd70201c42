"""This machine's clock and randomness, the real ones."""

import secrets
import time

from fachkraft_share.member.http import HttpTransport
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.wire.suite import Standard


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> int:
        """Return whole seconds since 1970-01-01 UTC."""
        return int(time.time())


class SystemIds:
    """Gives random bytes of the operating system."""

    def random(self, size: int) -> bytes:
        """Return this many unpredictable bytes."""
        return secrets.token_bytes(size)


def real_runtime() -> Runtime:
    """Return the runtime of a process that serves a real member."""
    return Runtime(SystemClock(), SystemIds(), Standard(), HttpTransport())

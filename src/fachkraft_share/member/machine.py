"""The runtime of a process that serves a real member."""

from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.machine import SystemClock, SystemIds
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.wire.suite import Standard


def real_runtime() -> Runtime:
    """Return this machine's clock and randomness, real cryptography and HTTP."""
    return Runtime(SystemClock(), SystemIds(), Standard(), HttpTransport())

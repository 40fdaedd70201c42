"""CPU time of whole processes, user and system, in seconds; and the unit everything is told in.

Linux lets anybody read the CPU clock of any process, in nanoseconds: what a server or a database
spends is seen from outside.
"""

import time
from collections.abc import Callable, Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

BODY = b"b" * 1500
_TIMES = 200
Pids = Callable[[], Iterable[int]]


def nobody() -> Iterable[int]:
    """Return no process."""
    return ()


def used(pids: Iterable[int]) -> dict[int, float]:
    """Return the CPU seconds of processes that run now."""
    found = {}
    for pid in pids:
        try:
            found[pid] = time.clock_gettime((~pid << 3) | 2)  # clock_getcpuclockid(3)
        except OSError:
            continue  # it has ended
    return found


def spent(work: Callable[[], object], *, by: Pids = nobody, here: bool = True) -> float:
    """Return the CPU seconds those processes use while the work is done, and this one's too."""
    before, begun = used(by()), time.process_time()
    work()
    mine, after = time.process_time() - begun, used(by())
    others = sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())
    return others + (mine if here else 0.0)


class Unit:
    """`v`: the CPU time of one Ed25519 verification of 1.5 KB."""

    def __init__(self) -> None:
        private = Ed25519PrivateKey.generate()
        self._public, self._signature = private.public_key(), private.sign(BODY)

    def seconds(self) -> float:
        """Measure it now."""
        start = time.process_time()
        for _ in range(_TIMES):
            self._public.verify(self._signature, BODY)
        return (time.process_time() - start) / _TIMES

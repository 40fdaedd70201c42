"""A lock that processes of one machine hold on an open file; the system frees it when one dies."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OWNER_ONLY = 0o600
_PAUSE = 0.001  # seconds between tries where the system cannot wait by itself


@contextmanager
def held(handle: int, *, wait: float) -> Iterator[None]:
    """Hold the file of this descriptor alone while the block runs.

    Raises:
        TimeoutError: another process held it longer than we wait.
    """
    until = time.monotonic() + wait
    while not take(handle):
        if time.monotonic() > until:
            raise TimeoutError("another process holds the file")
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        give_back(handle)


@contextmanager
def attempted(path: Path) -> Iterator[bool]:
    """Hold a file of this name, made if it is missing, for the block; tell whether it was free."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    taken = take(handle)
    try:
        yield taken
    finally:
        if taken:
            give_back(handle)
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    # Windows locks bytes and forbids reading locked ones: one far behind every content is taken.
    _FAR = 2**31 - 2

    def take(handle: int) -> bool:
        """Take the lock if nobody has it; tell whether it was taken."""
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def give_back(handle: int) -> None:
        """Free the lock."""
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def take(handle: int) -> bool:
        """Take the lock if nobody has it; tell whether it was taken."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give_back(handle: int) -> None:
        """Free the lock."""
        fcntl.flock(handle, fcntl.LOCK_UN)

"""Room on the disk that is kept back, so that an erasure still succeeds when the disk is full.

1. While there is room a file of `ERASURE_RESERVE` bytes stands beside the state.
2. Is less than that left, the file goes, and what it gives back is for closing and erasing only.
3. Once there is room for it and as much again, it is made anew and everything goes on.
"""

import os
import secrets
import shutil
from pathlib import Path

import attrs

from fachkraft_share import limits

_OWNER_ONLY = 0o600


def never_cramped() -> bool:
    """Be the answer of whoever has no disk."""
    return False


@attrs.frozen
class Reserve:
    """The file at this path."""

    path: Path
    size: int = limits.ERASURE_RESERVE

    def cramped(self) -> bool:
        """Tell whether there is room for closing and erasing only; keep the reserve in order."""
        try:
            return self._cramped()
        except OSError:
            return True  # not even the file system answers

    def _cramped(self) -> bool:
        free = shutil.disk_usage(self.path.parent).free
        if not self.path.exists():
            return free < 2 * self.size or not self._taken()
        if free >= self.size:
            return False
        self.path.unlink(missing_ok=True)
        return True

    def _taken(self) -> bool:
        """Make the file whole or not at all; random bytes, which no file system compresses."""
        new = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        try:
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(self.size))
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path)
        except OSError:
            new.unlink(missing_ok=True)
            return False
        return True

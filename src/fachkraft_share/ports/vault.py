"""What must lie apart from the state: the keys of dossiers and the erasure journal.

A restored state must bring back neither an erased key nor a forgotten closure, so both live
outside its backup (design § 6.6, § 6.7).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Keys(Protocol):
    """One random key a referral; destroying it erases the dossier in every old backup, too."""

    def get(self, referral: str) -> bytes | None:
        """Return the key of 32 bytes, or None when there is none (any more)."""
        ...

    def make(self, referral: str) -> bytes:
        """Return the key, made now if there is none; never for a referral that was destroyed."""
        ...

    def destroy(self, referral: str) -> bool:
        """Erase the key for good and tell whether there was one."""
        ...

    def readmit(self, referral: str) -> None:
        """Let a new key be made after one was destroyed: the person has consented anew.

        What the old key encrypted stays unreadable.
        """
        ...


class Journal(Protocol):
    """Append-only lines of closures and of who was served; durable before the commit."""

    def append(self, lines: list[Mapping[str, Any]]) -> None:
        """Write the lines and wait until they are on the disk."""
        ...

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield every line from the first on; a torn last line is left out."""
        ...

    def head(self) -> tuple[int, str]:
        """Return the number of lines and the running hash over them."""
        ...

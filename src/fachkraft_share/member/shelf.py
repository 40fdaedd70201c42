"""Where official lists lie that were fetched: by their hash, looked at again whenever one is read.

They are nobody's data and no part of the state: what is lost is fetched again.
"""

import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

import attrs

from fachkraft_share.errors import StoreError
from fachkraft_share.wire.encoding import sha256


class Shelf(Protocol):
    """Keeps lists by their SHA-256."""

    def get(self, name: str) -> bytes | None:
        """Return the list with that hash, or None if it is not here whole."""
        ...

    def put(self, content: bytes) -> None:
        """Keep a list."""
        ...

    def keep_only(self, names: Collection[str]) -> None:
        """Forget all others."""
        ...


@attrs.frozen
class MemoryShelf:
    """A shelf that lasts as long as its process."""

    _kept: dict[str, bytes] = attrs.field(factory=dict, repr=False)

    def get(self, name: str) -> bytes | None:
        """Return the list with that hash, or None."""
        return self._kept.get(name)

    def put(self, content: bytes) -> None:
        """Keep a list."""
        self._kept[sha256(content)] = content

    def keep_only(self, names: Collection[str]) -> None:
        """Forget all others."""
        for name in set(self._kept) - set(names):
            del self._kept[name]


@attrs.frozen
class FolderShelf:
    """One file a list, whole or not there; several processes may use it."""

    folder: Path

    def get(self, name: str) -> bytes | None:
        """Return the list with that hash; a file that holds something else counts for nothing."""
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            return None
        return content if sha256(content) == name else None

    def put(self, content: bytes) -> None:
        """Keep a list; raise StoreError if the disk does not take it."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
                file.write(content)
            Path(file.name).replace(self.folder / sha256(content))
        except OSError as error:
            raise StoreError(f"{self.folder.name}: a list cannot be kept there") from error

    def keep_only(self, names: Collection[str]) -> None:
        """Forget all others, and what a process that broke off has left."""
        for path in self.folder.glob("*"):
            if path.name not in names:
                path.unlink(missing_ok=True)

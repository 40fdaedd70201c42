"""The erasure journal as a file: append-only lines with a running hash, durable when written.

1. `append` returns only after the lines are on the disk; a lock on the file lets one process and
   one thread write at a time. Its folder is shared only if the file system knows such locks.
2. A line that was cut off by a crash was never promised: it is left out, and goes at the next
   append. Anything else that does not fit its hash is a `StoreError`, never skipped.
3. Nothing is ever rewritten; the file lies outside the backed-up state (design § 6.7).
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, StoreError
from fachkraft_share.ports import file_lock

_HASH_HEX = 64
_OWNER_ONLY = 0o600


def encode_line(line: Mapping[str, Any]) -> str:
    """Return a line as JSON text without line breaks.

    Raises:
        StoreError: beyond the limit.
    """
    text = json.dumps(line, ensure_ascii=True, separators=(",", ":"))
    if len(text) > limits.JOURNAL_LINE:
        raise StoreError(f"journal: a line has more than {limits.JOURNAL_LINE} bytes")
    return text


def journal_head(head: str, text: str) -> str:
    """Return the running hash after this line."""
    return hashlib.sha256(f"{head}\n{text}".encode()).hexdigest()


@attrs.define
class _End:
    """How far the file has been read and checked."""

    size: int = 0
    number: int = 0
    head: str = ""


class FileJournal:
    """A `ports.vault.Journal` in one file; each line is its running hash, a blank and its JSON."""

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._end = _End()
        self._lock = Lock()

    def append(self, lines: list[Mapping[str, Any]]) -> None:
        """Write the lines and wait until they are on the disk.

        Raises:
            StoreError: they are not; nothing was promised.
            BusyError: another process is writing; try again.
        """
        texts = [encode_line(line) for line in lines]
        with self._lock:
            try:
                with self._alone() as file:
                    self._read_on()
                    self._write(file, texts)
            except TimeoutError as error:
                raise BusyError("journal: another process holds it") from error
            except OSError as error:
                raise StoreError("journal: cannot be written; check disk and rights") from error

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield every line from the first on; a torn last line is left out.

        Raises:
            StoreError: a line does not fit its hash.
        """
        for text in self._texts(_End()):
            yield json.loads(text)

    def head(self) -> tuple[int, str]:
        """Return the number of lines and the running hash over them."""
        with self._lock:
            self._read_on()
            return self._end.number, self._end.head

    def _read_on(self) -> None:
        """Check what another process may have written since; start anew if the file shrank."""
        size = self._path.stat().st_size if self._path.exists() else 0
        if size < self._end.size:
            self._end = _End()
        for _ in self._texts(self._end):
            pass

    def _texts(self, end: _End) -> Iterator[str]:
        """Yield the lines after `end`, which moves along."""
        if not self._path.exists():
            return
        try:
            with self._path.open("rb") as file:
                file.seek(end.size)
                for raw in file:
                    text = _checked(raw, end)
                    if text is None:
                        return
                    yield text
        except OSError as error:
            raise StoreError("journal: cannot be read; check disk and rights") from error

    @contextmanager
    def _alone(self) -> Iterator[BinaryIO]:
        """Lend the file, which no other process writes to meanwhile."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        with (
            os.fdopen(os.open(self._path, flags, _OWNER_ONLY), "r+b", buffering=0) as file,
            file_lock.held(file.fileno(), wait=limits.STORE_BUSY),
        ):
            yield file

    def _write(self, file: BinaryIO, texts: list[str]) -> None:
        end = attrs.evolve(self._end)
        block = bytearray()
        for text in texts:
            end.number += 1
            end.head = journal_head(end.head, text)
            block += f"{end.head} {text}\n".encode()
        file.truncate(self._end.size)  # a torn line goes
        file.seek(self._end.size)
        _write_all(file, bytes(block))
        os.fsync(file.fileno())
        if not self._end.size:
            _sync_folder(self._path.parent)  # it may be new
        end.size = self._end.size + len(block)
        self._end = end


def _checked(raw: bytes, end: _End) -> str | None:
    """Return the line's text and move `end` behind it, or None for a line cut off by a crash."""
    if not raw.endswith(b"\n") or b"\0" in raw:  # zeros: the size was on the disk before the data
        return None
    head, _, text = raw[:-1].decode("utf-8", "replace").partition(" ")
    if len(head) != _HASH_HEX or head != journal_head(end.head, text):
        raise StoreError(f"journal: line {end.number + 1} does not fit; restore the newest copy")
    end.size += len(raw)
    end.number += 1
    end.head = head
    return text


def _write_all(file: Any, block: bytes) -> None:
    view = memoryview(block)
    while view:
        view = view[file.write(view) :]


def _sync_folder(folder: Path) -> None:
    """Make a new file's name durable; Windows opens no folders and needs none of it."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

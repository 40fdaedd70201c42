"""The folder: written as a whole under a lock, file by file at once, and searched.

1. Names are constants of ours; nothing that comes from outside is ever a path.
2. A file appears by renaming, readable by the web server (0644); a link under our name is refused.
3. Without the marker nothing is written: an unmounted share is an empty folder, too.
4. A folder that held files under our names before it was set up belongs to somebody else.
"""

import json
import os
import stat
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import PermanentAdapterError, TemporaryAdapterError
from fachkraft_share.ports import file_lock
from fachkraft_share_feed import component

FEED: Final = "feed.json"
SHOWN: Final = (FEED, "items.html", "atom.xml", "activities.ics", "items.jsonld")
NAMES: Final = (*SHOWN, component.NAME, "integrity.txt")
MARKER: Final = ".fachkraft-share-feed.json"
LAYOUT: Final = 1
_UNFINISHED: Final = ".fks-unfinished-"
_READABLE: Final = 0o644
_PASSABLE: Final = 0o755
_WAIT: Final = 30.0  # seconds; a writing takes a few milliseconds
_MOST_BYTES: Final = 2 * limits.ITEMS_PUBLISHED * limits.ITEM_TEXT
_MOST_FILES: Final = 10_000  # searched; a folder with more was not made for the feed
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)


class Folder:
    """One folder that a web server serves."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set_up(self) -> None:
        """Make the folder ours, and lay the component there.

        Raises:
            PermanentAdapterError: files of somebody else stand under our names.
        """
        if not self.path.is_dir():
            self.path.mkdir(parents=True)
            self.path.chmod(_PASSABLE)
        if not (self.path / MARKER).exists():
            foreign = [name for name in NAMES if os.path.lexists(self.path / name)]
            if foreign:
                raise PermanentAdapterError(
                    f"the folder holds {', '.join(foreign)}, which we did not write; "
                    "move them away, or name another folder"
                )
            self._mark()
        with self.held():
            self._put(component.NAME, component.component())
            self._put("integrity.txt", component.integrity().encode() + b"\n")

    @contextmanager
    def held(self) -> Iterator[str]:
        """Hold the folder alone for the block; give the feed's id.

        Raises:
            TemporaryAdapterError: it was not set up here, or is not mounted.
            PermanentAdapterError: another version set it up, or a name of ours is taken.
        """
        try:
            handle = os.open(self.path / MARKER, os.O_RDWR | _NO_LINK)
        except FileNotFoundError:
            raise TemporaryAdapterError(
                "the folder was not set up here, or is not mounted"
            ) from None
        try:
            with file_lock.held(handle, wait=_WAIT):
                feed_id = _id_in(os.read(handle, 4096))
                self._refuse_what_is_no_file()
                yield feed_id
        finally:
            os.close(handle)

    def read(self, name: str) -> bytes | None:
        """Return the file's content, None if it is not there."""
        try:
            handle = os.open(self.path / name, os.O_RDONLY | _NO_LINK)
        except FileNotFoundError:
            return None
        with os.fdopen(handle, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise PermanentAdapterError(f"{name} is larger than anything we write")
        return content

    def write(self, files: Mapping[str, bytes]) -> None:
        """Replace each file at once, in this order; what a crash left unfinished goes."""
        for name, content in files.items():
            self._put(name, content)
        for left in self.path.glob(f"{_UNFINISHED}*"):
            left.unlink()

    def names_holding(self, needles: Iterable[bytes]) -> list[str]:
        """Return the names of all files below that hold one of the needles.

        Raises:
            PermanentAdapterError: there are too many to search.
        """
        wanted = [needle for needle in needles if needle]
        found = []
        for number, path in enumerate(self._files()):
            if number >= _MOST_FILES:
                raise PermanentAdapterError("too many files; give the feed a folder of its own")
            if _holds(path, wanted):
                found.append(path.relative_to(self.path).as_posix())
        return sorted(found)

    def has_this_component(self) -> bool:
        """Tell whether the component in the folder is the one of this version."""
        return self.read(component.NAME) == component.component()

    def copies_beside(self) -> list[str]:
        """Return names such as `feed.json.gz`: copies of our files that nobody rewrites."""
        present = {path.name for path in self.path.iterdir()}
        return sorted(one for one in present - {*NAMES} if one.startswith(tuple(NAMES)))

    def _mark(self) -> None:
        # Made once and never replaced: whoever holds it holds the folder.
        try:
            handle = os.open(self.path / MARKER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READABLE)
        except FileExistsError:
            return
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps({"layout": LAYOUT, "id": uuid.uuid4().urn}).encode() + b"\n")

    def _files(self) -> Iterator[Path]:
        for folder, _, names in os.walk(self.path, onerror=_raise):  # follows no links
            for name in names:
                path = Path(folder, name)
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path

    def _refuse_what_is_no_file(self) -> None:
        for name in NAMES:
            with suppress(FileNotFoundError):
                if not stat.S_ISREG((self.path / name).lstat().st_mode):
                    raise PermanentAdapterError(f"{name} is a link or a folder; remove it")

    def _put(self, name: str, content: bytes) -> None:
        handle, unfinished = tempfile.mkstemp(dir=self.path, prefix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(unfinished).chmod(_READABLE)
            _tell_apart(Path(unfinished), self.path / name)
            Path(unfinished).replace(self.path / name)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        _flush_names(self.path)


def _id_in(marker: bytes) -> str:
    try:
        mark = json.loads(marker)
        if mark["layout"] == LAYOUT:
            return uuid.UUID(mark["id"]).urn
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise PermanentAdapterError(
        f"the folder was set up by another version; remove its {MARKER} and files, connect again"
    )


def _tell_apart(new: Path, old: Path) -> None:
    # Web servers tell versions apart by whole seconds: of two within one, a reader who asks
    # whether anything is new would be told no, and go on showing what was withdrawn.
    try:
        before = int(old.stat().st_mtime)
    except FileNotFoundError:
        return
    if int(new.stat().st_mtime) <= before:
        os.utime(new, (before + 1, before + 1))


def _holds(path: Path, needles: list[bytes]) -> bool:
    overlap = max((len(one) for one in needles), default=1) - 1
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            piece = tail + chunk
            if any(needle in piece for needle in needles):
                return True
            tail = piece[-overlap:] if overlap else b""
    return False


def _raise(error: OSError) -> None:
    raise error  # a folder that cannot be read is no folder without residue


def _flush_names(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

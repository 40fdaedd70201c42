"""What a backup of a member and of a node have in common: three parts, each with its manifest.

1. State, keys and journal are folders of their own, because they are kept for different times.
2. A part's manifest says what it is, whose, of when, and the SHA-256 of each file. It is written
   last: a backup that broke off has none, and is refused.
3. The journal inside a backup is a copy: closures may have come after it. Only the journal of the
   machine itself is the newest.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final

import attrs

from fachkraft_share.errors import MalformedError, SetupError, StoreError
from fachkraft_share.ports.journal import FileJournal, encode_line, journal_head
from fachkraft_share.wire import strict
from fachkraft_share.wire.convert import structure, unstructure

FORMAT: Final = "fks-backup/1"
MANIFEST: Final = "backup.json"
STATE, KEYS, JOURNAL = "state", "keys", "journal"
PARTS: Final = (STATE, KEYS, JOURNAL)
NOTE: Final = "backed-up"  # beside the state: when a backup was made
_OWNER_ONLY = 0o600
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends
_BLOCK = 2**20  # bytes read at once


@attrs.frozen
class _File:
    name: str
    sha256: str


@attrs.frozen
class Manifest:
    """What one part of a backup says of itself."""

    format: str
    kind: str  # member | node
    of: str  # the organisation's or the node's id
    part: str
    at: int
    files: list[_File]


def seal(target: Path, *, part: str, kind: str, of: str, at: int) -> None:
    """Write the manifest of a part whose files all lie there.

    Raises:
        SetupError: it has one already.
    """
    folder = target / part
    files = [
        _File(path.name, _hash(path)) for path in sorted(folder.iterdir()) if path.name != MANIFEST
    ]
    said = strict.write(unstructure(Manifest(FORMAT, kind, of, part, at, files)))
    with _new(folder / MANIFEST) as file:
        file.write(said)
        file.flush()
        os.fsync(file.fileno())


def check(source: Path, *, kind: str, optional: tuple[str, ...] = ()) -> Mapping[str, Manifest]:
    """Return the manifests of a whole and undamaged backup, by part.

    Raises:
        SetupError: a part is missing, damaged, of another kind, or of somebody else.
    """
    found = {
        part: _checked(source / part, part=part, kind=kind)
        for part in PARTS
        if part not in optional or (source / part).exists()
    }
    owners = {one.of for one in found.values()}
    if len(owners) != 1:
        raise SetupError(f"{source.name}: the parts of this backup belong to different parties")
    return found


def _checked(folder: Path, *, part: str, kind: str) -> Manifest:
    whole = "a backup has the three parts state, keys and journal"
    if not (folder / MANIFEST).is_file():
        raise SetupError(f"half a backup: {part} is missing or broke off; {whole}")
    try:
        said = structure(strict.read((folder / MANIFEST).read_bytes()), Manifest)
    except (MalformedError, OSError) as error:
        raise SetupError(f"{part}/{MANIFEST}: damaged; take another backup") from error
    if (said.format, said.part, said.kind) != (FORMAT, part, kind):
        raise SetupError(f"{part}: not the part {part} of a backup of a {kind}")
    for file in said.files:
        if not _same(folder, file):
            raise SetupError(f"{part}/{file.name}: missing or damaged; take another backup")
    return said


def _same(folder: Path, file: _File) -> bool:
    path = folder / file.name
    inside = path.parent == folder  # a manifest names files, never paths
    return inside and path.is_file() and _hash(path) == file.sha256


def copy(source: Path, target: Path) -> None:
    """Copy a file of any size to a new one that only its owner can read, durably.

    Raises:
        SetupError: there is such a file already.
    """
    with source.open("rb") as old, _new(target) as new:
        while block := old.read(_BLOCK):
            new.write(block)
        new.flush()
        os.fsync(new.fileno())


def _new(path: Path) -> BinaryIO:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, _OWNER_ONLY)
    except FileExistsError as error:
        raise SetupError(f"{path.name}: is there already and is never overwritten") from error
    return os.fdopen(handle, "wb")


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def is_copy(journal: Path) -> bool:
    """Tell whether this journal is part of a backup, so that there may be a newer one."""
    return (journal.parent / MANIFEST).is_file()


def demand_newer(journal: Path, backup: Path) -> None:
    """Refuse a journal that does not go on where the backup's own ends.

    Raises:
        SetupError: it is older, damaged, or another party's.
    """
    try:
        number, head = FileJournal(backup).head()
        found, count = "", 0
        for line in FileJournal(journal).lines():
            if count == number:
                break
            found, count = journal_head(found, encode_line(line)), count + 1
    except (StoreError, json.JSONDecodeError) as error:
        raise SetupError(f"{journal.name}: damaged; take another copy of the journal") from error
    if (count, found) != (number, head):
        raise SetupError(
            f"{journal.name}: does not continue the backup's journal; "
            "give this party's newest one, or none"
        )


def note(state: Path, *, at: int) -> None:
    """Write down beside the state that a whole backup was made."""
    path = state / NOTE
    path.unlink(missing_ok=True)
    with _new(path) as file:
        file.write(f"{at}\n".encode())


def last(state: Path) -> int | None:
    """Return when the newest backup of this folder was made, as far as it is known."""
    try:
        return int((state / NOTE).read_text("ascii"))
    except (OSError, ValueError):
        return None

"""The folder `received/`: one folder for each person, filed whole or not at all, and erased.

1. A folder appears under its name in one step, with everything in it on the disk.
2. Its name comes from the referral's id alone: twice is one, and it names nobody.
3. `.ledger/` keeps the names of what was ever filed, so that "erased" and "never held" differ.
4. Everything in a person's folder goes with it, notes of colleagues too: a withdrawal wins.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.model.candidate import Candidate, Document
from fachkraft_share.ports.adapter import Provenance
from fachkraft_share.ports.erasure_evidence import Erased, Outcome, Residue, ResidueKind
from fachkraft_share.rules.formats.json_resume import write_json_resume

CANDIDATE, MARK = "candidate.json", "mark.json"
_OURS = re.compile(r"[a-z_]+-[0-9a-f]{12}\.[a-z]{3,4}")
_TRASH = (".trash", "$recycle.bin", "#recycle", "@recycle", "recycler", "papierkorb")


def ref_of(referral: str) -> str:
    """Return the folder's name for a referral."""
    digest = hashlib.sha256(b"fachkraft-share files\x00" + referral.encode()).digest()
    return "r" + base64.b32encode(digest).decode("ascii")[:25].lower()


@attrs.frozen
class Received:
    """The persons filed below one folder."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where the persons lie."""
        return self.root / "received"

    @property
    def ledger(self) -> Path:
        """Where the names of all that was ever filed lie."""
        return self.folder / ".ledger"

    def find(self, referral: str) -> str | None:
        """Return the name under which a referral is filed."""
        ref = ref_of(referral)
        return ref if (self.folder / ref / MARK).is_file() else None

    def file(self, referral: str, candidate: Candidate, *, at: int) -> str:
        """File a person, or bring the folder up to date."""
        ref = ref_of(referral)
        self._note(ref, at=at)
        contents = _contents(ref, candidate)
        if not self.find(referral):
            mark = {"ref": ref, "referral": referral, "filed_at": at, "files": sorted(contents)}
            if self._appear(ref, {**contents, MARK: _json(mark)}):
                return ref
        self._update(ref, contents)
        return ref

    def add(self, ref: str, document: Document) -> None:
        """Add a document to a person's folder."""
        mark = self._mark(ref)
        self._write(ref, document.name, document.content)
        added = sorted({*mark.get("added", ()), document.name})
        self._write(ref, MARK, _json({**mark, "added": added}))

    def mark(self, ref: str, provenance: Provenance) -> None:
        """Note where the person came from."""
        self._write(ref, MARK, _json({**self._mark(ref), **attrs.asdict(provenance)}))

    def erase(self, ref: str) -> Erased:
        """Erase the person's folder, copies in `received/` and what a broken-off step left."""
        gone = 0
        for path in (self.folder / ref, *self._marked_folders(ref)):
            if path.is_symlink():
                path.unlink()
            elif path.exists():
                path.rename(self.folder / f".erasing-{ref}-{secrets.token_hex(4)}")
                gone += 1
        for path in self._leftovers(ref):
            _remove(path)
        _sync(self.folder)
        held = gone or (self.ledger / ref).exists()
        outcome = Outcome.ERASED if held else Outcome.NEVER_HELD
        return Erased(outcome, (f"folders:{gone}",))

    def look(self, ref: str) -> Iterator[Residue]:
        """Find what is left of a person below the whole folder."""
        if os.path.lexists(self.folder / ref):
            yield Residue(ResidueKind.PERSON_RECORD, f"received/{ref}")
        for path in self._leftovers(ref):
            yield Residue(ResidueKind.FILE, f"received/{path.name}")
        own = {self.folder / ref, *self._leftovers(ref)}
        for path in _json_files(self.root):
            inside = own & set(path.parents)
            if not inside and self.ledger not in path.parents and _names(path, ref):
                yield _copy(path, self.root, ref)

    def _note(self, ref: str, *, at: int) -> None:
        self.ledger.mkdir(parents=True, exist_ok=True)
        entry = self.ledger / ref
        with suppress(FileExistsError):
            _write_new(entry, str(at).encode())
            _sync(self.ledger)
        for old in self.ledger.iterdir():
            if _noted_at(old, at) < at - limits.REFERRAL_DAYS * limits.DAY - limits.TOMBSTONE_SKEW:
                old.unlink(missing_ok=True)

    def _appear(self, ref: str, contents: Mapping[str, bytes]) -> bool:
        new = self.folder / f".new-{ref}-{secrets.token_hex(4)}"
        new.mkdir()
        try:
            for name, content in contents.items():
                _write_new(new / name, content)
            _sync(new)
            new.rename(self.folder / ref)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            if (self.folder / ref / MARK).is_file():  # somebody was faster
                return False
            raise
        _sync(self.folder)
        return True

    def _update(self, ref: str, contents: Mapping[str, bytes]) -> None:
        mark = self._mark(ref)
        for name, content in contents.items():
            self._write(ref, name, content)
        for name in set(mark.get("files", ())) - set(contents) - set(mark.get("added", ())):
            if _OURS.fullmatch(name):  # the mark lies open: never a path out of it
                (self.folder / ref / name).unlink(missing_ok=True)
        self._write(ref, MARK, _json({**mark, "files": sorted(contents)}))

    def _mark(self, ref: str) -> dict[str, Any]:
        found = json.loads((self.folder / ref / MARK).read_bytes())
        return found if isinstance(found, dict) else {}

    def _write(self, ref: str, name: str, content: bytes) -> None:
        path = self.folder / ref / name
        if path.is_file() and path.read_bytes() == content:
            return
        new = path.with_name(f".{name}.{secrets.token_hex(4)}.tmp")
        _write_new(new, content)
        new.replace(path)
        _sync(path.parent)

    def _leftovers(self, ref: str) -> list[Path]:
        return sorted(
            path for kind in ("new", "erasing") for path in self.folder.glob(f".{kind}-{ref}-*")
        )

    def _marked_folders(self, ref: str) -> list[Path]:
        marks = (path / MARK for path in self.folder.iterdir() if path.name != ref)
        return [mark.parent for mark in marks if mark.is_file() and _names(mark, ref)]


def _contents(ref: str, candidate: Candidate) -> dict[str, bytes]:
    resume = write_json_resume(candidate)
    meta = resume.get("meta")
    own = {**(meta if isinstance(meta, dict) else {}), "ref": ref}
    documents = {one.name: one.content for one in candidate.documents}
    return {CANDIDATE: _json({**resume, "meta": own}), **documents}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def _write_new(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    if os.name != "posix":  # a folder cannot be opened on Windows
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _noted_at(entry: Path, default: int) -> int:
    try:
        return int(entry.read_bytes())
    except (OSError, ValueError):
        return default


def _json_files(root: Path) -> Iterator[Path]:
    # os.walk swallows errors by default; a place that cannot be looked at is no empty place.
    for folder, inner, names in os.walk(root, onerror=_raise):
        inner[:] = [name for name in inner if name != "lost+found"]
        yield from (Path(folder, name) for name in names if name.lower().endswith(".json"))


def _raise(error: OSError) -> None:
    raise error


def _names(path: Path, ref: str) -> bool:
    try:
        return ref.encode() in path.read_bytes()
    except FileNotFoundError:
        return False


def _copy(path: Path, root: Path, ref: str) -> Residue:
    parts = [part.lower() for part in path.relative_to(root).parts]
    if any(part.startswith(_TRASH) for part in parts):
        return Residue(ResidueKind.TRASH, f"recycle bin: {ref}")
    return Residue(ResidueKind.OLD_COPY, f"copy elsewhere: {ref}")

"""Power loss: what a real process wrote is recorded, then cut anywhere and put together anew.

1. What was synced before the cut is there. Of the rest each write is dropped with p = 0.5, or torn
   at a multiple of 512 bytes, or there; files are independent of each other.
2. Creating, renaming and deleting a file count as durable at once: a limit of this model.
3. Everybody works in one process here, so that a cut takes node and members together.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import attrs
from crashlab.place import Place
from crashlab.scenarios import Said
from crashlab.striking import Laboratory, Tracer

SECTOR = 512
_CALLS = "openat,lseek,write,pwrite64,ftruncate,fsync,fdatasync,unlink,rename,sendmsg"
_OPTIONS = ("-y", "-xx", "-s", "4000000", "-e", f"trace={_CALLS}")
_LINE = re.compile(r"^\d+ +([a-z0-9]+)\((.*)\) += (-?\d+)")
_FILE = re.compile(r"^(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@attrs.frozen
class Operation:
    """One step of the log: a write, a cut to a size, a sync, a deletion, or something said."""

    kind: str
    path: Path = Path()
    offset: int = 0
    content: bytes = attrs.field(default=b"", repr=False)
    told: dict[str, Any] = attrs.field(factory=dict)


@attrs.define
class File:
    """What is on the disk for certain, and what may be."""

    synced: bytearray
    waiting: list[Operation] = attrs.field(factory=list)

    def sync(self) -> None:
        """Make everything certain."""
        for one in self.waiting:
            _apply(self.synced, one)
        self.waiting.clear()

    def after(self, random: Random) -> bytes:
        """Return what a power loss may leave."""
        found = bytearray(self.synced)
        for one in self.waiting:
            if random.random() < 0.5:
                continue
            sectors = len(one.content) // SECTOR
            if sectors and random.random() < 0.3:
                torn = random.randrange(sectors) * SECTOR
                one = attrs.evolve(one, content=one.content[:torn])  # noqa: PLW2901
            _apply(found, one)
        return bytes(found)


def _apply(content: bytearray, one: Operation) -> None:
    if one.kind == "cut":
        del content[one.offset :]
        content.extend(bytes(one.offset - len(content)))
        return
    content.extend(bytes(max(0, one.offset - len(content))))
    content[one.offset : one.offset + len(one.content)] = one.content


def record(laboratory: Laboratory, name: str, place: Place) -> list[Operation]:
    """Do a scenario's work on a place in one real process; return the log of what it did."""
    log = laboratory.folder / "record"
    worker = laboratory.forks.start(
        "together", name=name, root=str(place.root), ats=laboratory.ats.url
    )
    with Tracer(worker, _OPTIONS, log=log):
        worker.go()
        said = worker.finish()
    assert said[-1]["what"] == "done", said[-1]
    with log.open() as lines:
        return list(_operations(lines, place.root))


def _operations(lines: Iterator[str], root: Path) -> Iterator[Operation]:
    positions: dict[str, int] = {}
    for line in lines:
        matched = _LINE.match(line)
        if matched is None or int(matched[3]) < 0:
            continue
        call, arguments, result = matched[1], matched[2], int(matched[3])
        if call == "sendmsg":
            yield from _said(arguments)
            continue
        if call in ("unlink", "rename"):
            yield Operation(call, Path(_text(arguments).decode()))
            continue
        if call == "openat":
            positions[str(result)] = 0
            if "O_CREAT" in arguments:
                yield Operation("made", Path(_text(arguments.partition(",")[2]).decode()))
            continue
        handle, path = _handle(arguments)
        if root not in path.parents:
            continue
        if call == "lseek":
            positions[handle] = result
        elif call == "ftruncate":
            yield Operation("cut", path, int(arguments.rpartition(",")[2]))
        elif call in ("fsync", "fdatasync"):
            yield Operation("sync", path)
        else:
            at = positions.get(handle, 0)
            if call == "pwrite64":
                at = int(arguments.rpartition(",")[2])
            else:
                positions[handle] = at + result
            yield Operation("write", path, at, _text(arguments.partition(",")[2])[:result])


def _said(arguments: str) -> Iterator[Operation]:
    found = _TEXT.search(arguments)
    assert found is not None
    yield Operation("said", told=json.loads(_bytes(found[1])))


def _handle(arguments: str) -> tuple[str, Path]:
    found = _FILE.match(arguments)
    assert found is not None, arguments[:80]
    raw = found[2]
    return found[1], Path(_bytes(raw).decode() if raw.startswith("\\x") else raw)


def _text(arguments: str) -> bytes:
    found = _TEXT.search(arguments)
    assert found is not None, arguments[:80]
    return _bytes(found[1])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@attrs.define
class Disk:
    """The files of a place while the log is gone through."""

    root: Path
    files: dict[Path, File]
    said: list[dict[str, Any]] = attrs.field(factory=list)

    @classmethod
    def of(cls, place: Place) -> "Disk":
        """Return the disk as it stands: all of it is certain."""
        paths = [path for path in place.root.rglob("*") if path.is_file()]
        return cls(place.root, {path: File(bytearray(path.read_bytes())) for path in paths})

    def do(self, one: Operation) -> None:
        """Take one step."""
        if one.kind == "said":
            self.said.append(one.told)
        elif one.kind == "unlink":
            self.files.pop(one.path, None)
        elif self.root in one.path.parents and not one.path.name.endswith("-shm"):
            self._change(one)

    def _change(self, one: Operation) -> None:
        if one.kind == "sync":
            if one.path in self.files:  # a folder's names are durable anyway
                self.files[one.path].sync()
            return
        file = self.files.setdefault(one.path, File(bytearray()))
        if one.kind in ("write", "cut"):
            file.waiting.append(one)

    def write(self, target: Place, random: Random) -> None:
        """Write one image of a power loss now."""
        for path in target.root.glob("*/*/*"):
            if ".db" in path.name:
                path.unlink()
        for path, file in self.files.items():
            changed = target.root / path.relative_to(self.root)
            changed.write_bytes(file.after(random))

    def people(self, before: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
        """Return who is in the outside system now."""
        found = dict(before)
        for told in self.said:
            if told["what"] == "created":
                id, key = told["person"]
                found[id] = key
            elif told["what"] == "deleted":
                found.pop(told["id"], None)
        return list(found.items())


def heard(disk: Disk) -> Said:
    """Return what was promised by now."""
    return tuple(disk.said)

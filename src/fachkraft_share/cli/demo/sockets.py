"""Which sockets a process and its children listen on, read from the kernel's own tables (Linux)."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

_PROC: Final = Path("/proc")
_LISTEN: Final = "0A"  # TCP_LISTEN; a bound UDP socket stands as 07, CLOSE, and can receive
_UNCONNECTED: Final = "07"


@attrs.frozen
class Listening:
    """One socket that others may reach."""

    pid: int
    protocol: str
    port: int


def readable() -> bool:
    """Tell whether this system shows the tables."""
    return sys.platform == "linux" and (_PROC / "self" / "net" / "tcp").exists()


def family(roots: Iterable[int]) -> set[int]:
    """Return these processes and all their descendants."""
    parents = {pid: parent for pid in _pids() if (parent := _parent(pid)) is not None}
    found = set(roots)
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def listening(pids: Iterable[int]) -> list[Listening]:
    """Return the sockets these processes listen on, or could receive datagrams with."""
    sockets = dict(_table())
    found = {
        Listening(pid, *sockets[inode])
        for pid in pids
        for inode in _sockets_of(pid)
        if inode in sockets
    }
    return sorted(found, key=lambda one: (one.pid, one.protocol, one.port))


def _table() -> Iterator[tuple[str, tuple[str, int]]]:
    for protocol, state in (
        ("tcp", _LISTEN),
        ("tcp6", _LISTEN),
        ("udp", _UNCONNECTED),
        ("udp6", _UNCONNECTED),
    ):
        path = _PROC / "self" / "net" / protocol
        lines = path.read_text().splitlines()[1:] if path.exists() else ()
        for line in lines:
            fields = line.split()
            if fields[3] == state:
                yield fields[9], (protocol, int(fields[1].rpartition(":")[2], 16))


def _sockets_of(pid: int) -> Iterator[str]:
    folder = _PROC / str(pid) / "fd"
    try:
        names = os.listdir(folder)
    except OSError:  # it has ended meanwhile
        return
    for name in names:
        try:
            target = os.readlink(folder / name)
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target.removeprefix("socket:[").removesuffix("]")


def _pids() -> list[int]:
    return [int(name) for name in os.listdir(_PROC) if name.isdigit()]


def _parent(pid: int) -> int | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])

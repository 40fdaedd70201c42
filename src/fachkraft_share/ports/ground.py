"""What a folder stands on: may we write there, on which kind of file system, on which disk."""

import os
import tempfile
from pathlib import Path
from typing import Final

# Locks of these hold on one machine only, or not at all: SQLite's log would be torn.
_NETWORK: Final = frozenset(
    "nfs nfs4 cifs smb3 smbfs 9p afs ceph glusterfs fuse.sshfs fuse.glusterfs davfs".split()
)
MOUNTS: Final = Path("/proc/self/mounts")


def existing(path: Path) -> Path:
    """Return the nearest folder that is there already."""
    return next(one for one in (path, *path.absolute().parents) if one.is_dir())


def writable(folder: Path) -> bool:
    """Tell whether files can be made in the folder, or in the one it would be made in."""
    try:
        with tempfile.TemporaryFile(dir=existing(folder)):
            return True
    except OSError:
        return False


def network_file_system(folder: Path, *, mounts: Path = MOUNTS) -> str:
    """Return which network file system the folder is on, or "" (also where nobody can tell)."""
    try:
        lines = mounts.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = max((pair for line in lines if (pair := _below(line, folder))), default=(0, ""))
    return found[1] if found[1] in _NETWORK else ""


def _below(line: str, folder: Path) -> tuple[int, str] | None:
    parts = line.split()
    point = parts[1].replace("\\040", " ") if len(parts) > 2 else ""  # fstab(5) writes blanks so
    if not point or not existing(folder).resolve().is_relative_to(point):
        return None
    return len(point), parts[2]


def same_disk(one: Path, other: Path) -> bool:
    """Tell whether two folders would be lost together."""
    return os.stat(existing(one)).st_dev == os.stat(existing(other)).st_dev

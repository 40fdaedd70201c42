"""Names of files, stages and applications, the same on every system."""

import hashlib
import os
import re
import unicodedata

OPAQUE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:=~-]{0,127}")


def fold(name: str) -> str:
    """Return a file or folder name so that Windows, macOS and Linux mean the same."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def readable(name: str) -> str:
    """Return a name that can be printed; old systems leave bytes that are no text."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))


def key_of(name: str) -> str:
    """Return the opaque id of an application that lies under this name."""
    return "f" + hashlib.sha256(os.fsencode(fold(name))).hexdigest()[:24]


def id_of_text(number: str) -> str:
    """Return a system's own number as an id: as it is where it is opaque, else a hash of it."""
    return number if OPAQUE.fullmatch(number) else key_of(number)

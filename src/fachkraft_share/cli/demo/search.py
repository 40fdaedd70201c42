"""Look for a person's words in files, in every disguise a careless program could leave them in.

1. Words are looked for as UTF-8, UTF-16, Latin-1, decomposed, escaped for JSON and addresses, as
   hexadecimal and in base64, at each of its three alignments and without regard to case.
2. What is packed is unpacked and looked through again: zip members, gzip, zlib streams at any
   offset (as in PDF), runs of base64 (as in a JWS), and every value of a SQLite file.
"""

import base64
import gzip
import io
import json
import re
import shutil
import sqlite3
import tempfile
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import attrs

_LAYERS: Final = 3  # a zlib stream in a DOCX in base64
_UNPACKED: Final = 32 * 2**20  # bytes of one stream; a bomb is none of ours
_RUN: Final = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_ZLIB: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_GZIP: Final = b"\x1f\x8b\x08"
_ZIP: Final = b"PK\x03\x04"
_SQLITE: Final = b"SQLite format 3\x00"
_WAL: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")


@attrs.frozen
class Hit:
    """One word found: which, in which file, and through which layers."""

    word: str = attrs.field(repr=False)
    file: str
    how: str


@attrs.frozen
class Words:
    """The words looked for, in all their disguises: bytes to (word, disguise)."""

    folded: Mapping[bytes, tuple[str, str]]
    exact: Mapping[bytes, tuple[str, str]]


def disguise(words: Iterable[str]) -> Words:
    """Return every form in which the words could stand in a file."""
    folded: dict[bytes, tuple[str, str]] = {}
    exact: dict[bytes, tuple[str, str]] = {}
    for word in words:
        for how, form in _texts(word):
            folded.setdefault(form.lower(), (word, how))
        for how, form in _armoured(word):
            exact.setdefault(form, (word, how))
    return Words(folded, exact)


def _texts(word: str) -> Iterator[tuple[str, bytes]]:
    composed = unicodedata.normalize("NFC", word)
    decomposed = unicodedata.normalize("NFD", word)
    yield "utf-8", composed.encode()
    yield "decomposed", decomposed.encode()
    yield "utf-16-le", composed.encode("utf-16-le")
    yield "utf-16-be", composed.encode("utf-16-be")
    yield "json", json.dumps(composed)[1:-1].encode()
    yield "address", urllib.parse.quote(composed).encode()
    yield "hexadecimal", composed.encode().hex().encode()
    with suppress(UnicodeEncodeError):
        yield "latin-1", composed.encode("latin-1")


def _armoured(word: str) -> Iterator[tuple[str, bytes]]:
    for coding in ("utf-8", "utf-16-le"):
        raw = unicodedata.normalize("NFC", word).encode(coding)
        for shift in range(3):
            body = base64.b64encode(bytes(shift) + raw)
            # The letters at both ends also carry bits of the neighbours.
            core = body[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
            yield f"base64 of {coding}", core
            yield f"base64url of {coding}", core.translate(bytes.maketrans(b"+/", b"-_"))


class Searcher:
    """Looks through files; what a file holds, unpacked, is remembered until it changes."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[object, list[tuple[str, bytes]]]] = {}

    def search(self, words: Words, folders: Iterable[Path]) -> list[Hit]:
        """Return where any of the words is found in any file of these folders, hidden ones too."""
        hits: list[Hit] = []
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    name = str(path.relative_to(folder.parent))
                    own = str(path.relative_to(folder)).encode()
                    hits += _in_bytes(words, own, name, how="file name")
                    hits += self.in_file(words, path, name=name)
        return hits

    def in_file(self, words: Words, path: Path, *, name: str) -> list[Hit]:
        """Return where any of the words is found in one file."""
        found = (_in_bytes(words, layer, name, how=how) for how, layer in self._layers_of(path))
        return [hit for hits in found for hit in hits]

    def _layers_of(self, path: Path) -> list[tuple[str, bytes]]:
        stamp = tuple(_stamp(Path(f"{path}{ending}")) for ending in ("", "-wal"))
        before = self._known.get(path)
        if before is None or before[0] != stamp:
            before = stamp, [*_layers(path.read_bytes(), how=""), *_in_database(path)]
            self._known[path] = before
        return before[1]


def _stamp(path: Path) -> tuple[int, int]:
    if not path.exists():
        return 0, 0
    seen = path.stat()
    return seen.st_size, seen.st_mtime_ns


def search(words: Words, folders: Iterable[Path]) -> list[Hit]:
    """Look through folders once."""
    return Searcher().search(words, folders)


def search_bytes(words: Words, data: bytes, *, name: str) -> list[Hit]:
    """Return where any of the words is found in these bytes, unpacked as far as they go."""
    found = (_in_bytes(words, layer, name, how=how) for how, layer in _layers(data, how=""))
    return [hit for hits in found for hit in hits]


def _in_bytes(words: Words, data: bytes, name: str, *, how: str) -> list[Hit]:
    lowered = data.lower()
    found = [known for form, known in words.folded.items() if form in lowered]
    found += [known for form, known in words.exact.items() if form in data]
    return [Hit(word, name, " > ".join(filter(None, (how, form)))) for word, form in found]


def _layers(data: bytes, *, how: str, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    yield how, data
    if depth == _LAYERS:
        return
    for kind, inner in _unpacked(data):
        yield from _layers(inner, how=f"{how} > {kind}" if how else kind, depth=depth + 1)


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    if _ZIP in data:
        yield from _zip_members(data)
    for at in _places(_GZIP, data):
        with suppress(OSError, EOFError, zlib.error):
            yield "gzip", gzip.GzipFile(fileobj=io.BytesIO(data[at:])).read(_UNPACKED)
    for match in _ZLIB.finditer(data):
        inflated = _inflate(data[match.start() :], window=zlib.MAX_WBITS)
        if inflated:
            yield "inflated", inflated
    yield from _base64_runs(data)


def _zip_members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Read the local headers, not the directory at the end: it may be missing or lie elsewhere."""
    for at in _places(_ZIP, data):
        header = data[at : at + 30]
        if len(header) < 30:
            continue
        method = int.from_bytes(header[8:10], "little")
        names = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
        yield "zip name", data[at + 30 : at + 30 + names[0]]
        if method == zipfile.ZIP_DEFLATED:
            yield "unzipped", _inflate(data[at + 30 + sum(names) :], window=-zlib.MAX_WBITS)


def _inflate(data: bytes, *, window: int) -> bytes:
    """Return what can be inflated; a torn stream gives what it still has."""
    stream = zlib.decompressobj(window)
    with suppress(zlib.error):
        return stream.decompress(data, _UNPACKED)
    out = bytearray()
    stream = zlib.decompressobj(window)
    with suppress(zlib.error):
        for at in range(0, min(len(data), _UNPACKED), 64):
            out += stream.decompress(data[at : at + 64])
    return bytes(out)


def _base64_runs(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Decode each run; in a database at four offsets, since a page may begin anywhere in it."""
    shifts = 4 if data.startswith((_SQLITE, *_WAL)) else 1
    decoded = bytearray()
    for match in _RUN.finditer(data):
        run = match.group().rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for shift in range(shifts):
            part = run[shift:]
            part = part[: len(part) - (len(part) % 4 == 1)]
            decoded += base64.b64decode(part + b"=" * (-len(part) % 4)) + b"\0\n"
    if decoded:
        yield "base64", bytes(decoded)


def _places(mark: bytes, data: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def _in_database(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the values, too: on disk a long one lies in pieces."""
    with path.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            return
    with tempfile.TemporaryDirectory() as away:
        for ending in ("", "-wal"):
            if Path(f"{path}{ending}").exists():
                shutil.copyfile(f"{path}{ending}", Path(away) / f"copy{ending}")
        yield from _layers(_values(Path(away) / "copy"), how="values")


def _values(path: Path) -> bytes:
    out = bytearray()
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        for (table,) in tables:
            quoted = table.replace('"', '""')
            for row in database.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608
                for value in row:
                    out += value if isinstance(value, bytes) else str(value).encode()
                    out += b"\0\n"
    return bytes(out)

"""Looks into one document, in a process of its own: `-m fachkraft_share.member.examiner TYPE`.

The content comes in by standard input, one line of JSON goes out. It is somebody else's file and is
taken apart by large libraries; so it runs under limits of memory, time and files, and a crash, an
endless loop or a bomb ends this process and nothing else. Only `member.examining` starts it.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterable
from typing import Any, Final

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.model.candidate import Document, DocumentKind
from fachkraft_share.ports.documents import MEDIA_TYPES, OOXML, check_content, is_whole

PDF: Final = "application/pdf"
TEXT: Final = "text/plain"
OPENDOCUMENT: Final = "application/vnd.oasis.opendocument.text"
OPAQUE: Final = frozenset({"application/msword", "application/rtf"})  # nothing looks inside these
SAFE: Final = ("ok", "")

# Names of a PDF's dictionaries that make it do something (ISO 32000-2, 7.11.4, 12.6.4).
ACTIONS: Final = {
    "/JavaScript": "script",
    "/JS": "script",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/SubmitForm": "launch",
    "/GoToE": "embedded",
    "/EmbeddedFile": "embedded",
    "/EmbeddedFiles": "embedded",
    "/RichMedia": "embedded",
    "/XFA": "script",
}
# Parts of an office file that run, or that are other files.
PARTS: Final = {
    "vbaproject": "script",
    "activex": "script",
    "/basic/": "script",
    "/scripts/": "script",
    "oleobject": "embedded",
    "/embeddings/": "embedded",
}


def examine(media: str, content: bytes) -> tuple[str, str]:
    """Return a verdict (`ok`, `warn`, `refuse`) and the code of its reason."""
    if media not in MEDIA_TYPES.values():
        return "refuse", "kind"
    try:
        check_content(Document("", DocumentKind.OTHER, media, content))
    except InvalidRecordError:
        return "refuse", "other" if content else "empty"
    if not is_whole(media, content):
        return "refuse", "broken"
    if media == PDF:
        return _pdf(content)
    if media.startswith(OOXML) or media == OPENDOCUMENT:
        return _office(content)
    if media == TEXT:
        return SAFE if b"\0" not in content else ("refuse", "other")
    return ("warn", "opaque") if media in OPAQUE else SAFE


def _pdf(content: bytes) -> tuple[str, str]:
    try:
        import pikepdf
    except ImportError:
        return "warn", "no-tool"
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return _objects(pdf.objects)
    except pikepdf.PasswordError:
        return "refuse", "locked"
    except Exception:
        # Whatever the library raises on somebody else's bytes: it cannot be read.
        return "refuse", "broken"


def _objects(objects: Iterable[Any]) -> tuple[str, str]:
    for number, one in enumerate(objects):
        if number >= limits.PDF_OBJECTS:
            return "refuse", "too-much"
        code = _does(one, depth=limits.JSON_DEPTH)
        if code:
            return "refuse", code
    return SAFE


def _does(value: Any, *, depth: int) -> str:
    """Return what an object makes the file do; those it only names come by themselves."""
    import pikepdf

    if depth == 0:
        return "too-much"
    if isinstance(value, pikepdf.Array):
        return next((code for one in value if (code := _inner(one, depth=depth))), "")
    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return ""
    for key in value.keys():  # noqa: SIM118 - a stream is not iterable
        inner = value.get(key)
        named = str(inner) if isinstance(inner, pikepdf.Name) else ""
        if code := ACTIONS.get(key) or ACTIONS.get(named) or _inner(inner, depth=depth):
            return code
    return ""


def _inner(value: Any, *, depth: int) -> str:
    return "" if getattr(value, "is_indirect", False) else _does(value, depth=depth - 1)


def _office(content: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as found:
            parts = found.infolist()
    except (zipfile.BadZipFile, ValueError):
        return "refuse", "broken"
    size = sum(one.file_size for one in parts)
    if len(parts) > limits.TABLE_PARTS or size > limits.TABLE_BYTES:
        return "refuse", "too-much"
    names = [f"/{one.filename.casefold()}" for one in parts]
    codes = (code for name in names for mark, code in PARTS.items() if mark in name)
    code = next(codes, "")
    return ("refuse", code) if code else SAFE


def confine() -> None:
    """Take from this process what it does not need; elsewhere time alone limits it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    wanted = (
        (resource.RLIMIT_AS, limits.EXAMINE_BYTES),
        (resource.RLIMIT_CPU, limits.EXAMINE_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for name, most in wanted:
        _, hard = resource.getrlimit(name)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(name, (least, least))
        except (ValueError, OSError):  # macOS knows no limit of address space
            continue


def main() -> int:
    """Read the content, write the verdict."""
    confine()
    verdict, code = examine(sys.argv[1], sys.stdin.buffer.read(limits.BLOB_BYTES + 1))
    sys.stdout.write(json.dumps({"verdict": verdict, "code": code}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

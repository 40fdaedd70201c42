"""The zip archive of a workbook, unpacked within limits and packed anew without what is unread.

What reads the cells gets an archive of ours: only XML that was looked at, no macros, no pictures,
no entry that two readers might understand differently.
"""

import io
import zipfile
import zlib

from fachkraft_share import limits
from fachkraft_share.errors import TemporaryAdapterError
from fachkraft_share_files.grid import CellError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PIECE = 256 * 1024
_SAVE = "open it in Excel or LibreOffice and save it as .xlsx or .ods, without a password"


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the XML parts of a workbook by name.

    Raises:
        CellError: another format, a password, or far more inside than outside.
        TemporaryAdapterError: its end is missing.
    """
    _check_kind(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(archive, len(content))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise CellError("a damaged workbook", _SAVE, field="file") from None


def repacked(parts: dict[str, bytes]) -> bytes:
    """Return the parts as an archive again, uncompressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def _check_kind(content: bytes) -> None:
    if content.startswith(_OLE):
        protected = "EncryptedPackage".encode("utf-16-le") in content
        what = "protected by a password" if protected else "the old .xls format is not read"
        raise CellError(what, _SAVE, field="file")
    if not content.startswith(b"PK\x03\x04"):
        raise CellError("no workbook, whatever its name says", _SAVE, field="file")
    if b"PK\x05\x06" not in content[-66_000:]:
        raise TemporaryAdapterError("it is not there whole")


def _parts(archive: zipfile.ZipFile, size: int) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > limits.TABLE_PARTS:
        raise CellError("too many parts for a workbook", _SAVE, field="file")
    if any(entry.flag_bits & 1 for entry in entries):
        raise CellError("protected by a password", _SAVE, field="file")
    allowed = max(limits.TABLE_SMALL, min(limits.TABLE_BYTES, size * limits.TABLE_EXPANSION))
    parts: dict[str, bytes] = {}
    for entry in entries:
        if _wanted(entry.filename):
            if entry.filename in parts:
                raise CellError("a damaged workbook", _SAVE, field="file")
            parts[entry.filename] = _read(archive, entry, allowed)
            allowed -= len(parts[entry.filename])
    return parts


def _wanted(name: str) -> bool:
    return name == "mimetype" or name.lower().endswith((".xml", ".rels"))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowed: int) -> bytes:
    content = bytearray()
    with archive.open(entry) as file:
        while piece := file.read(_PIECE):  # counted as it comes: what the entry claims may lie
            content += piece
            if len(content) > allowed:
                what = "far larger inside than outside"
                fix = "export fewer columns, or save it as CSV"
                raise CellError(what, fix, field="file")
    return bytes(content)

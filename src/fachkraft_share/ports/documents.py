"""Documents on their way: what a file is, under which harmless name it travels, what is a photo."""

import hashlib

from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.model.candidate import Document, DocumentKind

OOXML = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": f"{OOXML}.wordprocessingml.document",
    ".xlsx": f"{OOXML}.spreadsheetml.sheet",
    ".pptx": f"{OOXML}.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".doc": "application/msword",
    ".rtf": "application/rtf",
    ".txt": "text/plain",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
_SUFFIXES = {media: suffix for suffix, media in reversed(MEDIA_TYPES.items())}
_BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "application/pdf": (b"%PDF-",),
    "application/msword": (b"\xd0\xcf\x11\xe0",),
    "application/rtf": (b"{\\rtf",),
    "image/png": (b"\x89PNG\r\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/tiff": (b"II*\x00", b"MM\x00*"),
    **dict.fromkeys(
        (media for media in MEDIA_TYPES.values() if media.startswith(OOXML) or "opendoc" in media),
        (b"PK\x03\x04",),
    ),
}
_ENDINGS: dict[str, tuple[bytes, int]] = {  # mark and how far from the end it may begin
    "application/pdf": (b"%%EOF", 2048),
    "image/png": (b"IEND", 64),
    "image/jpeg": (b"\xff\xd9", 4096),
    **dict.fromkeys(
        (media for media, marks in _BEGINNINGS.items() if marks == (b"PK\x03\x04",)),
        (b"PK\x05\x06", 66_000),
    ),
}


def media_type(name: str) -> str:
    """Return the media type a file name's ending stands for, or "" when it is none of ours."""
    stem, dot, suffix = name.rpartition(".")
    return MEDIA_TYPES.get(f".{suffix.lower()}", "") if stem and dot else ""


def is_photo(media: str, kind: DocumentKind) -> bool:
    """Tell whether this must be taken for a portrait, which never leaves (R13).

    Only an image whose name says that it is a scanned CV, letter or certificate is none.
    """
    return media.startswith("image/") and kind is DocumentKind.OTHER


def opaque_name(document: Document) -> str:
    """Return a file name of kind and content hash: no path, no device name, no person's name."""
    digest = hashlib.sha256(document.content).hexdigest()[:12]
    return f"{document.kind.value}-{digest}{_SUFFIXES.get(document.media_type, '.bin')}"


def check_content(document: Document) -> None:
    """Check that the bytes are what the media type says.

    Raises:
        InvalidRecordError: empty, or another kind of file; the message names neither file nor text.
    """
    if not document.content:
        raise InvalidRecordError("document: empty")
    marks = _BEGINNINGS.get(document.media_type)
    if marks and not document.content.lstrip(b"\xef\xbb\xbf \r\n").startswith(marks):
        raise InvalidRecordError(f"document: the content is not {document.media_type}")


def is_whole(media: str, content: bytes) -> bool:
    """Tell whether a file of that type has its end; a half-written one has not."""
    mark, reach = _ENDINGS.get(media, (b"", 0))
    return mark in content[-reach:] if mark else bool(content)

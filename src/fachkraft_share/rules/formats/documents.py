"""Attachments of a foreign document: base64 text to documents and back."""

import base64
import binascii
import re
from collections.abc import Iterable

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import Document, DocumentKind
from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.formats.record import Record

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
_UNKNOWN = "application/octet-stream"
_BASE64_LIMIT = limits.BLOB_BYTES * 3 // 2  # four letters for three bytes, and line breaks
_NAMES: tuple[tuple[DocumentKind, tuple[str, ...]], ...] = (
    (DocumentKind.COVER_LETTER, ("anschreiben", "motivation", "cover letter", "coverletter")),
    (DocumentKind.REFERENCE, ("referenz", "reference", "empfehlung", "arbeitszeugnis")),
    (DocumentKind.CERTIFICATE, ("zeugnis", "zertifikat", "certificate", "urkunde", "diplom")),
    (DocumentKind.CV, ("lebenslauf", "resume", "curriculum", "cv")),
)


def document_kind(name: str) -> DocumentKind:
    """Guess from its file name what a document is."""
    folded = fold(name)
    for kind, words in _NAMES:
        if any(word in folded for word in words):
            return kind
    return DocumentKind.OTHER


def read_documents(attachments: Iterable[Record]) -> tuple[Document, ...]:
    """Return the documents of HR Open attachments.

    Raises:
        MalformedError: too many, too large together, or not base64.
    """
    found = tuple(_document(one) for one in attachments if one.record("content").value)
    if len(found) > limits.DOCUMENTS:
        raise MalformedError(f"attachments: more than {limits.DOCUMENTS} documents")
    if sum(len(one.content) for one in found) > limits.BLOB_BYTES:
        raise MalformedError(f"attachments: more than {limits.BLOB_BYTES} bytes together")
    return found


def write_document(document: Document) -> dict[str, object]:
    """Return the document as an HR Open attachment."""
    return {
        "descriptions": [document.kind.value],
        "content": {
            "value": base64.b64encode(document.content).decode("ascii"),
            "encoding": "base64",
            "mimeType": document.media_type,
            "filename": document.name,
        },
    }


def _document(attachment: Record) -> Document:
    content = attachment.record("content")
    name = content.text("filename") or "document"
    described = next(iter(attachment.texts("descriptions")), "")
    kind = DocumentKind(described) if described in set(DocumentKind) else document_kind(name)
    media_type = content.text("mimeType").lower()
    return Document(
        name=name,
        kind=kind,
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else _UNKNOWN,
        content=_bytes(content),
    )


def _bytes(content: Record) -> bytes:
    where = content.where("value")
    if content.text("encoding").lower() not in ("", "base64"):
        raise MalformedError(f"{content.where('encoding')}: only base64 is read")
    text = content.blob("value", limit=_BASE64_LIMIT)
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError(f"{where}: not base64") from error

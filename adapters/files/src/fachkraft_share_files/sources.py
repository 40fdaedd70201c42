"""Files of the folder, and files attached to a mail in it: both are read the same way."""

import email
import email.policy
import hashlib
import os
from collections.abc import Iterator
from email.message import EmailMessage, Message
from pathlib import Path, PurePath
from typing import cast

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError, TemporaryAdapterError
from fachkraft_share_files.grid import CellError

_PIECE = 256 * 1024
_AGAIN = "save the mail as .eml again, or lay its attachments here"


@attrs.frozen
class Attached:
    """One file attached to a mail; its content is read from the mail when it is asked for."""

    mail: Path = attrs.field(repr=False)
    name: str = attrs.field(repr=False)
    number: int

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePath(self.name).stem

    @property
    def suffix(self) -> str:
        """The name's ending."""
        return PurePath(self.name).suffix


Source = Path | Attached


def steady(path: Path) -> bytes:
    """Return the file's bytes, if it did not change while it was read."""
    before = path.stat()
    if before.st_size > limits.RECORD_FILE_BYTES:
        raise InvalidRecordError(f"file: larger than {limits.RECORD_FILE_BYTES} bytes")
    content = path.read_bytes()
    after = path.stat()
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not content or not same or len(content) != after.st_size:
        raise TemporaryAdapterError("it is still being written")
    return content


def content_of(source: Source) -> bytes:
    """Return what the file or attachment holds.

    Raises:
        InvalidRecordError: too large, or the mail cannot be read.
        TemporaryAdapterError: it is still being written.
    """
    if isinstance(source, Path):
        return steady(source)
    parts = _attached_parts(source.mail)
    if source.number >= len(parts):
        raise TemporaryAdapterError("the mail has changed meanwhile")
    content = _bytes(parts[source.number])
    if not content:
        raise CellError("an attachment of the mail is empty", _AGAIN, field="file")
    return content


def pieces_of(source: Source) -> Iterator[bytes]:
    """Yield a document's content, piece by piece where it is a file."""
    if isinstance(source, Attached):
        yield content_of(source)
        return
    with source.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def ending_of(source: Source, reach: int) -> tuple[int, bytes]:
    """Return the size and the last bytes."""
    if isinstance(source, Attached):
        content = content_of(source)
        return len(content), content[-reach:]
    size = source.stat().st_size
    with source.open("rb") as file:
        file.seek(max(0, size - reach))
        return size, file.read(reach)


def changed_at(source: Source) -> int:
    """Return when the file, or the mail around it, changed: nanoseconds."""
    return (source if isinstance(source, Path) else source.mail).stat().st_mtime_ns


def id_of(source: Source) -> str:
    """Return an opaque id of the file beside others; a mail may name two alike."""
    name = source.name if isinstance(source, Path) else f"{source.number}:{source.name}"
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:24]


def attachments(mail: Path) -> tuple[Attached, ...]:
    """Return what is attached to a mail; its text and mails within it are not looked at.

    Raises:
        InvalidRecordError: too large, too many or too deep parts, or no mail at all.
        TemporaryAdapterError: it is still being written.
    """
    parts = _attached_parts(mail)
    return tuple(Attached(mail, _name(part), number) for number, part in enumerate(parts))


def _attached_parts(mail: Path) -> list[EmailMessage]:
    try:
        message = email.message_from_bytes(steady(mail), policy=email.policy.default)
        if not message.keys():
            raise CellError("it has no headers", _AGAIN, field="mail")
        parts = [part for part in _leaves(message) if _name(part)]
    except (RecursionError, LookupError, ValueError):
        raise CellError("it cannot be read", _AGAIN, field="mail") from None
    return parts


def _leaves(message: Message) -> Iterator[EmailMessage]:
    waiting = [(message, 1)]
    met = 0
    while waiting:
        part, depth = waiting.pop()
        met += 1
        if met > limits.DROPPED_MAIL_PARTS or depth > limits.DROPPED_MAIL_DEPTH:
            raise CellError("too many parts", "lay the files themselves here", field="mail")
        if part.get_content_maintype() == "message":
            continue  # a forwarded mail: whose attachments these are, nobody can say
        if part.is_multipart():
            inner = cast("list[Message]", part.get_payload())
            waiting += [(one, depth + 1) for one in reversed(inner)]
        else:
            yield cast("EmailMessage", part)


def _name(part: EmailMessage) -> str:
    name = part.get_filename() or ""
    return PurePath(name.replace("\\", "/").replace("\x00", "")).name


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""

"""The text of an official list, whatever wrote it: UTF-8, Excel's UTF-16, or an old code page."""

from typing import Final

from fachkraft_share.errors import MalformedError

_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PAGES: Final = ("cp1252", "cp850")  # Windows; DOS, from which the list of titles comes
_GERMAN: Final = frozenset("äöüÄÖÜß")


def decode(content: bytes) -> tuple[str, str]:
    """Return the text without byte-order mark and the name of its encoding.

    Of two code pages the one is taken in which more German letters stand: every byte is something
    in both.

    Raises:
        MalformedError: it is no text.
    """
    if content.startswith(b"PK\x03\x04"):
        raise MalformedError("a workbook or an archive, not a text; save it as CSV in UTF-8")
    text, encoding = _decoded(content)
    if "\0" in text:
        raise MalformedError("not a text; save it as CSV in UTF-8")
    return text, encoding


def _decoded(content: bytes) -> tuple[str, str]:
    named = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8-sig")
    try:
        return content.decode(named), named.removesuffix("-sig")
    except UnicodeDecodeError:
        texts = [(content.decode(page, errors="replace"), page) for page in _PAGES]
        return max(texts, key=lambda one: sum(letter in _GERMAN for letter in one[0]))

"""Text without markup, for formats that know none."""

import re
from html import unescape
from typing import Final

_TAG: Final = re.compile(r"<[^<>]*>")
_INLINE: Final = re.compile(r"</?(?:strong|em|a)\b[^<>]*>")
_BLANKS: Final = re.compile(r"\s+")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain_of(markup: str) -> str:
    """Return the text of clean markup (`ports.markup`), on one line."""
    return printable(unescape(_TAG.sub(" ", _INLINE.sub("", markup))))


def printable(text: str) -> str:
    """Return the text without control characters, on one line."""
    return _BLANKS.sub(" ", _UNPRINTABLE.sub(" ", text)).strip()

"""Text that comes from or goes to an outside system: plain, on one line, without tricks."""

import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.model.candidate import Candidate

_SCHEME = re.compile(r"(?i)\b(?:javascript|vbscript)\s*:|\bdata\s*:\s*text/html")
DROPPED = frozenset({"script", "style", "iframe"})  # their content is no text for people
_PASSES = 4
_BLANKS = re.compile(r"\s+")
_JOINERS = "\u200c\u200d"  # Persian and Indic names need them


class _TextOnly(HTMLParser):
    """Collect the text between the tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in DROPPED:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.parts.append(data)


def plain_text(text: str, *, where: str = "text") -> str:
    """Return the text in NFC, without markup, script addresses, control and direction marks.

    Raises:
        InvalidRecordError: longer than `LONG_TEXT`; `where` names the field.
    """
    if len(text) > limits.LONG_TEXT:
        raise InvalidRecordError(f"{where}: longer than {limits.LONG_TEXT} characters")
    return plain_piece(text).strip()


def plain_piece(text: str) -> str:
    """Return a piece of a longer text likewise; a blank at its ends stays one blank."""
    for _ in range(_PASSES):  # what was hidden shows only once what hid it is gone
        bare = _visible(_SCHEME.sub("", _without_markup(_visible(text))))
        if bare == text:
            break
        text = bare
    bare = text.replace("<", "").replace(">", "") if _tag_like(text) else text
    return _BLANKS.sub(" ", _SCHEME.sub("", bare))


def _visible(text: str) -> str:
    return "".join(_letter(one) for one in unicodedata.normalize("NFC", text))


def sanitised(candidate: Candidate) -> Candidate:
    """Return the candidate with every text plain; documents are left alone."""
    changed = {
        field.name: _clean(getattr(candidate, field.name), where=field.name)
        for field in attrs.fields(Candidate)
        if field.name != "documents"
    }
    return attrs.evolve(candidate, **changed)


def _clean(value: Any, *, where: str) -> Any:
    if type(value) is str:
        return plain_text(value, where=where)
    if isinstance(value, tuple):
        return tuple(_clean(one, where=f"{where}[{place}]") for place, one in enumerate(value))
    if attrs.has(type(value)):
        names = [field.name for field in attrs.fields(type(value))]
        changed = {name: _clean(getattr(value, name), where=f"{where}.{name}") for name in names}
        return attrs.evolve(value, **changed)
    return value


def _without_markup(text: str) -> str:
    if "<" not in text and "&" not in text:
        return text
    for _ in range(3):  # `&lt;script&gt;` becomes markup only after the first pass
        reader = _TextOnly()
        reader.feed(text)
        reader.close()
        bare = "".join(reader.parts)
        if bare == text:
            break
        text = bare
    return text.replace("<", "").replace(">", "") if _tag_like(text) else text


def _tag_like(text: str) -> bool:
    return re.search(r"<[A-Za-z/!?]", text) is not None


def _letter(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    kind = unicodedata.category(letter)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co", "Cn") else letter

"""The little HTML that is sent to a website: a few tags, no attributes but https links.

1. What comes out is written anew from what was understood; nothing of the input is passed on.
2. Every tag that is opened is closed; cleaning twice is cleaning once.
3. What markup can hide, such as scripts and their spelled-out forms, is not there as text either.
"""

from html import escape
from html.parser import HTMLParser
from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError, MalformedError
from fachkraft_share.ports.sanitising import DROPPED, plain_piece
from fachkraft_share.wire.ids import check_web_address

TAGS: Final = frozenset({"p", "ul", "ol", "li", "strong", "em", "h3", "a"})
_EMPTY: Final = "br"  # the one that has no end
_FOLLOWING: Final = frozenset({"p", "li"})  # the next one ends the last, as in HTML
_INSTEAD: Final = {"b": "strong", "i": "em", "h1": "h3", "h2": "h3", "h4": "h3", "div": "p"}


def clean_markup(markup: str, *, where: str = "body") -> str:
    """Return the markup with nothing but the allowed tags, well-formed.

    Raises:
        InvalidRecordError: longer than `ITEM_TEXT`; `where` names the field.
    """
    if len(markup) > limits.ITEM_TEXT:
        raise InvalidRecordError(f"{where}: longer than {limits.ITEM_TEXT} characters")
    writer = _Writer()
    writer.feed(markup)
    writer.close()
    return writer.written()


class _Writer(HTMLParser):
    """Write what is understood and allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._text: list[str] = []
        self._open: list[str] = []
        self._dropped: list[str] = []

    def written(self) -> str:
        """Return all, with every open tag closed."""
        self._flush()
        while self._open:
            self._close()
        return "".join(self._parts).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self._dropped.append(tag)
        tag = _INSTEAD.get(tag, tag)
        if self._dropped or not (tag == _EMPTY or tag in TAGS):
            return
        start = _start(tag, dict(attrs))
        if tag in _FOLLOWING:
            self._end(tag)
        if start and tag not in self._open:
            self._flush()
            self._parts.append(start)
            if tag != _EMPTY:
                self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == _EMPTY:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._dropped:
            self._dropped.remove(tag)
            return
        if not self._dropped:
            self._end(_INSTEAD.get(tag, tag))

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self._text.append(data)

    def _end(self, tag: str) -> None:
        if tag not in self._open:
            return
        self._flush()
        while self._open[-1] != tag:
            self._close()
        self._close()

    def _close(self) -> None:
        self._parts.append(f"</{self._open.pop()}>")

    def _flush(self) -> None:
        # Pieces on both sides of a tag that was left out are one text, and are cleaned as one.
        self._parts.append(escape(plain_piece("".join(self._text))))
        self._text.clear()


def _start(tag: str, given: dict[str, str | None]) -> str:
    if tag != "a":
        return f"<{tag}>"
    try:
        address = check_web_address((given.get("href") or "").strip())
    except MalformedError:
        return ""  # its text stays
    return f'<a href="{escape(address)}">'

"""The letter that asks a runner-up: the same words in a mail, on a page to print and on paper."""

import datetime as dt
from typing import Any, Final

import attrs

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.look import Look
from fachkraft_share.web.paper import Block, Document, Text, pdf, qr_picture
from fachkraft_share.web.qr import qr
from fachkraft_share.web.visit import Visit

_LINK: Final = "\N{OBJECT REPLACEMENT CHARACTER}"  # where the link stands in the text


@attrs.frozen
class Letter:
    """Who asks, and with which link; whoever has the link can decide for the person."""

    origin: str
    link: str = attrs.field(repr=False)
    service: str
    language: str = "de"
    to: tuple[str, ...] = attrs.field(default=(), repr=False)  # lines of the address
    day: dt.date | None = None

    @property
    def dated(self) -> str:
        """The day in the letter's words; empty without one."""
        return catalogue(self.language).day(self.day) if self.day else ""

    @property
    def subject(self) -> str:
        """What the letter is about."""
        return catalogue(self.language).text("letter.subject")

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The paragraphs before the link, and those after it."""
        names = {"origin": _line(self.origin), "service": _line(self.service), "link": _LINK}
        text = catalogue(self.language).text("letter.text", **names)
        before, _, after = text.partition(_LINK)
        return _paragraphs(before), _paragraphs(after)

    @property
    def scan(self) -> str:
        """What the QR code is for."""
        return catalogue(self.language).text("letter.scan")


def letter_page(
    letter: Letter, *, look: Look, visit: Visit, back: str = "/", **more: Any
) -> Response:
    """Return the letter as a page that is made to be printed; it is shown to the origin only.

    A room's own `letter.html` may extend the shared one; `more` is what it names.
    """
    before, after = letter.paragraphs
    code = qr(letter.link, letter.scan)
    values: dict[str, Any] = {
        "letter": letter,
        "before": before,
        "after": after,
        "code": code,
        "back": back,
        **more,
    }
    return look.page("letter.html", visit, **values)


def letter_pdf(letter: Letter) -> bytes:
    """Return the letter as PDF/UA, to be enclosed with the rejection.

    Raises:
        SetupError: the extra `pdf` is not installed.
    """
    before, after = letter.paragraphs
    head = (letter.origin, *letter.to, letter.dated) if letter.to else (letter.dated,)
    blocks: tuple[Block, ...] = (
        *(Text(one) for one in map(_line, head) if one),
        *map(Text, before),
        Text(letter.link),
        qr_picture(letter.link, letter.scan),
        Text(letter.scan),
        *map(Text, after),
    )
    return pdf(Document(letter.language, letter.subject, blocks))


def _line(text: str) -> str:
    return " ".join(text.split())


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(_line(one) for one in text.split("\n\n") if one.strip())

"""QR codes as pictures within the page, with a text alternative."""

from html import escape

import attrs

from fachkraft_share.errors import SetupError


@attrs.frozen
class Svg:
    """A drawing; a template puts it into a page as it is (`__html__`), a paper as a picture."""

    text: str = attrs.field(repr=False)

    def __html__(self) -> str:
        """Return it as markup."""
        return self.text


def qr(content: str, alt: str) -> Svg:
    """Return the QR code of a text such as a link; `alt` says what it leads to, not what it holds.

    Raises:
        SetupError: the extra is not installed.
    """
    inner = qr_drawing(content).text
    return Svg(f'<span class="qr" role="img" aria-label="{escape(alt)}">{inner}</span>')


def qr_drawing(content: str) -> Svg:
    """Return the QR code alone, black on white with its quiet zone.

    Raises:
        SetupError: the extra is not installed.
    """
    try:
        import segno
    except ModuleNotFoundError as error:
        raise SetupError(
            'segno is missing; QR codes need: pip install "fachkraft-share[web]"'
        ) from error
    made = segno.make(content, error="m", micro=False)
    drawn: str = made.svg_inline(
        border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return Svg(drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))

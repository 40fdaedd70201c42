"""A document as PDF/UA-1 (ISO 14289-1): tagged, with language and title, made by typst.

1. What people wrote travels as data (`sys.inputs`) and is never read as typst.
2. A character that no font has is shown as U+FFFD, and the rest of the document still comes.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.web.qr import Svg, qr_drawing

UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_UNBROKEN: Final = re.compile(r"[^\s/.-]{60}(?=[^\s/.-])")  # would run out of the page
# Latin, Greek, Cyrillic and punctuation, as a test tries every one of them.
_HAVE: Final = re.compile(r"[\x20-\u024f\u0370-\u0525\u1e00-\u1eff\u2000-\u206f\u20ac]")
_NARROW, _WIDE = 20, 60  # characters of a table's column
_ROWS_TOGETHER, _CELLS_TOGETHER = 16, 700  # rows and characters that surely fit on one page


@attrs.frozen
class Heading:
    """A title within the document; level 2 or 3, the document's own is 1."""

    text: str
    level: int = 2


@attrs.frozen
class Text:
    """A paragraph."""

    text: str


@attrs.frozen
class Boxed:
    """A paragraph that stands out, such as what somebody must still fill in."""

    text: str


@attrs.frozen
class Points:
    """A list."""

    points: tuple[str, ...]


@attrs.frozen
class Facts:
    """Names and what is known of them."""

    pairs: tuple[tuple[str, str], ...]


@attrs.frozen
class Table:
    """Rows below heads; the first cell names its row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@attrs.frozen
class Picture:
    """A drawing, such as a chart; `alt` says in words what it shows."""

    drawing: Svg
    alt: str
    width: int = 160  # millimetres, at most the width of the text


Block = Heading | Text | Boxed | Points | Facts | Table | Picture


@attrs.frozen
class Document:
    """A document in one language; `foot` stands on every page beside its number."""

    language: str  # `de` or `en`; `de_simple` is German to a screen reader
    title: str
    blocks: tuple[Block, ...]
    foot: str = ""


def qr_picture(content: str, alt: str) -> Picture:
    """Return a QR code for a document."""
    return Picture(qr_drawing(content), alt, 40)


_SOURCE: Final = """
#let paper = json(bytes(sys.inputs.paper))
#set document(title: paper.title)
#set page(paper: "a4", margin: (x: 2.4cm, y: 2.2cm), footer: context [
  #set text(size: 8.5pt)
  #paper.foot #h(1fr) #counter(page).display("1 / 1", both: true)
])
#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"), size: 11pt, lang: paper.language)
#set par(leading: 0.65em, spacing: 1em)
#show heading: set block(above: 1.4em, below: 0.7em)
#show table.cell: set text(hyphenate: true)
#show table.cell.where(y: 0): set text(weight: "bold")
#heading(level: 1)[#paper.title]
#for one in paper.blocks {
  if one.kind == "heading" { heading(level: one.level)[#one.text] }
  if one.kind == "text" { par[#one.text] }
  if one.kind == "boxed" {
    block(stroke: 1pt, inset: 6pt, width: 100%)[#strong[#one.text]]
  }
  if one.kind == "points" { list(..one.points.map(said => [#said])) }
  if one.kind == "facts" {
    terms(separator: [: ], hanging-indent: 1em, spacing: 0.7em,
      ..one.pairs.map(pair => terms.item([#pair.at(0)], [#pair.at(1)])))
  }
  if one.kind == "table" {
    block(breakable: not one.together, width: 100%)[
      #par[#emph[#one.caption]]
      #set text(size: 10pt)
      #table(
        columns: one.widths.map(wide => wide * 1fr), inset: 5pt, align: left, stroke: 0.5pt,
        table.header(..one.heads.map(said => [#said])),
        ..one.rows.flatten().map(said => [#said]),
      )
    ]
  }
  if one.kind == "picture" {
    image(bytes(one.drawing), format: "svg", alt: one.alt, width: one.width * 1mm)
  }
}
"""


def pdf(document: Document) -> bytes:
    """Return the document as PDF/UA-1.

    Raises:
        SetupError: the extra is not installed.
    """
    try:
        import typst
    except ModuleNotFoundError as error:
        raise SetupError(
            'typst is missing; PDF files need: pip install "fachkraft-share[pdf]"'
        ) from error
    said = _said(document)
    try:
        return _made(typst, said)
    except typst.TypstError:  # a character without a glyph is refused by PDF/UA
        return _made(typst, _plain(said))


def _made(typst: Any, said: Mapping[str, Any]) -> bytes:
    made: bytes = typst.compile(
        _SOURCE.encode("utf-8"),
        sys_inputs={"paper": json.dumps(said, ensure_ascii=False)},
        pdf_standards="ua-1",
    )
    return made


def _said(document: Document) -> dict[str, Any]:
    blocks = [{"kind": type(one).__name__.lower(), **_fields(one)} for one in document.blocks]
    told = {"title": document.title or "-", "foot": document.foot, "blocks": blocks}
    cleaned: dict[str, Any] = _each(told, _visible)
    return cleaned | {"language": document.language.partition("_")[0]}


def _fields(block: Block) -> dict[str, Any]:
    if isinstance(block, Picture):
        return {"drawing": block.drawing.text, "alt": block.alt, "width": block.width}
    if isinstance(block, Table):
        cells = sum(len(one) for row in block.rows for one in row)
        together = len(block.rows) <= _ROWS_TOGETHER and cells <= _CELLS_TOGETHER
        return {**attrs.asdict(block), "widths": _widths(block), "together": together}
    return attrs.asdict(block)


def _widths(table: Table) -> list[int]:
    """Return how wide each column is beside the others: by its longest cell, within reason."""
    columns = zip(table.heads, *table.rows, strict=True)
    return [max(_NARROW, min(_WIDE, max(map(len, cells)))) for cells in columns]


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = _each(said, _latin)
    return plain


def _each(value: Any, change: Any) -> Any:
    """Return the value with every text changed; drawings are ours and stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [_each(one, change) for one in value]
    if isinstance(value, dict):
        kept = ("drawing", "kind")
        return {key: one if key in kept else _each(one, change) for key, one in value.items()}
    return value


def _visible(text: str) -> str:
    """Return the text without controls and marks that turn its direction round."""
    hidden = ("Cc", "Cf", "Cs", "Co", "Cn")
    whole = unicodedata.normalize("NFC", text)
    kept = "".join(" " if unicodedata.category(one) in hidden else one for one in whole)
    return _UNBROKEN.sub(lambda found: found[0] + _BREAK, kept)


def _latin(text: str) -> str:
    """Return the text with U+FFFD for what the fonts that typst brings do not have."""
    return "".join(one if _HAVE.fullmatch(one) else UNKNOWN for one in text)

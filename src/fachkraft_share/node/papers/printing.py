"""A paper as PDF/UA-1 (ISO 14289-1): tagged, with its language and title, made by typst."""

import json
from typing import Any

import attrs

from fachkraft_share.errors import SetupError
from fachkraft_share.node.papers.paper import Paper, kind

# Values come as data, never as source: nothing in them can be read as typst.
_SOURCE = """
#let paper = json(bytes(sys.inputs.paper))
#set document(title: paper.title)
#set page(paper: "a4", margin: (x: 2.4cm, y: 2.2cm), footer: context [
  #set text(size: 8pt)
  #paper.foot #h(1fr) #counter(page).display()
])
#set text(font: ("Libertinus Serif", "DejaVu Sans"), size: 10.5pt, lang: paper.language)
#set par(leading: 0.7em)
#show table.cell.where(y: 0): set text(weight: "bold")
#heading(level: 1)[#paper.title]
#text(size: 9pt)[#paper.head]
#for section in paper.sections {
  if section.title != "" { heading(level: 2)[#section.title] }
  for one in section.blocks {
    if one.kind == "text" { par[#one.text] }
    if one.kind == "gap" {
      block(stroke: 1pt, inset: 6pt, width: 100%)[*#paper.gap:* #one.text]
    }
    if one.kind == "points" { list(..one.points) }
    if one.kind == "known" {
      for pair in one.pairs { par[*#pair.at(0):* #pair.at(1)] }
    }
    if one.kind == "table" {
      par[_#one.caption _]
      table(
        columns: one.heads.len(), inset: 5pt, align: left, stroke: 0.5pt,
        table.header(..one.heads), ..one.rows.flatten(),
      )
    }
  }
}
"""


def pdf(paper: Paper, *, head: str, foot: str) -> bytes:
    """Return the paper as PDF; `head` says where and when it was made.

    Raises:
        SetupError: the extra is not installed.
    """
    try:
        import typst
    except ModuleNotFoundError as error:
        raise SetupError(
            'typst is missing; papers need: pip install "fachkraft-share[pdf]"'
        ) from error
    said = json.dumps(_told(paper) | {"head": head, "foot": foot}, ensure_ascii=False)
    made: bytes = typst.compile(
        _SOURCE.encode("utf-8"), sys_inputs={"paper": said}, pdf_standards="ua-1"
    )
    return made


def _told(paper: Paper) -> dict[str, Any]:
    sections = [
        {
            "title": section.title,
            "blocks": [{"kind": kind(one), **attrs.asdict(one)} for one in section.blocks],
        }
        for section in paper.sections
    ]
    said = {"language": paper.language, "title": paper.title, "gap": paper.gap}
    return said | {"sections": sections}

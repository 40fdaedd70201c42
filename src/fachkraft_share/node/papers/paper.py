"""A paper as plain values: the same parts make its page, its plain text and its PDF.

1. What nobody told the software is a gap, marked as such; nothing is made up.
2. Its version is the hash of its plain text, which holds no date: the same settings, the same
   version.
"""

from collections.abc import Sequence

import attrs

from fachkraft_share.web.paper import Facts, Points, Table, Text
from fachkraft_share.wire.encoding import sha256


@attrs.frozen
class Gap:
    """What a person must fill in."""

    text: str


@attrs.frozen
class Drawing:
    """A chart as SVG; `words` say all of it, and stand for it where nothing can be drawn."""

    svg: str = attrs.field(repr=False)
    words: str


Block = Text | Points | Facts | Table | Gap | Drawing


@attrs.frozen
class Section:
    """A part under a title; without one it opens the paper."""

    title: str
    blocks: tuple[Block, ...]


@attrs.frozen
class Paper:
    """A whole paper in one language; `gap` is the word that marks what is to be filled in."""

    language: str
    title: str
    sections: tuple[Section, ...]
    gap: str

    @property
    def plain(self) -> str:
        """The whole as Markdown."""
        parts = [f"# {_line(self.title)}", *(_section(one, self.gap) for one in self.sections)]
        return "\n\n".join(parts) + "\n"

    @property
    def sha256(self) -> str:
        """The version: the hash of the plain text in UTF-8."""
        return sha256(self.plain.encode("utf-8"))

    @property
    def gaps(self) -> int:
        """How much a person must still fill in."""
        return sum(isinstance(one, Gap) for part in self.sections for one in part.blocks)


def kind(block: Block) -> str:
    """Return what a template calls the block."""
    return type(block).__name__.lower()


def _section(section: Section, gap: str) -> str:
    title = (f"## {_line(section.title)}",) if section.title else ()
    return "\n\n".join((*title, *(_block(one, gap) for one in section.blocks)))


def _block(block: Block, gap: str) -> str:
    if isinstance(block, Text):
        return _line(block.text)
    if isinstance(block, Drawing):
        return _line(block.words)
    if isinstance(block, Gap):
        return f"**[{gap}: {_line(block.text)}]**"
    if isinstance(block, Points):
        return "\n".join(f"- {_line(one)}" for one in block.points)
    if isinstance(block, Facts):
        return "\n".join(f"- {_line(name)}: {_line(said)}" for name, said in block.pairs)
    return "\n".join(_rows(block))


def _rows(table: Table) -> Sequence[str]:
    lines = [table.heads, ("---",) * len(table.heads), *table.rows]
    return [f"*{_line(table.caption)}*", "", *(f"| {' | '.join(map(_cell, r))} |" for r in lines)]


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    """Return the text as one line, so that no value can begin another part."""
    return " ".join(text.split())

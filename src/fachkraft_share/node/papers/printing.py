"""A paper as PDF/UA-1 (ISO 14289-1), by the document all rooms print."""

from collections.abc import Iterator

from fachkraft_share.node.papers.paper import Block, Drawing, Gap, Paper
from fachkraft_share.web import paper as printed
from fachkraft_share.web.qr import Svg


def pdf(paper: Paper, *, day: str, made: str, foot: str) -> bytes:
    """Return the paper as PDF: its day above it, at its end where and from what it was made.

    Raises:
        SetupError: the extra is not installed.
    """
    blocks = (printed.Text(day), *_blocks(paper), printed.Text(made))
    return printed.pdf(printed.Document(paper.language, paper.title, blocks, foot))


def _blocks(paper: Paper) -> Iterator[printed.Block]:
    for section in paper.sections:
        if section.title:
            yield printed.Heading(section.title)
        for one in section.blocks:
            yield _block(one, gap=paper.gap)


def _block(block: Block, *, gap: str) -> printed.Block:
    if isinstance(block, Gap):
        return printed.Boxed(f"{gap}: {block.text}")
    if isinstance(block, Drawing):
        return printed.Picture(Svg(block.svg), block.words)
    return block

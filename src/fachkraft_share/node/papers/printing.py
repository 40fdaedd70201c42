"""A paper as PDF/UA-1 (ISO 14289-1), by the document all rooms print."""

from collections.abc import Iterator

from fachkraft_share.node.papers.paper import Block, Drawing, Gap, Known, Paper, Points, Table
from fachkraft_share.web import paper as printed
from fachkraft_share.web.qr import Svg


def pdf(paper: Paper, *, head: str, foot: str) -> bytes:
    """Return the paper as PDF; `head` says where and when it was made.

    Raises:
        SetupError: the extra is not installed.
    """
    blocks = (printed.Text(head), *_blocks(paper))
    return printed.pdf(printed.Document(paper.language, paper.title, blocks, foot))


def _blocks(paper: Paper) -> Iterator[printed.Block]:
    for section in paper.sections:
        if section.title:
            yield printed.Heading(section.title)
        for one in section.blocks:
            yield _block(one, gap=paper.gap)


def _block(block: Block, *, gap: str) -> printed.Block:
    if isinstance(block, Gap):
        return printed.Text(f"[{gap}: {block.text}] ______________________________")
    if isinstance(block, Points):
        return printed.Points(block.points)
    if isinstance(block, Known):
        return printed.Facts(block.pairs)
    if isinstance(block, Drawing):
        return printed.Picture(Svg(block.svg), block.words)
    if isinstance(block, Table):
        return printed.Table(block.caption, block.heads, block.rows)
    return printed.Text(block.text)

"""A paper as PDF/UA: the board's and the law's papers as documents of `web.paper`."""

from collections.abc import Iterator

from fachkraft_share.node.papers.paper import Block, Gap, Known, Paper, Points, Table, Text
from fachkraft_share.web import paper as printed


def pdf(paper: Paper, *, head: str, foot: str) -> bytes:
    """Return the paper as PDF; `head` says where and when it was made.

    Raises:
        SetupError: the extra is not installed.
    """
    blocks = (printed.Text(head), *_blocks(paper))
    return printed.pdf(printed.Document(paper.language, paper.title, blocks, foot=foot))


def _blocks(paper: Paper) -> Iterator[printed.Block]:
    for section in paper.sections:
        if section.title:
            yield printed.Heading(section.title)
        for one in section.blocks:
            yield _block(one, gap=paper.gap)


def _block(block: Block, *, gap: str) -> printed.Block:
    match block:
        case Text():
            return printed.Text(block.text)
        case Points():
            return printed.Points(block.points)
        case Known():
            return printed.Facts(block.pairs)
        case Table():
            return printed.Table(block.caption, block.heads, block.rows)
        case Gap():
            return printed.Boxed(f"{gap}: {block.text}")

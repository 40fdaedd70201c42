"""The processor contract on paper, for the files and for whoever decides."""

import importlib.util
from typing import Final

from fachkraft_share.host.contract import Contract
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.paper import Block, Document, Heading, Text, pdf

PDF: Final = importlib.util.find_spec("typst") is not None  # where it is missing none is offered


def contract_paper(contract: Contract, texts: Catalogue, *, binding: bool) -> bytes:
    """Return the contract as PDF, its version at the end.

    Raises:
        SetupError: the extra is not installed.
    """
    blocks: list[Block] = []
    for title, text in contract.sections:
        blocks += [Heading(title), Text(text)]
    if not binding:
        blocks.append(Text(texts.text("host.contract.binding")))
    blocks.append(Text(texts.text("host.contract.version", hash=contract.sha256)))
    return pdf(Document(texts.language, contract.title, tuple(blocks)))

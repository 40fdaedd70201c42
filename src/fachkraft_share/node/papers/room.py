"""What every page of the papers is made from."""

from typing import Any, Final

import attrs

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.access import may_act
from fachkraft_share.node.papers.paper import Paper, kind
from fachkraft_share.node.papers.printing import pdf
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.look import Look, attachment
from fachkraft_share.web.visit import Visit

PACKAGE: Final = "fachkraft_share.node.papers"
MARKDOWN: Final = "text/markdown; charset=utf-8"
PDF: Final = "application/pdf"
_SHORT = 12  # characters of a version in a foot line


@attrs.frozen
class Room:
    """The node whose papers these are, and how its pages look."""

    node: Node
    look: Look

    @property
    def exchange(self) -> Exchange:
        """The node's surroundings."""
        return self.node.exchange

    def texts(self, visit: Visit) -> Catalogue:
        """Return the texts in the visitor's language."""
        return self.look.texts(visit.language(self.look.default))

    def page(self, template: str, visit: Visit, **values: Any) -> Response:
        """Return a page; `acts` tells its template whether the visitor may change anything."""
        return self.look.page(template, visit, acts=may_act(visit), **values)

    def paper(self, paper: Paper, visit: Visit, *, path: str, back: str = "") -> Response:
        """Return a paper as a page."""
        texts = self.texts(visit)
        made = made_line(paper, self.exchange, texts)
        values = {"paper": paper, "made": made, "kind": kind, "path": path, "back": back}
        return self.page("paper.html", visit, **values)

    def pdf(self, paper: Paper, visit: Visit, *, name: str) -> Response:
        """Return a paper as a PDF to be saved."""
        content = printed(paper, self.exchange, self.texts(visit))
        return attachment(f"{name}.pdf", content, PDF)


def made_line(paper: Paper, exchange: Exchange, texts: Catalogue) -> str:
    """Return what says where, when and in which version a paper was made."""
    day = texts.moment(exchange.now())
    return texts.text("papers.made", day=day, node=exchange.id, hash=paper.sha256)


def printed(paper: Paper, exchange: Exchange, texts: Catalogue) -> bytes:
    """Return a paper as PDF."""
    values = {"title": paper.title, "name": exchange.name, "hash": paper.sha256[:_SHORT]}
    foot = texts.text("papers.foot", **values)
    day, made = texts.moment(exchange.now()), made_line(paper, exchange, texts)
    return pdf(paper, day=day, made=made, foot=foot)


def written(paper: Paper, exchange: Exchange, texts: Catalogue) -> str:
    """Return a paper as Markdown, with its date."""
    return f"{paper.plain}\n---\n\n{made_line(paper, exchange, texts)}\n"

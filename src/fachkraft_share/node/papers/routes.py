"""The papers as pages of the office: it hangs these routes and links among its own."""

from typing import Final

import attrs

from fachkraft_share.node.office.access import READS
from fachkraft_share.node.papers.breach_pages import breach_routes
from fachkraft_share.node.papers.law_pages import law_routes
from fachkraft_share.node.papers.report_pages import report_routes
from fachkraft_share.node.papers.room import PACKAGE, Room
from fachkraft_share.node.service import Node
from fachkraft_share.web.look import Link, Look
from fachkraft_share.web.site import Route

PAPERS: Final = (
    Link("/report", "papers.nav.report", READS),
    Link("/papers", "papers.nav.papers", READS),
)
PAPERS_LINKS: Final = (
    Link("/breach", "papers.nav.breach", READS),
    Link("/report", "papers.nav.all", READS, PAPERS),
)


def papers_routes(node: Node, look: Look) -> tuple[Route, ...]:
    """Return the pages; `look` is the office's, whose navigation they share."""
    room = Room(node, attrs.evolve(look, package=PACKAGE))
    return (*report_routes(room), *law_routes(room), *breach_routes(room))

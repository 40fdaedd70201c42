"""The office as a site: its pages, its navigation, and whatever other rooms hang into it."""

from collections.abc import Sequence
from pathlib import Path

from fachkraft_share.node.office.access import READS
from fachkraft_share.node.office.inviting import inviting_routes
from fachkraft_share.node.office.members import member_routes
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.office.start import start_routes
from fachkraft_share.node.service import Node
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.legal import legal_routes
from fachkraft_share.web.look import Link, Look
from fachkraft_share.web.site import Gate, Route, Site

PACKAGE = "fachkraft_share.node.office"
LINKS = (
    Link("/", "office.nav.start", READS),
    Link("/members", "office.nav.members", READS),
)


def office_site(
    node: Node,
    *,
    gate: Gate,
    folder: Path | None = None,
    routes: Sequence[Route] = (),
    links: Sequence[Link] = (),
) -> Site:
    """Return the office of a node; the gate says who signed in, `routes` are those of the login."""
    look = office_look(node, links=links)
    office = Office(node, look, folder)
    own = (*start_routes(office), *member_routes(office), *inviting_routes(office))
    return Site((*own, *routes, *legal_routes(look), *asset_routes()), look=look, gate=gate)


def office_look(node: Node, *, links: Sequence[Link] = ()) -> Look:
    """Return how the office's pages look."""
    exchange = node.exchange
    settings, texts = exchange.desk_settings, exchange.plugged.catalogue
    return Look(PACKAGE, settings, texts, links=(*LINKS, *links))

"""The office as a site: its pages, its navigation, and whatever other rooms hang into it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fachkraft_share.node.office.access import ACTS, ADMINISTERS, READS
from fachkraft_share.node.office.agreements import agreement_routes
from fachkraft_share.node.office.condition import health_routes
from fachkraft_share.node.office.erasures import erasure_routes
from fachkraft_share.node.office.inviting import inviting_routes
from fachkraft_share.node.office.members import member_routes
from fachkraft_share.node.office.partners import partner_routes
from fachkraft_share.node.office.post import mail_routes
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.office.setup import settings_routes
from fachkraft_share.node.office.start import start_routes
from fachkraft_share.node.office.trail import audit_routes
from fachkraft_share.node.papers.routes import PAPERS_LINKS, papers_routes
from fachkraft_share.node.service import Node
from fachkraft_share.ports.health import HealthCheck
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.legal import legal_routes
from fachkraft_share.web.look import Link, Look
from fachkraft_share.web.site import Gate, Route, Site

PACKAGE = "fachkraft_share.node.office"
DAILY: Final = (
    Link("/", "office.nav.start", READS),
    Link("/members", "office.nav.members", READS),
    Link("/erasures", "office.nav.erasures", READS),
    Link("/agreements", "office.nav.agreements", READS),
    Link("/peers", "office.nav.peers", READS),
    Link("/mail", "office.nav.mail", ACTS),
)
LOOKING_AFTER: Final = (
    Link("/health", "office.nav.health", READS),
    Link("/audit", "office.nav.audit", READS),
    Link("/settings", "office.nav.settings", ADMINISTERS),
)


def office_site(
    node: Node,
    *,
    gate: Gate,
    folder: Path | None = None,
    routes: Sequence[Route] = (),
    links: Sequence[Link] = (),
    checks: Sequence[HealthCheck] = (),
) -> Site:
    """Return the office of a node; the gate says who signed in, `routes` are those of the login.

    `links` stand among those of looking after the node, `checks` beside the node's own.
    """
    look = office_look(node, links=links)
    own = office_routes(Office(node, look, folder, tuple(checks)))
    shared = (*papers_routes(node, look), *routes, *legal_routes(look), *asset_routes())
    return Site((*own, *shared), look=look, gate=gate)


def office_routes(office: Office) -> tuple[Route, ...]:
    """Return every page of the office's own."""
    rooms = (
        start_routes,
        member_routes,
        inviting_routes,
        erasure_routes,
        agreement_routes,
        partner_routes,
        mail_routes,
        health_routes,
        audit_routes,
        settings_routes,
    )
    return tuple(route for room in rooms for route in room(office))


def office_look(node: Node, *, links: Sequence[Link] = ()) -> Look:
    """Return how the office's pages look."""
    exchange = node.exchange
    settings, texts = exchange.desk_settings, exchange.plugged.catalogue
    return Look(PACKAGE, settings, texts, links=navigation(links))


def navigation(links: Sequence[Link] = ()) -> tuple[Link, ...]:
    """Return the entries of the navigation: few enough for one line of a wide window."""
    after = Link("/health", "office.nav.after", READS, (*LOOKING_AFTER, *links))
    return (*DAILY, *PAPERS_LINKS, after)

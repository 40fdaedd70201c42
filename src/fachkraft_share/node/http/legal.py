"""The pages the law wants, beside the home page of the node."""

from starlette.routing import BaseRoute, Route

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.web.asgi import SiteApp
from fachkraft_share.web.legal import legal_routes
from fachkraft_share.web.look import Look
from fachkraft_share.web.site import Site


def legal_pages(exchange: Exchange) -> list[BaseRoute]:
    """Return the routes of Impressum, Datenschutz, Barrierefreiheit and Leichte Sprache."""
    look = Look(
        "fachkraft_share.web",
        exchange.desk_settings,
        texts=exchange.plugged.catalogue,
        languages=("de", "en", "de_simple"),
    )
    routes = legal_routes(look)
    app = SiteApp(Site(routes, look=look))
    return [Route(one.path, app) for one in routes]

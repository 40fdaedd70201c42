"""`/-/agreements`: what the alliance has agreed, for the operator; nothing is changed here."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fachkraft_share.node.alliance.agreement_overview import overview
from fachkraft_share.node.http.operator import REALM, admits
from fachkraft_share.node.http.pages import page, wants_json
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.protocol.partner_cards import fingerprint
from fachkraft_share.wire.convert import unstructure


def agreement_routes(shell: Shell) -> list[Route]:
    """Return the route of the operator's page; for everybody else there is nothing."""
    exchange, agreeing = shell.node.exchange, shell.node.agreeing

    async def agreements(request: Request) -> Response:
        if not await admits(request, shell):
            return page("token.html", request, exchange, status=401, headers=REALM)
        found = await shell.run(overview, exchange)
        if wants_json(request):
            return JSONResponse({"agreements": unstructure(list(found))})
        return page(
            "agreements.html",
            request,
            exchange,
            agreements=found,
            card=agreeing.card(),
            fingerprint=fingerprint(exchange.root),
        )

    return [Route("/-/agreements", agreements, methods=["GET"])]

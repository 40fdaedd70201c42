"""The node over HTTP: operations, desk, health and the operator's mail in one application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from fachkraft_share.node import calls
from fachkraft_share.node.http.agreements import agreement_routes
from fachkraft_share.node.http.guard import Guard
from fachkraft_share.node.http.health import health_routes
from fachkraft_share.node.http.legal import legal_pages
from fachkraft_share.node.http.mailbox import mailbox_routes
from fachkraft_share.node.http.operations import operation_routes
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.node.service import Node
from fachkraft_share.web.asgi import SiteApp
from fachkraft_share.web.site import Site

OFFICE = "/office"
_CODES = {404: "not-found", 405: "method", 413: "too-large", 415: "media-type", 503: "busy"}


def create_app(
    node: Node,
    *,
    desk: Site | None = None,
    folder: Path | None = None,
    office: Site | None = None,
) -> Starlette:
    """Return the application of a node; `state.shell` is what its server closes first.

    The folder is where the node keeps its files, for the check of the disk; the desk is what
    candidates see, the office what coordinators sign in to.
    """
    shell = Shell(node)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with shell.running():
            yield

    app = Starlette(
        routes=[
            *operation_routes(shell),
            Route("/openapi.json", _openapi),
            *health_routes(shell, folder=folder),
            *mailbox_routes(shell),
            *agreement_routes(shell),
            *legal_pages(node.exchange),
            *_desk(desk),
            *_mounted(office),
        ],
        middleware=[Middleware(Guard, exchange=node.exchange)],
        exception_handlers={HTTPException: _Problems(node)},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # a path has one spelling; request tokens sign it
    app.state.shell = shell
    return app


def _desk(desk: Site | None) -> list[BaseRoute]:
    if desk is None:
        return []
    app = SiteApp(desk)
    shown = [Route(path, app, methods=["GET"]) for path in ("/", "/static/{name}")]
    return [*shown, Route("/d/{rest:path}", app, methods=["GET", "POST"])]


def _mounted(office: Site | None) -> list[BaseRoute]:
    if office is None:
        return []

    async def inside(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{OFFICE}/{query}", 308)

    return [Route(OFFICE, inside), Mount(OFFICE, SiteApp(office))]


class _Problems:
    """Tells what the router refuses as a problem (RFC 9457), too."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def __call__(self, _: Request, error: Exception) -> Response:
        """Answer what the router refused."""
        status, also = getattr(error, "status_code", 500), getattr(error, "headers", None)
        code = _CODES.get(status, "malformed" if status < 500 else "internal")
        told = calls.problem(code, at=self._node.exchange.now())
        headers = {**told.headers, **(also or {})}
        return Response(told.body, told.status, headers, told.content_type)


@cache
def openapi() -> bytes:
    """Return the description of the operations (OpenAPI 3.1)."""
    return (resources.files("fachkraft_share.node.http") / "openapi.json").read_bytes()


async def _openapi(_: Request) -> Response:
    return Response(openapi(), media_type="application/json")

"""Before the router: an operation's path is looked up, and nothing but the guard stands before it.

Members poll all day; the pages' router and its layers cost as much as reading the feed.
"""

from collections.abc import Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.http.guard import Guard
from fachkraft_share.node.http.operations import Endpoint


class Front:
    """Answers operations with one fixed path itself; everything else is the application's."""

    def __init__(self, app: Starlette, exchange: Exchange) -> None:
        self._app = app
        self._operations: Final[Mapping[str, tuple[ASGIApp, Endpoint]]] = {
            route.path: (Guard(route.endpoint, exchange), route.endpoint)
            for route in app.routes
            if isinstance(route, Route)
            and isinstance(route.endpoint, Endpoint)
            and not route.param_convertors
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        found = self._operations.get(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        guarded, scope["endpoint"] = found
        await guarded(scope, receive, send)

"""The shell for ASGI: below the prefix we answer in a thread, everything else is the host's."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import attrs

from fachkraft_share.embed.answering import Call, limit
from fachkraft_share.embed.embedded import Embedded
from fachkraft_share.embed.wsgi import below, headers_of, takes

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PARAMETERS = 3


@attrs.frozen
class Asgi:
    """An ASGI application around the host's."""

    embedded: Embedded
    inner: Callable[[Scope, Receive, Send], Awaitable[None]]
    prefix: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        path = own_path(scope)
        if scope["type"] != "http" or not below(path, self.prefix):
            await self.inner(scope, receive, send)
            return
        root = f"{scope.get('root_path', '')}{self.prefix}"
        await answer(self.embedded, scope, receive, send, path=path[len(self.prefix) :], root=root)


@attrs.frozen
class Mounted:
    """An ASGI application that a framework has mounted below a prefix."""

    embedded: Embedded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call; nothing else is spoken here."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        root = str(scope.get("root_path", ""))
        await answer(self.embedded, scope, receive, send, path=own_path(scope), root=root)


def fits(app: Any) -> bool:
    """Tell whether it takes scope, receive and send."""
    return takes(app, PARAMETERS)


def mount(embedded: Embedded, app: Any, prefix: str) -> None:
    """Put ourselves around the application."""
    embedded.app = Asgi(embedded, app, prefix)


def own_path(scope: Scope) -> str:
    """Return the path without what the application is mounted under."""
    path, root = str(scope.get("path", "")), str(scope.get("root_path", ""))
    return path[len(root) :] if root and below(path, root) else path


async def answer(
    embedded: Embedded, scope: Scope, receive: Receive, send: Send, *, path: str, root: str
) -> None:
    """Answer one call; the store is asked in a thread, so that the loop goes on."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    method = scope["method"]
    body = b""
    if method == "POST":
        most = await asyncio.to_thread(limit, embedded, path)
        body = await _body(receive, most=most)
    client = scope.get("client")
    call = Call(
        method,
        path,
        scope,
        headers,
        body,
        root=root,
        query=scope.get("query_string", b"").decode("latin-1"),
        client=str(client[0]) if client else "",
        secure=scope.get("scheme") == "https",
    )
    response = await asyncio.to_thread(embedded.respond, call)
    told = [
        (name.lower().encode(), value.encode("latin-1"))
        for name, value in headers_of(response).items()
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": told})
    sent = b"" if method == "HEAD" else response.body
    await send({"type": "http.response.body", "body": sent})


async def _body(receive: Receive, *, most: int) -> bytes:
    """Read a body, and of one that is too large no more than shows it."""
    body = bytearray()
    while len(body) <= most:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body[: most + 1])

"""The shell for ASGI: reads a call within its limits, lets a thread answer it, sends the answer."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Call

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@attrs.frozen
class SiteApp:
    """An ASGI application that answers with a site; mount it wherever its prefix stands."""

    site: Site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        root = str(scope.get("root_path", "")).rstrip("/")
        path = str(scope["path"]).removeprefix(root) or "/"
        call = _call(scope, path=path, root=root)
        work = partial(self.site.respond, call)
        if call.method == "POST":
            try:
                async with asyncio.timeout(limits.BODY_SECONDS):
                    body = await _body(receive, most=self.site.limit(path))
            except TimeoutError:
                work = partial(self.site.refuse, call, "timeout")
            else:
                if body is None:
                    return
                work = partial(self.site.respond, attrs.evolve(call, body=body))
        await _send(await asyncio.to_thread(work), send, empty=call.method == "HEAD")


async def _body(receive: Receive, *, most: int) -> bytes | None:
    """Read the body, of one that is too large no more than shows it; None: the sender left.

    What arrived of a form until then is not what somebody meant to send.
    """
    found = bytearray()
    while len(found) <= most:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        found += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(found[: most + 1])


def _call(scope: Scope, *, path: str, root: str) -> Call:
    headers: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        more = "; " if name == "cookie" else ", "
        text = value.decode("latin-1")
        headers[name] = headers[name] + more + text if name in headers else text
    client = scope.get("client")
    return Call(
        method=str(scope["method"]),
        path=path,
        root=root,
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers,
        client=str(client[0]) if client else "",
        secure=scope.get("scheme") == "https",
    )


async def _send(response: Response, send: Send, *, empty: bool) -> None:
    headers = [
        (b"content-type", response.content_type.encode()),
        (b"content-length", str(len(response.body)).encode()),
        *((name.lower().encode(), text.encode()) for name, text in response.headers.items()),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if empty else response.body})

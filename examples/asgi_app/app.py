"""A plain ASGI application without any framework; below the prefix the library answers.

Run it: FKS_FOLDER=~/.fachkraft-share APP_TOKEN=... uvicorn app:application
"""

import hmac
import os
from typing import Any

import fachkraft_share


def has_token(scope: Any) -> bool:
    """Tell whether the call carries the token of the house."""
    given = dict(scope["headers"]).get(b"authorization", b"")
    return hmac.compare_digest(given, f"Bearer {os.environ['APP_TOKEN']}".encode())


async def hr_tool(scope: Any, receive: Any, send: Any) -> None:
    """Answer what was there before."""
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"Bewerbungen: 0\n"})


application = fachkraft_share.init(hr_tool, allow=has_token).app

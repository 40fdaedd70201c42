"""Who may see what only the operator should: on this machine, with the token of the node's folder.

A reverse proxy on the same machine makes strangers look local. So whatever carries a proxy's
headers is not, nor what was asked under another name (DNS rebinding); and the token counts besides.
Or a coordinator whom a plugin recognises (hook `authenticate`), wherever the call comes from.
"""

import binascii
import hmac
from base64 import b64decode
from typing import Final

from starlette.requests import Request

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.http.shell import Shell
from fachkraft_share.node.security_log import operator_asked
from fachkraft_share.ports.http import is_loopback

REALM: Final = {"WWW-Authenticate": 'Basic realm="operator", charset="UTF-8"'}
_FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_local(request: Request) -> bool:
    """Tell whether the call was made on this machine, by its own name."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return is_loopback(request.client.host) and is_loopback(request.url.hostname or "")


async def admits(request: Request, shell: Shell) -> bool:
    """Tell whether a page of the operator's is shown; both answers stand in the security log.

    A coordinator whom a plugin recognises needs no token and may be elsewhere.

    Raises:
        RefusedError: `not-found`; whoever is elsewhere is not told that there is a page.
    """
    believed = await coordinates(request, shell)
    if not believed:
        if not is_local(request):
            raise RefusedError("not-found")
        believed = has_token(request, shell.node.exchange.keys.operator)
    operator_asked(request.url.path, believed=believed)
    return believed


async def coordinates(request: Request, shell: Shell) -> bool:
    """Tell whether a plugin knows the sender as a coordinator; it may look that up elsewhere."""
    plugged = shell.node.exchange.plugged
    if not plugged.plugins.implementing("authenticate"):
        return False
    return await shell.run(plugged.coordinates, dict(request.headers))


def has_token(request: Request, operator: str) -> bool:
    """Tell whether the call carries the token, as Bearer or as the password of Basic."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    told = _password(value) if scheme.lower() == "basic" else value.strip()
    known = scheme.lower() in ("basic", "bearer")
    return known and hmac.compare_digest(told.encode(), operator.encode())


def _password(value: str) -> str:
    try:
        return b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""

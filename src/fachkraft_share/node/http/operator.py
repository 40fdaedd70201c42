"""Who may see what only the operator should: on this machine, with the token of the node's folder.

A reverse proxy on the same machine makes strangers look local. So whatever carries a proxy's
headers is not, nor what was asked under another name (DNS rebinding); and the token counts besides.
"""

import binascii
import hmac
from base64 import b64decode
from ipaddress import ip_address
from typing import Final

from starlette.requests import Request

REALM: Final = {"WWW-Authenticate": 'Basic realm="operator", charset="UTF-8"'}
_FORWARDED: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def is_local(request: Request) -> bool:
    """Tell whether the call was made on this machine, by its own name."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


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


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

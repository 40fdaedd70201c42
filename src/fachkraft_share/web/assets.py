"""Style, script and fonts: our own files only, compressed once, kept by the browser."""

import gzip
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.headers import FILE_HEADERS
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

KINDS: Final[Mapping[str, str]] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
PACKED: Final = frozenset({"css", "js", "svg", "txt"})  # a font is compressed already


def asset_routes() -> tuple[Route, ...]:
    """Return the route of the static files."""
    return (Route("/static/{name}", get=_asset),)


def _asset(visit: Visit) -> Response:
    accepted = visit.call.headers.get("accept-encoding", "")
    return asset(visit.params["name"], packed="gzip" in accepted)


def asset(name: str, *, packed: bool) -> Response:
    """Return a static file, compressed where that is wished and helps.

    Raises:
        RefusedError: `not-found`.
    """
    kind = name.rpartition(".")[2]
    if kind not in KINDS or name not in _names():
        raise RefusedError("not-found")
    small = packed and kind in PACKED
    headers = {**FILE_HEADERS, "Vary": "Accept-Encoding"}
    if small:
        headers["Content-Encoding"] = "gzip"
    return Response(200, _packed(name) if small else _content(name), KINDS[kind], headers)


@cache
def _names() -> frozenset[str]:
    folder = resources.files("fachkraft_share.web") / "static"
    return frozenset(one.name for one in folder.iterdir() if one.is_file())


@cache
def _content(name: str) -> bytes:
    return (resources.files("fachkraft_share.web") / "static" / name).read_bytes()


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(_content(name), mtime=0)

"""Writing an answer: every one carries the headers that keep browsers and caches harmless."""

from collections.abc import Iterable, Mapping
from typing import Final

from starlette.types import Send

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.headers import PAGE_HEADERS

# Answers for machines load and show nothing; the rest is as on the pages.
ANSWER_HEADERS: Final[Mapping[str, str]] = {
    **PAGE_HEADERS,
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}
Raw = tuple[bytes, bytes]


def encode(headers: Mapping[str, str]) -> list[Raw]:
    """Return headers as ASGI wants them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_ALWAYS: Final = encode(ANSWER_HEADERS)


def complete(headers: Iterable[Raw]) -> list[Raw]:
    """Return the headers of any answer, with those added that it does not set itself."""
    found = list(headers)
    names = {name.lower() for name, _ in found}
    return found + [one for one in _ALWAYS if one[0] not in names]


async def send_response(response: Response, send: Send) -> None:
    """Send an answer of the node."""
    headers = [
        (b"content-type", response.content_type.encode()),
        (b"content-length", b"%d" % len(response.body)),
        *encode(response.headers),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})

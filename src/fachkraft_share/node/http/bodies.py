"""A request's body, read within its limits before anybody looks into it.

1. What is declared too large, or packed, is refused before a byte of it is read.
2. A body without Content-Length is counted while it comes.
3. A slow body is given up, and the bytes all bodies hold together are bounded.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, MalformedError, RefusedError


@attrs.frozen
class Allowance:
    """How much body an operation takes, and for how long."""

    size: int
    seconds: int = limits.BODY_SECONDS


class Bodies:
    """Reads bodies and counts the bytes they hold together until they are answered."""

    def __init__(self) -> None:
        self._held = 0

    @asynccontextmanager
    async def read(
        self, headers: Headers, receive: Receive, *, allowance: Allowance
    ) -> AsyncIterator[bytes]:
        """Give the whole body.

        Raises:
            RefusedError: `media-type` (packed), `too-large` or `timeout`.
            BusyError: too many large bodies at once.
            ClientDisconnect: the other side went away.
        """
        check_headers(headers, allowance=allowance)
        body = bytearray()
        try:
            await self._collect_in_time(body, receive, allowance=allowance)
            yield bytes(body)
        finally:
            self._held -= len(body)

    async def _collect_in_time(
        self, body: bytearray, receive: Receive, *, allowance: Allowance
    ) -> None:
        try:
            async with asyncio.timeout(allowance.seconds):
                await self._collect(body, receive, allowance=allowance)
        except TimeoutError as error:
            raise RefusedError("timeout", f"at most {allowance.seconds} seconds") from error

    async def _collect(self, body: bytearray, receive: Receive, *, allowance: Allowance) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk: bytes = message.get("body", b"")
            if len(body) + len(chunk) > allowance.size:
                raise RefusedError("too-large", f"at most {allowance.size} bytes")
            body += chunk
            self._held += len(chunk)
            if self._held > limits.BODIES_BYTES and len(body) > limits.MESSAGE_BYTES:
                raise BusyError("too many large bodies at once")
            more = message.get("more_body", False)


def check_headers(headers: Headers, *, allowance: Allowance) -> None:
    """Refuse what the headers alone rule out.

    Raises:
        RefusedError: `media-type` or `too-large`.
        MalformedError: a Content-Length that is no number.
    """
    packed = {one.strip().lower() for one in headers.getlist("content-encoding")} - {"identity"}
    if packed:
        raise RefusedError("media-type", "send it unpacked, without Content-Encoding")
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()):
        raise MalformedError("Content-Length is not a number")
    if int(length[:20]) > allowance.size:
        raise RefusedError("too-large", f"at most {allowance.size} bytes")

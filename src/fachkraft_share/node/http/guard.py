"""Around everything: the same headers on every answer, and no accident that tells a stranger."""

import logging
from pathlib import PurePath
from traceback import extract_tb

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fachkraft_share.errors import FachkraftShareError, RefusedError, TemporaryError, WireError
from fachkraft_share.node.calls import problem, refusal
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.http.answers import Raw, complete, send_response
from fachkraft_share.ports.runtime import Response

_log = logging.getLogger("fachkraft_share.node.http")
_YEAR = 365 * 24 * 60 * 60
_ORDINARY = (RefusedError, TemporaryError, WireError)  # answers, not accidents


class Guard:
    """Completes headers and turns what nobody caught into a problem."""

    def __init__(self, app: ASGIApp, exchange: Exchange) -> None:
        self._app = app
        self._exchange = exchange
        https = (exchange.settings.url or exchange.id).startswith("https:")
        strict = (b"strict-transport-security", b"max-age=%d" % _YEAR)
        self._also: list[Raw] = [strict] if https else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def completing(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = complete([*message["headers"], *self._also])
            await send(message)

        try:
            await self._app(scope, receive, completing)
        except Exception as error:
            if started or not isinstance(error, _ORDINARY):
                _tell(error, scope)
            if started:
                raise ConnectionAbortedError("an answer broke off") from None
            told = self._told(error)
            await send_response(told, completing)

    def _told(self, error: Exception) -> Response:
        at = self._exchange.now()
        if isinstance(error, FachkraftShareError):
            return refusal(error, at=at)
        return problem("internal", at=at)


def _tell(error: Exception, scope: Scope) -> None:
    """Log what happened where; messages and paths may name persons or hold secrets."""
    frames = extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{PurePath(one.filename).name}:{one.lineno}" for one in reversed(frames))
    where = type(scope.get("endpoint")).__name__
    _log.error("%s in %s %s (%s)", type(error).__name__, scope["method"], where, places)

"""`GET /federation` and `GET /.well-known/fachkraft-share`: what everybody may know."""

from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.node.calls import answer, read_query
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.ports.runtime import Request, Response

PROTOCOLS = ("fks/1",)
_DIGITS = 9


class PublicFacts:
    """Says who this node is and who its members are."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def well_known(self, request: Request) -> Response:
        """Answer `GET /.well-known/fachkraft-share`."""
        read_query(request)
        settings, newest = self._exchange.settings, self._exchange.directory().newest
        named = {"number": newest.name.number, "sha256": newest.name.sha256} if newest else None
        return answer(
            {
                "node": settings.id,
                "name": settings.name,
                "protocols": list(PROTOCOLS),
                "authority": settings.authority,
                "root": settings.root,
                "location": settings.location,
                "region": settings.region,
                "k": settings.policy.k,
                "list": named,
                "now": self._exchange.now(),
            }
        )

    def federation(self, request: Request) -> Response:
        """Answer `GET /federation`, or an earlier list by `?list=N`."""
        asked = read_query(request, "list").get("list")
        if asked is not None and not (
            asked.isdecimal() and asked.isascii() and len(asked) <= _DIGITS
        ):
            raise MalformedError("list: a number")
        found = self._exchange.members.federation(None if asked is None else int(asked))
        if found is None:
            raise RefusedError("not-found")
        return answer(found)

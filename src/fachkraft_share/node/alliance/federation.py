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
                "name": self._exchange.name,
                "protocols": list(PROTOCOLS),
                "authority": settings.authority,
                "root": self._exchange.root,
                "location": settings.location,
                "region": settings.region,
                "k": settings.policy.k,
                "list": named,
                "now": self._exchange.now(),
            }
        )

    def federation(self, request: Request) -> Response:
        """Answer `GET /federation`: the newest list, or an earlier one by `?list=N`.

        `?of=<authority>` asks for a partner's list as this node has verified it.
        """
        asked = read_query(request, "list", "of")
        number, members = _number(asked.get("list")), self._exchange.members
        if "of" in asked:
            found = members.federation_of(asked["of"], number)
        else:
            found = members.federation(number)
        if found is None:
            raise RefusedError("not-found")
        return answer(found)


def _number(asked: str | None) -> int | None:
    if asked is None:
        return None
    if not (asked.isdecimal() and asked.isascii() and len(asked) <= _DIGITS):
        raise MalformedError("list: a number")
    return int(asked)

"""A site: pages by address, with the same guards before each, whatever server carries it.

1. A GET changes nothing; a change is a POST from our own page (Sec-Fetch-Site, Origin).
2. A page that names roles is answered only to who is signed in with one of them.
3. What was refused becomes a page that says so; what went wrong inside quotes nothing.
"""

import logging
import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol
from urllib.parse import unquote

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError, RefusedError, StoreError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.forms import EMPTY, Form, read_form, same_site
from fachkraft_share.web.visit import Call, Person, Visit, query_of, roles_of

Work = Callable[[Visit], Response]
Gate = Callable[[Visit], Person | None]
STATUS: Final = {
    "not-found": 404,
    "method": 405,
    "cross-site": 403,
    "forbidden": 403,
    "local": 403,
    "too-large": 413,
    "too-many": 429,
    "timeout": 408,
    "busy": 503,
    "malformed": 400,
}
_log = logging.getLogger("fachkraft_share.web")


@attrs.frozen
class Route:
    """One address; `{name}` in the path is one part of it. Without roles everybody is let in."""

    path: str
    get: Work | None = None
    post: Work | None = None
    roles: frozenset[str] = attrs.field(default=frozenset(), converter=roles_of)
    bytes: int = limits.FORM_BYTES  # the largest body of its form

    @property
    def pattern(self) -> re.Pattern[str]:
        """The path as an expression."""
        named = re.sub(r"\\\{([a-z_]+)\\\}", r"(?P<\1>[^/]{1,200})", re.escape(self.path))
        return re.compile(named)


class Refusing(Protocol):
    """Makes the page that says why something was not done, and the one that asks to sign in."""

    def refused(self, visit: Visit, code: str, *, status: int) -> Response:
        """Say why something was not done."""
        ...

    def sign_in(self, visit: Visit) -> Response:
        """Ask the visitor to sign in."""
        ...


class Site:
    """Answers calls; knows no server and no framework."""

    def __init__(
        self,
        routes: Sequence[Route],
        *,
        look: Refusing,
        gate: Gate = lambda _: None,
        own: Sequence[str] = (),
    ) -> None:
        """Hold the routes; `own` are addresses that are ours whatever name a proxy calls us by."""
        self._routes = tuple((one.pattern, one) for one in routes)
        self._look = look
        self._gate = gate
        self._own = tuple(own)

    def knows(self, path: str) -> bool:
        """Tell whether a page stands at this path."""
        return self._find(path) is not None

    def limit(self, path: str) -> int:
        """Return how many bytes a form sent to this path may have."""
        found = self._find(path)
        return found[0].bytes if found else limits.FORM_BYTES

    def respond(self, call: Call) -> Response:
        """Answer a call; HEAD is answered like GET, the shell sends no body."""
        visit = Visit(call, query=query_of(call.query))
        try:
            route, params = self._demand(call.path)
            visit = attrs.evolve(visit, params=params, who=self._gate(visit))
            return self._answer(route, visit)
        except RefusedError as error:
            status = STATUS.get(error.code, 409)
            return self._look.refused(visit, error.code, status=status)
        except (BusyError, StoreError):
            return self._look.refused(visit, "busy", status=503)
        except FachkraftShareError as error:
            _log.warning("a page failed: %s", type(error).__name__)
            return self._look.refused(visit, "unknown", status=409)

    def refuse(self, call: Call, code: str) -> Response:
        """Refuse a call that the shell does not let in."""
        status = STATUS.get(code, 409)
        return self._look.refused(Visit(call, query=query_of(call.query)), code, status=status)

    def _demand(self, path: str) -> tuple[Route, dict[str, str]]:
        found = self._find(path)
        if found is None:
            raise RefusedError("not-found")
        return found

    def _find(self, path: str) -> tuple[Route, dict[str, str]] | None:
        for pattern, route in self._routes:
            match = pattern.fullmatch(path)
            if match:
                return route, {name: unquote(text) for name, text in match.groupdict().items()}
        return None

    def _answer(self, route: Route, visit: Visit) -> Response:
        if route.roles and visit.who is None:
            return self._look.sign_in(visit)
        if route.roles and not visit.who.has(*route.roles):  # type: ignore[union-attr]
            raise RefusedError("forbidden")
        if visit.call.method in ("GET", "HEAD") and route.get is not None:
            return route.get(visit)
        if visit.call.method == "POST" and route.post is not None:
            return route.post(attrs.evolve(visit, form=self._form(visit.call, most=route.bytes)))
        raise RefusedError("method")

    def _form(self, call: Call, *, most: int) -> Form:
        """Read a form that was sent from our own page.

        Raises:
            RefusedError: `cross-site`, `too-large`, `malformed`.
        """
        if not same_site(call.headers, own=(*self._own, f"//{call.headers.get('host', '')}")):
            raise RefusedError("cross-site", "sent from a foreign page")
        if not call.body:
            return EMPTY
        return read_form(call.body, call.headers.get("content-type", ""), most=most)

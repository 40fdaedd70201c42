"""A browser without a network: somebody who opens a site's pages and sends its forms."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any, Final
from urllib.parse import urlencode

import attrs

from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Call, Person, Visit

_COOKIE: Final = "who"
_FORM: Final = {
    "content-type": "application/x-www-form-urlencoded",
    "sec-fetch-site": "same-origin",
}


def believing(visit: Visit) -> Person | None:
    """Return whom the visitor says to be, as a site's gate: signing in is the login's matter."""
    role = visit.cookie(_COOKIE)
    return Person(f"account-{role}", role.title(), frozenset({role})) if role else None


@attrs.frozen
class Visitor:
    """Somebody with a role at a site whose gate is `believing`; with none, nobody is signed in."""

    site: Site
    role: str
    language: str = "de"

    def get(self, path: str, **query: str) -> Response:
        """Open a page."""
        return self.call("GET", path, query=urlencode(query))

    def post(self, path: str, **fields: Any) -> Response:
        """Send a form from the site's own page."""
        return self.call("POST", path, body=urlencode(fields, doseq=True).encode(), headers=_FORM)

    def said(self, path: str, **query: str) -> str:
        """Return what a page says, without its markup.

        Raises:
            AssertionError: it is not there.
        """
        answer = self.get(path, **query)
        assert answer.status == 200, (path, answer.status)
        return text(answer)

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> Response:
        """Call the site with any header; `more` is what `Call` takes."""
        mine = {"cookie": f"{_COOKIE}={self.role}", "accept-language": self.language}
        return self.site.respond(Call(method, path, headers={**mine, **(headers or {})}, **more))


def text(response: Response) -> str:
    """Return what a page says, without its markup."""
    plain = re.sub(r"<[^>]+>", " ", response.body.decode())
    return re.sub(r"\s+", " ", unescape(plain))

"""An office of a real node in memory, and a browser without a network to visit it with."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs
import pytest

from fachkraft_share.node.office.site import office_site
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Response
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.web.site import Site
from fachkraft_share.web.visit import Call, Person, Visit

PEOPLE = {
    one: Person(f"account-{one}", one.title(), frozenset({one}))
    for one in (
        "administrator",
        "coordinator",
        "reader",
    )
}


def gate(visit: Visit) -> Person | None:
    """Believe a cookie: who may sign in is the login's matter."""
    return PEOPLE.get(visit.cookie("who"))


@attrs.frozen
class Visitor:
    """Somebody who visits the office."""

    site: Site
    who: str
    language: str = "de"

    def get(self, path: str, **query: str) -> Response:
        """Open a page."""
        return self.call("GET", path, query=urlencode(query))

    def post(self, path: str, **fields: Any) -> Response:
        """Send a form from the office's own page."""
        body = urlencode(fields, doseq=True).encode()
        kind = {"content-type": "application/x-www-form-urlencoded"}
        own = kind | {"sec-fetch-site": "same-origin"}
        return self.call("POST", path, body=body, headers=own)

    def said(self, path: str, **query: str) -> str:
        """Return what a page says, without its markup."""
        return text(self.get(path, **query))

    def call(self, method: str, path: str, *, headers: Any = None, **more: Any) -> Response:
        """Call the site."""
        mine = {"cookie": f"who={self.who}", "accept-language": self.language}
        return self.site.respond(Call(method, path, headers=mine | (headers or {}), **more))


def text(response: Response) -> str:
    """Return what a page says, without its markup."""
    plain = re.sub(r"<[^>]+>", " ", response.body.decode())
    return re.sub(r"\s+", " ", unescape(plain))


@pytest.fixture
def plain() -> Callable[[Response], str]:
    """Return what a page says, without its markup."""
    return text


@pytest.fixture
def town() -> Alliance:
    """A node with two members, whose operator filled in the pages the law wants."""
    made = Alliance("muster", "beispiel")
    exchange = made.world.node.service.exchange
    page = "https://kammer.example"
    desk = attrs.evolve(
        exchange.settings.desk,
        operator="IHK Muster, 38640 Goslar",
        imprint=f"{page}/impressum",
        privacy=f"{page}/datenschutz",
        accessibility=f"{page}/barrierefreiheit",
    )
    exchange.settings = attrs.evolve(exchange.settings, desk=desk)
    return made


@pytest.fixture
def visiting() -> Callable[..., Visitor]:
    """Return somebody with a role at a node of one's own."""

    def at(
        node: Node, who: str = "coordinator", language: str = "de", *, folder: Path | None = None
    ) -> Visitor:
        return Visitor(office_site(node, gate=gate, folder=folder), who, language)

    return at


@pytest.fixture
def visitor(town: Alliance) -> Callable[..., Visitor]:
    """Return somebody with a role at the node of the town."""
    site = office_site(town.world.node.service, gate=gate)

    def as_role(who: str = "coordinator", language: str = "de") -> Visitor:
        return Visitor(site, who, language)

    return as_role

"""An office of a real node in memory, and who visits it."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from fachkraft_share.node.office.site import office_site
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Response
from fachkraft_share.testing.small_alliance import Alliance
from fachkraft_share.testing.visitor import Visitor, believing, text


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

    def at(node: Node, who: str = "coordinator", language: str = "de", **more: Any) -> Visitor:
        return Visitor(office_site(node, gate=believing, **more), who, language)

    return at


@pytest.fixture
def visitor(town: Alliance) -> Callable[..., Visitor]:
    """Return somebody with a role at the node of the town."""
    site = office_site(town.world.node.service, gate=believing)

    def as_role(who: str = "coordinator", language: str = "de") -> Visitor:
        return Visitor(site, who, language)

    return as_role

"""What every page of the office is made from."""

from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.access import may_act
from fachkraft_share.node.office.clock import clock
from fachkraft_share.node.office.naming import Naming, naming
from fachkraft_share.node.service import Node
from fachkraft_share.ports.health import HealthCheck
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.look import Look
from fachkraft_share.web.visit import Visit


@attrs.frozen
class Office:
    """The node whose office this is, how its pages look, where it keeps its files.

    `machine` are checks of what the node stands on, which only its page of checks makes.
    """

    node: Node
    look: Look
    folder: Path | None = None
    machine: tuple[HealthCheck, ...] = ()

    @property
    def exchange(self) -> Exchange:
        """The node's surroundings."""
        return self.node.exchange

    def texts(self, visit: Visit) -> Catalogue:
        """Return the texts in the visitor's language."""
        return self.look.texts(visit.language(self.look.default))

    def names(self, texts: Catalogue) -> Naming:
        """Return what tells the name of a member's or a partner's id."""
        return naming(self.exchange, here=texts.text("office.here"))

    def page(self, template: str, visit: Visit, *, status: int = 200, **values: Any) -> Response:
        """Return a page; `acts` tells its template whether the visitor may change anything."""
        texts = self.texts(visit)
        values |= {
            "acts": may_act(visit),
            "clock": lambda at: clock(at, texts),
            "name_of": self.names(texts),
        }
        return self.look.page(template, visit, status=status, **values)

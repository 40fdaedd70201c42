"""What every page of the office is made from."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.access import may_act
from fachkraft_share.node.office.naming import naming
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.look import Look
from fachkraft_share.web.visit import Visit


@attrs.frozen
class Office:
    """The node whose office this is, how its pages look, and where it keeps its files."""

    node: Node
    look: Look
    folder: Path | None = None

    @property
    def exchange(self) -> Exchange:
        """The node's surroundings."""
        return self.node.exchange

    def page(self, template: str, visit: Visit, *, status: int = 200, **values: Any) -> Response:
        """Return a page; `acts` tells its template whether the visitor may change anything."""
        texts = self.look.texts(visit.language(self.look.default))
        values |= {
            "acts": may_act(visit),
            "clock": _clock(texts),
            "name_of": naming(self.exchange, here=texts.text("office.here")),
        }
        return self.look.page(template, visit, status=status, **values)


def _clock(texts: Catalogue) -> Callable[[int], str]:
    """Return what tells day and time of a moment (UTC)."""

    def clock(at: int) -> str:
        moment = dt.datetime.fromtimestamp(at, dt.UTC)
        return texts.text("office.clock", day=texts.day(moment.date()), time=f"{moment:%H:%M}")

    return clock

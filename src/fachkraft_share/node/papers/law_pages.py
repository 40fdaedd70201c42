"""`/record`, `/dpia`, `/measures`: what the law wants written, as page, PDF and plain text."""

from collections.abc import Callable
from typing import Final

from fachkraft_share.node.office.access import office_route
from fachkraft_share.node.papers.impact import impact_assessment
from fachkraft_share.node.papers.measures import measures
from fachkraft_share.node.papers.paper import Paper
from fachkraft_share.node.papers.record import record_of_processing
from fachkraft_share.node.papers.room import MARKDOWN, Room, written
from fachkraft_share.node.papers.surroundings import surroundings
from fachkraft_share.node.service import Node
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.look import attachment
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

NAMES: Final = ("record", "dpia", "measures")


def law_paper(name: str, node: Node, texts: Catalogue) -> Paper:
    """Return one of the papers, from what is set now."""
    around = surroundings(node.exchange)
    make: dict[str, Callable[[], Paper]] = {
        "record": lambda: record_of_processing(around, texts),
        "dpia": lambda: impact_assessment(around, texts),
        "measures": lambda: measures(around, node.exchange, node.health, texts),
    }
    return make[name]()


def law_routes(room: Room) -> tuple[Route, ...]:
    """Return the pages of all three."""

    def overview(visit: Visit) -> Response:
        return room.page("law.html", visit, names=NAMES)

    papers = (route for name in NAMES for route in _routes(room, name))
    return (office_route("/papers", overview), *papers)


def _routes(room: Room, name: str) -> tuple[Route, ...]:
    def made(visit: Visit) -> Paper:
        return law_paper(name, room.node, room.texts(visit))

    def page(visit: Visit) -> Response:
        return room.paper(made(visit), visit, path=f"/{name}", back="/papers")

    def as_pdf(visit: Visit) -> Response:
        return room.pdf(made(visit), visit, name=name)

    def text(visit: Visit) -> Response:
        content = written(made(visit), room.exchange, room.texts(visit)).encode("utf-8")
        return attachment(f"{name}.md", content, MARKDOWN)

    return (
        office_route(f"/{name}", page),
        office_route(f"/{name}/pdf", as_pdf),
        office_route(f"/{name}/text", text),
    )

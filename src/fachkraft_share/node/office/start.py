"""`/`: what needs the coordinator today, or that nothing does."""

from fachkraft_share.node.office.access import office_route
from fachkraft_share.node.office.needs import needs
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.office.standing import standing
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


def start_routes(office: Office) -> tuple[Route, ...]:
    """Return the start page."""

    def start(visit: Visit) -> Response:
        return office.page("start.html", visit, needs=needs(office), counts=standing(office))

    return (office_route("/", start),)

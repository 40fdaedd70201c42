"""`/members`: who belongs to the alliance."""

from fachkraft_share.node.office.access import office_route
from fachkraft_share.node.office.roll import members, open_codes
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


def member_routes(office: Office) -> tuple[Route, ...]:
    """Return the pages about members."""

    def listing(visit: Visit) -> Response:
        found, codes = members(office.exchange), open_codes(office.exchange)
        return office.page("members.html", visit, members=found, codes=codes)

    return (office_route("/members", listing),)

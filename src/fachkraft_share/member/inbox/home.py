"""The start page: what waits for me, in one glance."""

import attrs

from fachkraft_share.member.inbox.glance import glance
from fachkraft_share.member.inbox.room import READ, Room
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


def home_routes(room: Room) -> tuple[Route, ...]:
    """Return the start page's route."""

    def home(visit: Visit) -> Response:
        found = attrs.asdict(glance(room.member()), recurse=False)
        return room.page("home.html", visit, glance=found)

    return (Route("/", get=home, roles=READ),)

"""The start page: what waits for me, in one glance."""

import attrs

from fachkraft_share.member.inbox.entries import NOTHING, Asked, steps_of
from fachkraft_share.member.inbox.glance import glance
from fachkraft_share.member.inbox.room import READ, Room
from fachkraft_share.member.recommending import may_present
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


def home_routes(room: Room, beside: Asked = lambda: NOTHING) -> tuple[Route, ...]:
    """Return the start page's route."""

    def home(visit: Visit) -> Response:
        found = attrs.asdict(glance(room.member()), recurse=False)
        added, who = beside(), visit.who
        steps = steps_of(room.member(), added)
        mine = [one for one in steps if who is not None and who.has(*one.roles)]
        presents = may_present(room.member().engine)
        values = {"glance": found, "steps": mine, "entries": added.entries}
        return room.page("home.html", visit, presents=presents, **values)

    return (Route("/", get=home, roles=READ),)

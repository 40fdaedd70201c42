"""What became of my recommendations, and ending one."""

from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.member.asking import CLOSING
from fachkraft_share.member.inbox.room import ACT, Room
from fachkraft_share.member.recommended import Recommended, Stage, recommended
from fachkraft_share.member.timeline import Moment
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

ORDER: Final = (
    *("referral.published", "fks-consent", "consent.granted", "consent.declined"),
    *("contact.requested", "contact.presented", "fks-answer", "contact.answered"),
    *("contact.disclosed", "outcome.reported", "fks-withdrawal"),
)


@attrs.frozen
class Own:
    """The pages about own recommendations."""

    room: Room

    def every(self, visit: Visit) -> Response:
        """List them, the newest first; what has ended stands below."""
        found = recommended(self.room.member().engine)
        values = {
            "running": [one for one in found if one.stage not in (Stage.ENDED, Stage.HIRED)],
            "hired": [one for one in found if one.stage is Stage.HIRED],
            "ended": [one for one in found if one.stage is Stage.ENDED],
            "label": self.room.label(visit),
        }
        return self.room.page("recommended.html", visit, **values)

    def one(self, visit: Visit) -> Response:
        """Show who asked, what was answered, how it ended, and everything that happened."""
        found = self._demand(visit)
        values = {
            "one": found,
            "moments": sorted(found.moments, key=_place),
            "soon": self.room.member().engine.now() + limits.DAY,
            "name": self.room.names(),
            "shown": self.room.profile(visit, found.profile) if found.profile else (),
            "reasons": sorted(CLOSING),
        }
        return self.room.page("recommendation.html", visit, **values)

    def end(self, visit: Visit) -> Response:
        """End it for everybody; it is final, so the tick is asked for."""
        found, form = self._demand(visit), visit.form
        if form.one("reason") not in CLOSING:
            raise RefusedError("no-reason")
        if not form.has("sure", "yes"):
            raise RefusedError("not-sure")
        self.room.member().close(found.referral, reason=form.one("reason"))
        self.room.send()
        return self.room.back(visit, f"/recommended/{found.referral}", "ended")

    def file_erased(self, visit: Visit) -> Response:
        """Note that the application file was erased after the hold; a receipt follows."""
        found = self._demand(visit)
        self.room.member().application_erased(found.referral)
        self.room.send()
        return self.room.back(visit, f"/recommended/{found.referral}", "file-erased")

    def _demand(self, visit: Visit) -> Recommended:
        wanted = visit.params["referral"]
        rows = recommended(self.room.member().engine)
        found = next((one for one in rows if one.referral == wanted), None)
        if found is None:
            raise RefusedError("not-found")
        return found


def _place(moment: Moment) -> tuple[int, int]:
    """Return where a moment stands: what happens within one second, in the order it must."""
    return moment.at, ORDER.index(moment.about) if moment.about in ORDER else len(ORDER)


def own_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the pages about own recommendations."""
    pages = Own(room)
    return (
        Route("/recommended", get=pages.every, roles=ACT),
        Route("/recommended/{referral}", get=pages.one, roles=ACT),
        Route("/recommended/{referral}/end", post=pages.end, roles=ACT),
        Route("/recommended/{referral}/file-erased", post=pages.file_erased, roles=ACT),
    )

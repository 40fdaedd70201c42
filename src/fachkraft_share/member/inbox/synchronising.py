"""Synchronising now, for who does not want to wait: watched where the shell can work beside pages.

1. What came of it is kept by who began it and shown on the start page.
2. Where nothing may run beside the pages (`jobs` is None) the form's answer waits for it.
3. While somebody else does it, what they bring is waited for; that is all the button promises.
"""

import time
from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, FachkraftShareError, RefusedError
from fachkraft_share.member.displaying import heard_at
from fachkraft_share.member.inbox.room import ACT, Room, code_of
from fachkraft_share.ports.progress import Tell, silent
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

DONE: Final = "synchronised"
AT_WORK: Final = "at-work"  # somebody else does it
BROKEN: Final = "broken"  # what is told while it has not ended


@attrs.frozen
class Synchronising:
    """The button, and what it leads to."""

    room: Room
    _told: dict[str, str] = attrs.field(factory=dict, init=False)

    def begin(self, visit: Visit) -> Response:
        """Begin, and lead to the page that watches."""
        owner = _owner(visit)

        def work(tell: Tell) -> None:
            self._told[owner] = BROKEN
            self._told[owner] = self._patiently(tell)

        if self.room.jobs is None:
            self._told[owner] = self._run(silent)
            return self.done(visit)
        return self.room.jobs.begin(
            visit, work, title="inbox.sync.title", to="/sync", failed="/sync"
        )

    def done(self, visit: Visit) -> Response:
        """Say on the start page what came of it."""
        code = self._told.get(_owner(visit), "")
        if code in ("", DONE, AT_WORK):
            return self.room.back(visit, "/", code)
        return self.room.back(visit, "/", "", trouble=code)

    def _patiently(self, tell: Tell) -> str:
        engine = self.room.member().engine
        before = heard_at(engine)
        for _ in range(limits.SYNC_LOOKS):
            said = self._run(tell)
            if said != AT_WORK:
                return said
            time.sleep(limits.SYNC_LOOK)
            if heard_at(engine) > before:
                return DONE
        return AT_WORK

    def _run(self, tell: Tell) -> str:
        try:
            report = self.room.member().sync(tell=tell)
        except BusyError:
            return AT_WORK
        except FachkraftShareError as error:
            return error.code if isinstance(error, RefusedError) else code_of(error) or BROKEN
        return DONE if report.online else "node-away"


def _owner(visit: Visit) -> str:
    return visit.who.id if visit.who is not None else ""


def synchronising_routes(room: Room) -> tuple[Route, ...]:
    """Return the route of the button, and where it leads."""
    pages = Synchronising(room)
    return (Route("/sync", get=pages.done, post=pages.begin, roles=ACT),)

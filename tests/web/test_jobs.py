"""Long work is watched by whoever began it, and leads to its result by itself."""

from collections.abc import Callable
from itertools import count
from typing import Any

import attrs
import pytest

from fachkraft_share.errors import StateError
from fachkraft_share.ports.progress import Progress, Tell
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.jobs import Jobs
from fachkraft_share.web.look import Look
from fachkraft_share.web.site import Route, Site
from fachkraft_share.web.visit import Call, Person, Visit

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


@attrs.frozen
class Settings:
    """What the frame of a page names."""

    name: str = "Muster"
    imprint: str = ""
    privacy: str = ""
    documentation: str = ""


def fine(tell: Tell) -> None:
    tell(Progress("keys", 2, 3))


def bad(_: Tell) -> None:
    raise StateError("no")


def gate(visit: Visit) -> Person | None:
    """Believe a cookie."""
    return Person(visit.cookie("who"), "") if visit.cookie("who") else None


class Room:
    """A site with one form that begins work; `later` holds what was begun."""

    def __init__(self, work: Callable[[Tell], None]) -> None:
        self.later: list[Callable[[], None]] = []
        look, numbers = Look("fachkraft_share.web", Settings), count()
        jobs = Jobs(look, start=self.later.append, new_id=lambda: f"job{next(numbers)}")

        def begin(visit: Visit) -> Response:
            return jobs.begin(visit, work, title="setup.web.applying", to="/good", failed="/failed")

        routes = (Route("/", post=begin), *jobs.routes())
        self.site = Site(routes, look=look, gate=gate)

    def call(self, method: str, path: str, who: str = "ada") -> Response:
        """Ask as somebody."""
        headers: dict[str, Any] = {**FORM, "cookie": f"who={who}"}
        return self.site.respond(Call(method, path, headers=headers))


def test_a_page_asks_again_until_the_work_has_ended() -> None:
    """Without a script, by a header; then it leads to the result."""
    room = Room(fine)
    begun = room.call("POST", "/")
    assert (begun.status, begun.headers["Location"]) == (303, "/job/job0")
    waits = room.call("GET", "/job/job0")
    assert (waits.status, waits.headers["Refresh"]) == (200, "1")
    assert b"<progress" in waits.body
    room.later[0]()
    ended = room.call("GET", "/job/job0")
    assert (ended.status, ended.headers["Location"]) == (303, "/good")


def test_work_that_failed_leads_to_where_that_is_told() -> None:
    """The error itself stays with the work."""
    room = Room(bad)
    room.call("POST", "/")
    room.later[0]()
    assert room.call("GET", "/job/job0").headers["Location"] == "/failed"


def test_a_fault_of_the_program_ends_the_work_and_is_not_swallowed() -> None:
    """Nobody waits for ever."""

    def broken(_: Tell) -> None:
        raise ZeroDivisionError

    room = Room(broken)
    room.call("POST", "/")
    with pytest.raises(ZeroDivisionError):
        room.later[0]()
    assert room.call("GET", "/job/job0").headers["Location"] == "/failed"


def test_nobody_watches_another_persons_work() -> None:
    """Whatever number they guess."""
    room = Room(fine)
    room.call("POST", "/")
    assert room.call("GET", "/job/job0", who="bea").status == 404
    assert room.call("GET", "/job/job7").status == 404


def test_old_work_is_forgotten() -> None:
    """The newest is still there."""
    room = Room(fine)
    for _ in range(60):
        room.call("POST", "/")
    assert room.call("GET", "/job/job0").status == 404
    assert room.call("GET", "/job/job59").status == 200

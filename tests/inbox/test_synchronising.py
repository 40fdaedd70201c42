"""Synchronising now: watched where work may go on beside the pages, and when it comes by itself."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.member.inbox.site import inbox_site

from .conftest import Tab, gate


def beside(town: Any, begun: list[Callable[[], None]], **more: Any) -> Tab:
    """Return the inbox of a shell that does work beside the pages: when it is told to."""
    return Tab(inbox_site(lambda: town.beispiel, gate=gate, start=begun.append, **more))


def test_where_nothing_runs_beside_the_answer_waits_for_it(town: Any) -> None:
    """And says that it was done."""
    answer = town.tab(town.beispiel).post("/sync")
    assert answer.headers["Location"] == "/?said=synchronised"


def test_elsewhere_a_page_watches_by_itself(town: Any) -> None:
    """Also without JavaScript, until it leads to what came of it."""
    begun: list[Callable[[], None]] = []
    tab = beside(town, begun)
    watching = tab.post("/sync?lang=de").headers["Location"]
    page = tab.get(watching)
    assert page.headers["Refresh"] == "1"
    assert "Es wird abgeglichen" in page.body.decode()
    assert tab.get(watching, cookie="role=administrator").status == 404  # somebody else's
    begun[0]()
    assert tab.get(watching).headers["Location"] == "/sync?lang=de"
    assert tab.get("/sync?lang=de").headers["Location"] == "/?said=synchronised&lang=de"


def test_a_node_that_is_away_is_said_where_one_began(town: Any) -> None:
    """As a warning, with what to do."""
    world, begun = town.alliance.world, list[Callable[[], None]]()
    world.reachable.pop(world.place.node)
    tab = beside(town, begun)
    tab.post("/sync")
    begun[0]()
    told = tab.get("/sync").headers["Location"]
    assert told == "/?trouble=node-away"
    assert "antwortet gerade nicht" in tab.text(told)
    assert "kern-alert--warning" in tab.text(told)


def test_what_somebody_else_does_meanwhile_is_waited_for(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round that runs by itself brings what the button promises."""
    monkeypatch.setattr(limits, "SYNC_LOOK", 0.01)
    begun: list[Callable[[], None]] = []
    tab = beside(town, begun)
    tab.post("/sync")
    with town.beispiel.engine.lease.held():
        work = threading.Thread(target=begun[0])
        work.start()
        work.join(timeout=0.05)
    work.join(timeout=30)
    assert tab.get("/sync").headers["Location"] == "/?said=synchronised"


def test_who_works_for_very_long_is_not_waited_for(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says that it runs already, and that it goes on by itself."""
    monkeypatch.setattr(limits, "SYNC_LOOK", 0)
    begun: list[Callable[[], None]] = []
    tab = beside(town, begun)
    tab.post("/sync")
    with town.beispiel.engine.lease.held():
        begun[0]()
    assert tab.get("/sync").headers["Location"] == "/?said=at-work"
    assert "läuft gerade schon von selbst" in tab.text("/?said=at-work")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "legt Ihr Unternehmen fest"),
        (90, "beginnt von selbst, spätestens um 13:01 Uhr."),
        (0, "von selbst, jeden Augenblick"),
        (-9, "von selbst, jeden Augenblick"),
    ],
)
def test_pages_say_when_it_comes_by_itself(town: Any, seconds: int | None, said: str) -> None:
    """In German time, whatever this machine's clock shows."""
    engine, clock = town.beispiel.engine, town.alliance.world.clock
    clock.pass_time((12 * limits.HOUR - engine.now()) % limits.DAY)  # noon UTC, in winter
    town.alliance.settle()

    def when() -> int | None:
        return None if seconds is None else engine.now() + seconds

    tab = beside(town, [], next_round=when)
    for path in ("/", "/waiting"):
        assert said in tab.text(path)
    assert "13:00 Uhr (deutsche Zeit)" in tab.text("/")

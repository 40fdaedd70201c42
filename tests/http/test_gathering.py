"""Calls that come together: one look and one commit for many, and each its own answer."""

import asyncio
import json
import threading
from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, RefusedError, StoreError
from fachkraft_share.node.feed.polling import Polled
from fachkraft_share.node.http.gathering import Gathering
from fachkraft_share.ports.runtime import Request


class Slow:
    """Work whose first group takes as long as the test wants."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.go = threading.Event()

    def __call__(self, group: Sequence[str]) -> list[str]:
        """Answer every call with itself."""
        self.groups.append(list(group))
        assert self.go.wait(10)
        if "broken" in group:
            raise StoreError("the database broke off")
        return [f"{one}!" for one in group]


async def gathered(work: Slow, calls: Sequence[str]) -> list[Any]:
    """Ask everything at once, some of it while the threads are busy."""
    gathering = Gathering[str, str](work, name="test")
    gathering.start()
    asked = [asyncio.ensure_future(gathering.ask(one)) for one in calls]
    while not work.groups:
        await asyncio.sleep(0.01)
    work.go.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    await gathering.stop()
    return list(answers)


def test_what_waits_is_worked_on_together() -> None:
    """Every call gets its own answer, and there are fewer groups than calls."""
    work = Slow()
    calls = [f"call {number}" for number in range(100)]
    assert asyncio.run(gathered(work, calls)) == [f"{one}!" for one in calls]
    assert sorted(one for group in work.groups for one in group) == sorted(calls)
    assert len(work.groups) < len(calls) / 2


def test_where_several_came_the_next_one_waits_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A call that follows a crowd is answered together with the one that comes right after."""
    monkeypatch.setattr(limits, "GATHERING_PAUSE", 1.0)
    work = Slow()
    work.go.set()

    async def crowded() -> None:
        gathering = Gathering[str, str](work, name="test")
        gathering.start()
        await asyncio.gather(*(gathering.ask(f"{number}") for number in range(100)))
        first = asyncio.ensure_future(gathering.ask("first"))
        await asyncio.sleep(0.1)
        assert await gathering.ask("second") == "second!"
        assert await first == "first!"
        await gathering.stop()

    asyncio.run(crowded())
    assert work.groups[-1] == ["first", "second"]


def test_one_broken_call_hurts_no_other() -> None:
    """What breaks a group is tried again each by itself."""
    told = asyncio.run(gathered(Slow(), ["a", "b", "broken", "c"]))
    assert [type(one).__name__ for one in told] == ["str", "str", "StoreError", "str"]


def test_a_stopped_gathering_says_so() -> None:
    """Nobody waits for ever."""

    async def stopped() -> None:
        gathering = Gathering[str, str](Slow(), name="test")
        await gathering.ask("a")

    with pytest.raises(BusyError):
        asyncio.run(stopped())


def polls(member: Any, count: int) -> list[Request]:
    """Return polls as the member signs them, all from where it stands, with nothing left for it."""
    while member.poll()["events"]:
        pass
    body = json.dumps(member.cursors).encode()
    blank = Request("POST /poll", content_type="application/json", body=body)
    return [attrs.evolve(blank, authorization=member.authorization(blank)) for _ in range(count)]


def test_a_hundred_empty_polls_are_one_commit(alliance: Any) -> None:
    """Their tokens are used up together, before any of them is answered."""
    member, store = alliance.join("muster"), alliance.node.exchange.store
    begun: list[bool] = []
    begin = store.begin
    requests = polls(member, 100)
    alliance.node.exchange.directory()

    def counted(*, write: bool = True) -> Any:
        begun.append(write)
        return begin(write=write)

    store.begin = counted
    try:
        found = alliance.node.polling.glance(requests)
    finally:
        del store.begin
    assert all(isinstance(one, Polled) and one.empty for one in found)
    assert begun.count(True) == 1


def test_a_token_holds_once_within_a_group_too(alliance: Any) -> None:
    """Of two equal calls at the same moment one is a replay, and neither spoils a third."""
    [first, other] = polls(alliance.join("muster"), 2)
    found = alliance.node.polling.glance([first, first, other])
    replayed = [one for one in found if isinstance(one, RefusedError)]
    assert [one.code for one in replayed] == ["replay"]
    assert [type(one) for one in alliance.node.polling.glance([other])] == [RefusedError]

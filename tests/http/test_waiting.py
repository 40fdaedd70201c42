"""Polls that wait: woken by what is for them, holding nothing that others need."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import requests

from fachkraft_share import limits
from fachkraft_share.node.http.waiting import EVERYBODY, Feed, Waiting
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.records import Held
from fachkraft_share.testing.memory import MemoryStore

LONG = 25  # seconds a poll is willing to wait; no test waits so long


def held(alliance: Any, reader: str) -> int:
    """Return how many referrals a member was given."""
    with alliance.node.exchange.store.begin(write=False) as transaction:
        return len(transaction.every(Held, holder=reader))


def soon(true: Callable[[], bool]) -> bool:
    """Tell whether something becomes true within a while."""
    end = time.monotonic() + 15
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def test_a_poll_waits_and_ends_empty(alliance: Any) -> None:
    """After `wait` seconds the answer comes, with the next cursors."""
    member = alliance.join("muster")
    member.poll()
    begun = time.monotonic()
    told = member.poll(wait=1)
    assert told["events"] == []
    assert told["next"].keys() == {"closures", "events"}
    assert time.monotonic() - begun >= 0.9


def test_a_waiting_poll_wakes_up_after_a_commit(alliance: Any) -> None:
    """What is granted at the desk reaches whoever waits at once."""
    origin, reader = alliance.join("muster"), alliance.join("beispiel")
    made = origin.recommend()
    reader.poll()
    with ThreadPoolExecutor() as threads:
        begun = time.monotonic()
        waiting = threads.submit(reader.poll, wait=LONG)
        time.sleep(0.3)
        made.grant()
        told = waiting.result()
    assert [one["token"] for one in told["events"]] == [made.posted["token"]]
    assert time.monotonic() - begun < LONG


def test_sixty_waiting_polls_do_not_block_posting(alliance: Any) -> None:
    """They hold neither threads nor connections; one commit answers all of them."""
    origin = alliance.join("muster")
    members = [alliance.join(name) for name in ("beispiel", "dritte", "vierte")]
    made = origin.recommend()
    for member in members:
        member.poll()
    readers = members * limits.WAITING_PER_MEMBER
    with ThreadPoolExecutor(len(readers)) as threads:
        waiting = [threads.submit(reader.poll, wait=LONG) for reader in readers]
        room = alliance.node.exchange.committed.__self__  # the waiting room
        assert soon(lambda: len(room._tickets) == len(readers))
        origin.recommend()  # posting works while they wait
        assert not any(one.done() for one in waiting)
        made.grant()
        told = [one.result() for one in waiting]
    tokens = [[event["token"] for event in one["events"]] for one in told]
    assert tokens == [[made.posted["token"]]] * len(readers)


def test_a_reader_that_went_away_is_given_nothing(alliance: Any) -> None:
    """The ledger names nobody whose connection was closed before there was something."""
    import socket

    origin, reader = alliance.join("muster"), alliance.join("beispiel")
    made = origin.recommend()
    reader.poll()
    body = json.dumps({**reader.cursors, "wait": LONG}).encode()
    token = reader.authorization(Request("POST /poll", body=body))
    parts = urlsplit(alliance.url)
    connection = socket.create_connection((str(parts.hostname), parts.port or 80), timeout=10)
    head = f"POST /poll HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    kind = "Content-Type: application/json\r\n"
    connection.sendall(f"{head}{kind}Authorization: {token}\r\n\r\n".encode() + body)
    room = alliance.node.exchange.committed.__self__
    assert soon(lambda: bool(room._readers))
    connection.close()
    assert soon(lambda: not room._readers)
    made.grant()
    time.sleep(0.3)
    assert held(alliance, reader.id) == 0
    assert len(reader.poll()["events"]) == 1


def test_nobody_fills_the_waiting_room(alliance: Any) -> None:
    """A member's polls beyond its share are answered at once."""
    member = alliance.join("muster")
    member.poll()
    with ThreadPoolExecutor(limits.WAITING_PER_MEMBER) as threads:
        ask = {**member.cursors, "wait": 3}
        full = [
            threads.submit(member.call, "POST /poll", ask) for _ in range(limits.WAITING_PER_MEMBER)
        ]
        room = alliance.node.exchange.committed.__self__
        assert soon(lambda: room._readers[member.id] == limits.WAITING_PER_MEMBER)
        begun = time.monotonic()
        assert member.call("POST /poll", {**ask, "wait": LONG}).status_code == 200
        assert time.monotonic() - begun < LONG / 2
        assert all(one.result().status_code == 200 for one in full)


def test_a_wrong_call_never_waits(alliance: Any) -> None:
    """A refusal comes at once."""
    body = {"closures": None, "events": None, "wait": LONG}
    begun = time.monotonic()
    assert requests.post(f"{alliance.url}/poll", json=body, timeout=LONG).status_code == 401
    assert time.monotonic() - begun < LONG / 2


def test_a_look_at_the_feed_names_the_addressees() -> None:
    """Only whoever was addressed since the last look; all, if there are too many to tell."""
    store = MemoryStore()
    feed = Feed(store)

    def add(*readers: str) -> None:
        with store.begin() as transaction:
            for reader in readers:
                transaction.append(stream="events", to=reader, token="t", at=0)

    assert feed.addressed() == frozenset()
    add("https://a.example", "https://b.example")
    assert feed.addressed() == {"https://a.example", "https://b.example"}
    assert feed.addressed() == frozenset()
    add(*["https://a.example"] * (limits.HOUSEKEEPING + 1))
    assert feed.addressed() == EVERYBODY


def test_committing_from_any_thread_is_harmless_without_a_loop() -> None:
    """A node that is not served yet, or no more, has nobody to wake."""
    room = Waiting(MemoryStore())
    thread = threading.Thread(target=room.committed)
    thread.start()
    thread.join()
    assert not room.closed

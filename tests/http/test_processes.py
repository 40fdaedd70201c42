"""Several `node serve` over one database: nobody misses a message, nothing is done twice."""

import copy
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from fachkraft_share.node.feed.cursors import EPOCH
from fachkraft_share.node.records import Kept
from fachkraft_share.node.voice import LIST
from fachkraft_share.protocol import payloads
from fachkraft_share.protocol.closing import EVENTS
from fachkraft_share.protocol.records import FeedRow, Held, Referral
from fachkraft_share.wire.encoding import b64, sha256

MESSAGES = int(os.environ.get("FKS_CONCURRENT_MESSAGES", "200"))
REFERRALS = 50  # as many as one member may ask about in a day
REQUESTERS = max(2, MESSAGES // (2 * REFERRALS))  # each request is presented, too
READING_THREADS = 6
POSTED_AT_ONCE = 10
DEADLINE = 900  # seconds


@attrs.define
class Reader:
    """A member that polls all processes in turn, and what it received."""

    party: Any
    urls: list[str]
    received: list[str] = attrs.field(factory=list)  # tokens, in the order they came
    _turn: int = 0

    def poll(self) -> list[dict[str, Any]]:
        """Ask the next process and return the new events."""
        self.party.url = self._next()
        found: list[dict[str, Any]] = self.party.poll(wait=1)["events"]
        self.received += [one["token"] for one in found]
        return found

    def post(self, tokens: list[str]) -> None:
        """Post in small batches, each to the next process; all are accepted."""
        for begin in range(0, len(tokens), POSTED_AT_ONCE):
            self.party.url = self._next()
            told = self.party.post(*tokens[begin : begin + POSTED_AT_ONCE])
            assert {one["status"] for one in told} == {"accepted"}, told

    def _next(self) -> str:
        self._turn += 1
        return self.urls[self._turn % len(self.urls)]


class Crowd:
    """Threads that run until all are done, one failed or time is up."""

    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self._threads: list[threading.Thread] = []
        self._end = time.monotonic() + DEADLINE

    def start(self, work: Callable[..., None], *args: Any) -> None:
        """Run the work in a thread."""

        def run() -> None:
            try:
                work(*args)
            except BaseException as error:
                self.failures.append(error)

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    @property
    def going(self) -> bool:
        """Tell whether going on makes sense; fail when time is up."""
        assert time.monotonic() < self._end, "the deadline has passed"
        return not self.failures

    def join(self) -> None:
        """Wait for all and let what failed fail here."""
        for thread in self._threads:
            thread.join()
        if self.failures:
            raise self.failures[0]


def _publish(origin: Any, urls: list[str], count: int) -> None:
    for number in range(count):
        origin.url = urls[number % len(urls)]
        origin.recommend().grant()


def _read(readers: list[Reader], crowd: Crowd, kind: Any, asked: set[str]) -> None:
    """Poll for each reader in turn and ask for contact about whatever comes."""
    waiting = {id(reader): REFERRALS for reader in readers}
    while crowd.going and any(waiting.values()):
        for reader in readers:
            if waiting[id(reader)]:
                waiting[id(reader)] -= _ask(reader, kind, asked)


def _ask(reader: Reader, kind: Any, asked: set[str]) -> int:
    found = [kind(one["token"]) for one in reader.poll()]
    published = [one for one in found if one["event"] == "referral.published"]
    tokens = [_request(reader.party, one) for one in published]
    asked.update(map(_hash, tokens))
    reader.post(tokens)
    return len(published)


def _request(member: Any, published: dict[str, Any]) -> str:
    wish = payloads.ContactRequested(_fresh(), 0, "a" * 22, b64(b"sealed"))
    return str(member.event(wish, aud=published["iss"], referral=published["txn"]))


def _present(origin: Reader, crowd: Crowd, kind: Any, count: int) -> None:
    """Poll and present every request that comes."""
    while crowd.going and count:
        found = [kind(one["token"]) for one in origin.poll()]
        requests = [one for one in found if one["event"] == "contact.requested"]
        origin.post([_shown(origin.party, one) for one in requests])
        count -= len(requests)


def _shown(origin: Any, request: dict[str, Any]) -> str:
    notice = f"{request['iss']}/notice"
    shown = payloads.ContactPresented(
        request["body"]["request"], request["iss"], 0, "Backend", "Hallo", notice
    )
    return str(origin.event(shown, aud=origin.alliance.node.id, referral=request["txn"]))


def _fresh() -> str:
    return b64(os.urandom(16))


def _hash(token: str) -> str:
    return sha256(token.encode())


def test_readers_of_two_processes_miss_nothing(
    processes: Any, another: Any, claims: Any, tmp_path: Path
) -> None:
    """Every reader gets every row for it once, in order, while a third process starts.

    `FKS_CONCURRENT_MESSAGES` says how many signed messages are posted, 200 by default.
    """
    urls, crowd, asked = processes.urls, Crowd(), set[str]()
    origins = [Reader(processes.join("muster"), urls) for _ in range(2)]
    readers = [_joined(processes, urls, number) for number in range(REQUESTERS)]
    share = REFERRALS // len(origins)
    for origin in origins:
        crowd.start(_publish, copy.copy(origin.party), urls, share)
        crowd.start(_present, origin, crowd, claims, share * REQUESTERS)
    for number in range(READING_THREADS):
        mine = readers[number::READING_THREADS]
        crowd.start(_read, mine, crowd, claims, asked)
    while crowd.going and not all(origin.received for origin in origins):
        time.sleep(0.05)
    with another(tmp_path / "node") as third:  # its start must not be taken for a restore
        urls.append(third)
        crowd.join()
        for reader in (*origins, *readers):
            while reader.poll():
                pass
    told = [name for one in origins for name in map(_hash, one.received)]
    assert len(asked) == REFERRALS * REQUESTERS
    assert asked <= set(told)
    for reader in (*origins, *readers):
        assert list(map(_hash, reader.received)) == _addressed(processes.node, reader.party.id)
    _check_journal(processes.node)


def _joined(alliance: Any, urls: list[str], number: int) -> Reader:
    """Let a member join at one process and poll at the other at once."""
    alliance.url = urls[number % 2]
    reader = Reader(alliance.join("beispiel"), urls, turn=number)
    reader.poll()
    return reader


def _addressed(node: Any, reader: str) -> list[str]:
    """Return the hashes of all rows for this reader in the order of the feed."""
    stood = node.exchange.directory().stood
    with node.exchange.store.begin(write=False) as transaction:
        rows = transaction.every(FeedRow, stream=EVENTS, to=(reader, LIST))
        own = {one.id for one in transaction.every(Referral, origin=reader)}
    numbers = sorted(row.number for row in rows)
    assert numbers == [row.number for row in rows]
    return [
        row.token
        for row in rows
        if row.to == reader
        or (reader in stood[row.list_number or 0][1] and row.referral not in own)
    ]


def _check_journal(node: Any) -> None:
    """Every process wrote whole lines; each served referral stands in it; no restore was seen."""
    lines = list(node.exchange.journal.lines())
    served = [(line["served"], line["to"]) for line in lines if "served" in line]
    with node.exchange.store.begin(write=False) as transaction:
        held = {(line.referral, line.holder) for line in transaction.every(Held)}
        assert transaction.get(Kept, EPOCH) is None
    assert len(served) == len(held) == REFERRALS * (REQUESTERS + 1)  # the origins read, too
    assert set(served) == held

"""Withdrawing and disclosing at the same moment, over HTTP: what was closed stays closed."""

import os
import secrets
import threading
from typing import Any

import attrs
import pytest
import requests

from fachkraft_share import limits
from fachkraft_share.protocol.records import Contact, FeedRow, Tombstone
from fachkraft_share.wire.encoding import sha256

PAIRS = int(os.environ.get("FKS_RACE_PAIRS", "300"))
BATCH = limits.BLOBS_PER_MEMBER // 2  # dossiers that may wait at once, and room to spare


@attrs.frozen
class Pair:
    """A referral whose disclosure and withdrawal are signed and ready to be sent."""

    made: Any
    blob: str
    disclosure: str
    withdrawal: str


def prepare(origin: Any, reader: Any, count: int) -> list[Pair]:
    """Bring referrals to where the person has agreed and the dossier lies at the node."""
    all_made = [origin.recommend().grant() for _ in range(count)]
    while reader.poll()["status"]["more"]:
        pass
    asked = [(made, made.asked(reader)) for made in all_made]
    answers = origin.answers()
    return [_pair(made, reader, request, answer=answers[request]) for made, request in asked]


def _pair(made: Any, reader: Any, request: str, *, answer: str) -> Pair:
    blob = secrets.token_bytes(limits.BLOB_CLASSES[0])
    assert made.put(reader, blob).status_code == 201
    token = made.disclosure(reader, request, answer=answer, blob=blob)
    return Pair(made, sha256(blob), token, made.withdrawal())


def race(
    urls: list[str], pair: Pair, *, sessions: tuple[requests.Session, requests.Session]
) -> str:
    """Send both at once, to both ends of the list; return what became of the disclosure."""
    start, told = threading.Barrier(2), {}

    def disclose() -> None:
        kept = {"Content-Type": "application/secevent+jwt"}
        start.wait()
        answer = sessions[0].post(
            f"{urls[0]}/events", data=pair.disclosure, headers=kept, timeout=30
        )
        told["disclosed"] = answer.json().get("status"), answer.status_code

    def withdraw() -> None:
        start.wait()
        body = {"withdrawal": pair.withdrawal}
        answer = sessions[1].post(f"{urls[-1]}/withdrawals", json=body, timeout=30)
        told["withdrawn"] = answer.json().get("status"), answer.status_code

    threads = [threading.Thread(target=one) for one in (disclose, withdraw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told["withdrawn"] == ("accepted", 200), told
    assert told["disclosed"] in (("accepted", 202), ("ended", 202)), told
    return str(told["disclosed"][0])


def reopened(alliance: Any, pair: Pair) -> bool:
    """Tell whether anything of the referral came after its end."""
    with alliance.node.exchange.store.begin(write=False) as transaction:
        ended = transaction.every(Tombstone, referral=pair.made.id)
        rows = transaction.every(FeedRow, referral=pair.made.id)
        contacts = transaction.every(Contact, referral=pair.made.id)
    closures = [row.number for row in rows if row.stream == "closures"]
    events = [row.number for row in rows if row.stream == "events"]
    late = bool(closures) and max(events) > max(closures)
    return not ended or not closures or late or not contacts


@pytest.mark.slow
def test_what_was_withdrawn_is_never_reopened(alliance: Any) -> None:
    """Three hundred pairs sent by two threads: no row after the end, no dossier to be had."""
    _race_all(alliance, [alliance.url], PAIRS)


@pytest.mark.slow
def test_what_one_process_closed_no_other_reopens(processes: Any) -> None:
    """The same where each of a pair goes to another process; a tenth as many pairs."""
    _race_all(processes, processes.urls, PAIRS // 10)


def _race_all(alliance: Any, urls: list[str], count: int) -> None:
    outcomes: dict[str, int] = {"accepted": 0, "ended": 0}
    with requests.Session() as one, requests.Session() as two:
        for begin in range(0, count, BATCH):
            origin, reader = alliance.join("muster"), alliance.join("beispiel")  # daily quotas
            pairs = prepare(origin, reader, min(BATCH, count - begin))
            for pair in pairs:
                outcomes[race(urls, pair, sessions=(one, two))] += 1
            assert not [pair.made.id for pair in pairs if reopened(alliance, pair)]
            polled = reader.poll()
            assert len(polled["closures"]) == len(pairs)
            assert polled["events"] == []
            for pair in pairs:
                assert reader.call("GET /blobs", resource=pair.blob).status_code == 404
    assert sum(outcomes.values()) == count

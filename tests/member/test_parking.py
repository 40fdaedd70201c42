"""What cannot be judged now waits, is reported and tried again; it never blocks the feed."""

import json

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.member import polling
from fachkraft_share.member.records import Parked, Trouble
from fachkraft_share.ports.client import Event
from fachkraft_share.protocol.closing import CLOSURES, EVENTS
from fachkraft_share.protocol.records import Task
from fachkraft_share.wire.digest import HEADER, content_digest


def rows(member, kind) -> tuple:
    """Return a member's records of a kind."""
    with member.engine.store.begin(write=False) as transaction:
        return transaction.every(kind)


def no_lists(request) -> None:
    """Let everything through but the member lists."""
    if request.operation == "GET /federation":
        raise UnreachableError("cut")


@pytest.fixture
def from_newcomer(harz):
    """A referral by a member that joined after the others last looked."""
    harz.join("neu").sync()
    person, referral = harz.recommend(by="neu")
    harz.members["neu"].sync()
    person.grant()
    return person, referral


def test_a_row_signed_by_an_unknown_key_waits_for_the_list(harz, from_newcomer) -> None:
    """Everything after it is read; with the list it is judged."""
    beispiel = harz.members["beispiel"]
    harz.wire.before = no_lists
    beispiel.sync()
    [parked] = rows(beispiel, Parked)
    assert (parked.code, parked.referral) == ("signature", from_newcomer[1])
    assert not beispiel.inbox()
    harz.wire.before = None
    beispiel.sync()
    assert beispiel.inbox()
    assert not rows(beispiel, Parked)


def test_what_waits_goes_when_its_referral_is_closed(harz, from_newcomer) -> None:
    """A parked profile is erased like any other."""
    person, _ = from_newcomer
    beispiel = harz.members["beispiel"]
    harz.wire.before = no_lists
    beispiel.sync()
    assert rows(beispiel, Parked)
    person.withdraw()
    harz.wire.before = None
    harz.settle()
    assert not rows(beispiel, Parked)
    assert not beispiel.inbox()


def test_what_waits_too_long_goes(harz, from_newcomer) -> None:
    """Bounded in time: 30 days."""
    beispiel = harz.members["beispiel"]
    harz.wire.before = no_lists
    beispiel.sync()
    assert rows(beispiel, Parked)[0].tries == 0
    harz.clock.pass_time(limits.DAY)
    polling.retry_parked(beispiel.engine)
    assert rows(beispiel, Parked)[0].tries == 1
    harz.clock.pass_time((limits.PARKED_DAYS + 1) * limits.DAY)
    polling.retry_parked(beispiel.engine)
    assert not rows(beispiel, Parked)


def test_what_waits_is_bounded_in_number_and_closures_stay(
    harz, from_newcomer, monkeypatch
) -> None:
    """The oldest event makes room; a closure is the last to go."""
    beispiel = harz.members["beispiel"]
    harz.wire.before = no_lists
    beispiel.sync()
    [parked] = rows(beispiel, Parked)
    closure = attrs.evolve(parked, sha256="c", stream=CLOSURES, at=0)
    with beispiel.engine.store.begin() as transaction:
        transaction.put(closure)
        transaction.drop(Parked, parked.sha256)
        transaction.put(attrs.evolve(parked, sha256="e", stream=EVENTS))
    monkeypatch.setattr(limits, "PARKED_MAX", 2)
    polling.settle(
        beispiel.engine,
        polling.open_all(
            beispiel.engine,
            [(EVENTS, Event(parked.token, tuple(parked.attached.split())))],
        ),
    )
    assert {one.sha256 for one in rows(beispiel, Parked)} == {"c", parked.sha256}


def test_a_list_nobody_here_saw_is_fetched_when_a_consent_names_it(harz) -> None:
    """R5: offline while list N stood; the consent names N, the newest is N + 1."""
    beispiel = harz.members.pop("beispiel")
    harz.join("neu")
    harz.settle(rounds=1)
    person, referral = harz.recommend()
    harz.settle(rounds=1)
    person.grant()
    harz.join("noch")
    harz.settle(rounds=1)
    beispiel.sync()
    assert [one.referral for one in beispiel.inbox()] == [referral]
    assert not harz.members["noch"].inbox()  # who joins later gets nothing


def test_garbage_on_the_feed_is_reported_and_the_rest_goes_on(harz, reached) -> None:
    """A node that sends nonsense costs a line for the doctor, no more."""

    def tampered(request, answer):
        if request.operation != "POST /poll":
            return answer
        body = json.loads(answer.body)
        body["events"] = [{"token": "garbage", "with": [], "parts": []}, *body["events"]]
        content = json.dumps(body).encode()
        return attrs.evolve(
            answer, body=content, headers={**answer.headers, HEADER: content_digest(content)}
        )

    person, _ = harz.recommend()
    harz.settle(rounds=1)
    person.grant()
    harz.wire.after = tampered
    beispiel = harz.members["beispiel"]
    page = beispiel.engine.client.poll(polling.cursors(beispiel.engine))
    assert polling.take(beispiel.engine, page) >= 2
    harz.wire.after = None
    assert beispiel.inbox()
    assert [one.code for one in rows(beispiel, Trouble)] == ["malformed"]


def test_a_tampered_dossier_is_never_stored(harz, reached) -> None:
    """Not the blob that was named: a trouble for a person, and nothing readable."""

    def swapped(request, answer):
        if request.operation != "GET /blobs":
            return answer
        content = answer.body[:-1] + bytes([answer.body[-1] ^ 1])
        return attrs.evolve(
            answer, body=content, headers={**answer.headers, HEADER: content_digest(content)}
        )

    person, _ = reached("requested")
    harz.wire.after = swapped
    person.agree()
    harz.settle()
    beispiel = harz.members["beispiel"]
    assert not beispiel.received()
    assert {one.kind for one in rows(beispiel, Trouble)} == {"fetch"}
    assert not [one for one in rows(beispiel, Task) if one.kind == "fetch"]

"""What anybody may post, and what becomes of it; batches, single tokens, withdrawals."""

import json
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.payloads import ReferralClosed
from fachkraft_share.protocol.records import Invitation, Referral, Tombstone


def code(answer: Any) -> str:
    """Return the code of a problem."""
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


def post(world: Any, body: Any, kind: str = "application/json") -> Any:
    """Post to the events' operation."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return world.node.handle(Request("POST /events", body=raw, content_type=kind))


def closing(person: Any, **changed: Any) -> str:
    """Return the origin's closure of its referral."""
    end = person.world.clock.now() + 300 * limits.DAY
    said = ReferralClosed(
        changed.get("origin", person.origin.id),
        person.key,
        person.nonce,
        "all",
        changed.get("reason", "filled"),
        end,
    )
    by = changed.get("by", person.origin)
    return str(by.event(said, aud=f"{person.world.node.id}/holders", referral=person.id))


def test_one_raw_token_is_answered_by_itself(world: Any) -> None:
    """As RFC 8935 pushes one security event."""
    person = world.join("muster").recommend().grant()
    token = closing(person).encode()
    answer = post(world, token, "application/secevent+jwt")
    assert (answer.status, json.loads(answer.body)) == (202, {"status": "accepted"})
    assert json.loads(post(world, token, "application/secevent+jwt").body)["status"] == "known"
    assert code(post(world, b"x.y.z", "application/secevent+jwt")) == "malformed"
    assert code(post(world, token, "text/plain")) == "media-type"


def test_a_batch_answers_each_event_by_itself(world: Any) -> None:
    """One bad event does not spoil the others."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    people = [muster.recommend().grant() for _ in range(2)]
    answers = muster.post(
        closing(people[0]),
        "x.y.z",
        closing(people[1], by=beispiel),
        closing(people[1], reason="declined"),
    )
    assert [one["status"] for one in answers] == ["accepted", "refused", "refused", "refused"]
    assert [one.get("code") for one in answers] == [
        None,
        "malformed",
        "not-entitled",
        "not-entitled",
    ]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"events": {}},
        {"events": [1]},
        {"events": [{}]},
        {"events": [{"token": 1}]},
        {"events": [{"token": "a", "along": []}]},
        {"events": [{"token": "a", "with": "b"}]},
        {"events": [], "more": 1},
    ],
)
def test_a_batch_of_another_shape_is_malformed(world: Any, body: Any) -> None:
    """Never a 500."""
    assert code(post(world, body)) == "malformed"


def test_a_batch_holds_a_hundred_events(world: Any) -> None:
    """More is refused before any of it is looked at."""
    events = [{"token": "x"}] * (limits.APPLY_BATCH + 1)
    assert code(post(world, {"events": events})) == "too-large"
    assert post(world, {"events": []}).status == 200


def test_two_messages_under_one_id_are_an_equivocation(world: Any) -> None:
    """The first stands, the second is refused and remembered."""
    muster = world.join("muster")
    first, second = muster.recommend().grant(), muster.recommend().grant()
    jti = muster.fresh()
    tokens = []
    for person in (first, second):
        end = world.clock.now() + limits.DAY
        said = ReferralClosed(muster.id, person.key, person.nonce, "all", "filled", end)
        aud = f"{world.node.id}/holders"
        tokens.append(muster.event(said, aud=aud, referral=person.id, jti=jti))
    assert [one["status"] for one in muster.post(*tokens)] == ["accepted", "refused"]
    assert muster.post(tokens[1])[0]["code"] == "equivocation"


def test_a_draft_needs_its_invitation(world: Any) -> None:
    """Without the node's link nobody could consent."""
    muster = world.join("muster")
    person = muster.recommend()
    with world.store.begin() as transaction:
        transaction.drop(Invitation, person.key)
        transaction.drop(Referral, person.id)
    person.world = world
    other = muster.post({**person.posted, "parts": []})[0]
    assert (other["status"], other["code"]) == ("refused", "no-invitation")


def test_anybody_may_hand_in_a_withdrawal_but_nothing_else_there(world: Any) -> None:
    """Withdrawing is as easy as consenting (Art. 7(3) GDPR)."""
    person = world.join("muster").recommend().grant()
    answer = person.withdraw()
    assert json.loads(answer.body) == {"status": "accepted"}
    for body in ({}, {"withdrawal": 1}, {"withdrawal": "x", "token": "y"}, {"withdrawal": "x"}):
        raw = json.dumps(body).encode()
        refused = world.node.handle(Request("POST /withdrawals", body=raw))
        assert code(refused) == "malformed"
    raw = json.dumps({"withdrawal": closing(person)}).encode()
    assert code(world.node.handle(Request("POST /withdrawals", body=raw))) == "not-entitled"


def test_an_unknown_referral_can_be_closed_before_it_comes(world: Any) -> None:
    """The id proves itself; what arrives later has ended already."""
    muster = world.join("muster")
    person = muster.recommend()
    with world.store.begin() as transaction:
        transaction.drop(Referral, person.id)
    assert json.loads(person.withdraw().body) == {"status": "accepted"}
    assert world.every(Tombstone, referral=person.id)
    assert muster.post(person.posted)[0]["status"] == "ended"
    world.node.tick()
    assert len(muster.poll()["closures"]) == 1


def test_the_end_of_what_no_member_made_is_foreign(world: Any) -> None:
    """A stranger cannot fill the store with tombstones."""
    muster = world.join("muster")
    person = muster.recommend()
    fremd = type(muster)(world, "https://fremd.example")
    from fachkraft_share.wire.encoding import unb64
    from fachkraft_share.wire.ids import referral_id

    id = referral_id(fremd.id, unb64(person.key), unb64(person.nonce))
    answer = person.withdraw(origin=fremd.id, referral=id)
    assert (answer.status, code(answer)) == (403, "foreign")
    assert world.every(Tombstone) == ()


def test_too_many_ends_of_unknown_referrals_wait(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are taken later, never dropped."""
    monkeypatch.setattr(limits, "STRANGE_CLOSURES", 1)
    muster = world.join("muster")
    people = [muster.recommend() for _ in range(2)]
    with world.store.begin() as transaction:
        for person in people:
            transaction.drop(Referral, person.id)
    assert people[0].withdraw().status == 200
    refused = people[1].withdraw()
    assert (refused.status, code(refused)) == (409, "not-now")
    world.clock.time += limits.HOUR
    assert people[1].withdraw().status == 200

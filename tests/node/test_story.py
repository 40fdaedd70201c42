"""One referral from invitation to erasure, with raw tokens over the node's dispatcher."""

import json
from typing import Any

from fachkraft_share import limits
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.records import (
    BlobContent,
    Due,
    Exclusion,
    Held,
    Manifest,
    Part,
    Receipt,
    Referral,
    Token,
)
from fachkraft_share.wire import jws
from fachkraft_share.wire.encoding import sha256


def kinds(page: dict[str, Any]) -> list[str]:
    """Return the names of the events on a page."""
    claims = [jws.parse(one["token"], types=(jws.Type.EVENT,)).claims for one in page["events"]]
    return [next(iter(one["events"])).split(":")[3] for one in claims]


def news(party: Any) -> list[str]:
    """Poll and return the names of the events, without news of the member list."""
    return [kind for kind in kinds(party.poll()) if kind != "membership.changed"]


def test_a_runner_up_goes_from_one_member_to_another_and_out_of_the_node(any_world: Any) -> None:
    """Draft, consent, poll, contact, dossier, withdrawal, receipts, manifest."""
    world = any_world
    muster, beispiel = world.join("muster"), world.join("beispiel")
    shut_out = world.join("chef")
    for party in (muster, beispiel, shut_out):
        party.poll()
    person = muster.recommend()
    assert news(beispiel) == []  # a draft is shown to nobody

    person.grant(excluded=(shut_out.id,))
    assert news(muster) == ["consent.granted"]
    assert news(shut_out) == []
    page = beispiel.poll()
    [given] = page["events"]
    shown = {read_part(text)[0] for text in given["parts"]}
    assert {"occupation", "skills"} <= shown
    assert len(given["with"]) == 1
    [held] = world.every(Held, referral=person.id)
    assert (held.holder, held.custody_at) == (beispiel.id, None)
    assert {
        "served": person.id,
        "to": beispiel.id,
        "number": held.number,
        "at": held.served_at,
    } in [*world.journal.lines()]
    beispiel.poll()
    assert world.every(Held, referral=person.id)[0].custody_at == world.clock.now()

    request = person.agree(beispiel)
    assert news(muster) == ["contact.requested", "contact.answered"]
    assert news(beispiel) == ["contact.answered"]
    assert person.put_blob(beispiel).status == 201
    name = sha256(bytes(limits.BLOB_CLASSES[0]))
    assert beispiel.call("GET /blobs", resource=name).status == 404  # nothing names it yet
    assert person.disclose(beispiel, request)["status"] == "accepted"
    assert news(beispiel) == ["contact.disclosed"]
    assert beispiel.call("GET /blobs", resource=name).body == bytes(limits.BLOB_CLASSES[0])
    assert shut_out.call("GET /blobs", resource=name).status == 404

    assert json.loads(person.withdraw().body) == {"status": "accepted"}
    world.node.tick()
    assert beispiel.call("GET /blobs", resource=name).status == 404
    for kind in (Part, Exclusion):
        assert world.every(kind, referral=person.id) == ()
    assert world.every(BlobContent) == ()
    personal = [one for one in world.every(Token, referral=person.id) if one.personal]
    assert personal
    assert all(one.body is None for one in personal)

    for party, count in ((muster, 1), (beispiel, 1), (shut_out, 0)):
        assert len(party.poll()["closures"]) == count
    assert muster.receipt(person.id)["status"] == "accepted"
    assert beispiel.receipt(person.id)["status"] == "accepted"
    assert world.every(Due) == ()
    assert {one.holder for one in world.every(Receipt)} == {
        muster.id,
        beispiel.id,
        world.node.id,
    }
    [manifest] = world.every(Manifest, referral=person.id)
    assert manifest.scope == "all"
    assert world.every(Referral)[0].state == "closed"


def test_the_same_call_again_is_harmless(any_world: Any) -> None:
    """Drafts, consents and withdrawals repeated change nothing."""
    world = any_world
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    assert muster.post(person.posted)[0]["status"] == "known"
    gone = person.withdrawal()
    for expected in ("accepted", "known", "known"):
        body = json.dumps(gone).encode()
        answer = world.node.handle(Request("POST /withdrawals", body=body))
        assert json.loads(answer.body) == {"status": expected}
    assert len(beispiel.poll()["closures"]) == 1


def test_who_joins_later_gets_nothing(any_world: Any) -> None:
    """The consent names the list that was shown (R5)."""
    world = any_world
    muster = world.join("muster")
    world.join("beispiel")
    muster.recommend().grant()
    late = world.join("spaet")
    assert "referral.published" not in kinds(late.poll())
    assert world.every(Held) == ()


def test_a_member_that_owes_an_erasure_gets_no_new_referrals(any_world: Any) -> None:
    """Beyond the deadline the cursor stays, and goes on once the receipt is in."""
    world = any_world
    muster, beispiel = world.join("muster"), world.join("beispiel")
    first = muster.recommend().grant()
    beispiel.poll()
    first.withdraw()
    beispiel.poll()
    for _ in range(4):
        world.wait(5 * limits.DAY)
    muster.recommend().grant()
    page = beispiel.poll()
    assert "referral.published" not in kinds(page)
    assert page["status"]["owes"] == 1
    assert beispiel.receipt(first.id)["status"] == "accepted"
    assert "referral.published" in kinds(beispiel.poll())


def test_a_withdrawal_for_one_holder_leaves_the_others(any_world: Any) -> None:
    """Only the holder named and the origin hear of it; only the holder owes."""
    world = any_world
    muster, beispiel, dritte = (world.join(name) for name in ("muster", "beispiel", "dritte"))
    person = muster.recommend().grant()
    beispiel.poll()
    dritte.poll()
    world.node.desk.withdraw(person.manage, beispiel.id)
    world.node.tick()
    assert len(beispiel.poll()["closures"]) == 1
    assert len(muster.poll()["closures"]) == 1
    assert dritte.poll()["closures"] == []
    assert [due.holder for due in world.every(Due)] == [beispiel.id]
    [manifest] = world.every(Manifest)
    assert manifest.scope == beispiel.id


def test_a_disclosure_after_the_withdrawal_reaches_nobody(any_world: Any) -> None:
    """CLOSED is final: what is in flight ends."""
    world = any_world
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    request = person.agree(beispiel)
    assert person.put_blob(beispiel).status == 201
    person.withdraw()
    assert person.disclose(beispiel, request)["status"] == "ended"
    assert person.put_blob(beispiel).status == 410
    assert "contact.disclosed" not in kinds(beispiel.poll())


def test_the_origin_hears_that_the_person_said_no(world: Any) -> None:
    """The end that comes with it does not silence the news; nobody else hears anything."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend()
    world.node.desk.decline(person.secret)
    closed = muster.poll()
    assert len(closed["closures"]) == 1
    heard = kinds(closed) + kinds(muster.poll())
    assert heard.count("consent.declined") == 1
    quiet = beispiel.poll()
    assert quiet["closures"] == []
    assert "consent.declined" not in kinds(quiet)

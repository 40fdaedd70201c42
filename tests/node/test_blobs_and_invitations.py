"""Links and dossiers: who may make them, how many, and what others learn of them: nothing."""

import json
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.node.records import Letter
from fachkraft_share.protocol.records import Blob, BlobContent, Invitation
from fachkraft_share.wire.encoding import sha256


def code(answer: Any) -> str:
    """Return the code of a problem."""
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


def test_the_node_keeps_no_secret_of_a_link(world: Any) -> None:
    """Only the public key is kept."""
    muster = world.join("muster")
    told = json.loads(muster.call("POST /invitations", {"ref": muster.fresh()}).body)
    [kept] = world.every(Invitation)
    assert kept.key_x == told["key"]
    secret = told["link"].rpartition("/")[2]
    assert secret not in repr(kept)
    assert told["expires"] == world.clock.now() + limits.DRAFT_DAYS * limits.DAY


def test_the_same_reference_again_forgets_the_older_link(world: Any) -> None:
    """Until a draft came; then the reference is used up."""
    muster = world.join("muster")
    ref = muster.fresh()
    first = json.loads(muster.call("POST /invitations", {"ref": ref}).body)
    second = json.loads(muster.call("POST /invitations", {"ref": ref}).body)
    assert first["key"] != second["key"]
    assert [one.key_x for one in world.every(Invitation)] == [second["key"]]
    used = muster.recommend()
    [kept] = world.every(Invitation, referral=used.id)
    assert code(muster.call("POST /invitations", {"ref": kept.ref})) == "invited"


def test_an_invitation_is_mailed_in_leichte_sprache(world: Any) -> None:
    """In simple words, with a link that opens simple pages: no browser can wish for them."""
    muster = world.join("muster")
    ask = {"ref": muster.fresh(), "language": "de_simple", "mail": {"to": "a@b.example"}}
    assert muster.call("POST /invitations", ask).status == 201
    [letter] = world.every(Letter)
    assert "weiter-empfehlen" in letter.subject + letter.text
    assert "?lang=de_simple" in letter.text


@pytest.mark.parametrize(
    "changed",
    [
        {"ref": "short"},
        {"language": "fr"},
        {"mail": {"to": "nobody"}},
        {"mail": {"to": "a@b.example\r\nBcc: c@d.example"}},
        {"mail": {"to": "a" * 250 + "@b.example"}},
        {"mail": "a@b.example"},
        {"extra": 1},
    ],
)
def test_an_invitation_of_another_shape_is_malformed(world: Any, changed: dict[str, Any]) -> None:
    """Nothing is guessed, and no header can be put into a mail."""
    muster = world.join("muster")
    answer = muster.call("POST /invitations", {"ref": muster.fresh(), **changed})
    assert code(answer) == "malformed"
    assert b"b.example" not in answer.body


def test_a_member_makes_no_more_links_than_its_quota(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 says when to come back."""
    monkeypatch.setattr(limits, "INVITATIONS_PER_DAY", 2)
    muster = world.join("muster")
    for _ in range(2):
        assert muster.call("POST /invitations", {"ref": muster.fresh()}).status == 201
    refused = muster.call("POST /invitations", {"ref": muster.fresh()})
    assert (refused.status, code(refused)) == (429, "quota")
    assert int(refused.headers["Retry-After"]) > 0
    world.clock.time += limits.DAY
    world.node.tick()
    assert muster.call("POST /invitations", {"ref": muster.fresh()}).status == 201


def test_a_mailed_link_is_not_returned_and_waits_for_its_draft(world: Any) -> None:
    """Assurance `confirmed`: the origin never sees the link."""
    muster = world.join("muster")
    person = muster.recommend(mail={"to": "erika@example.org"})
    assert person.link is None
    assert world.every(Invitation)[0].assurance == "confirmed"
    early = json.loads(
        muster.call(
            "POST /invitations", {"ref": muster.fresh(), "mail": {"to": "max@example.org"}}
        ).body
    )
    letters = world.node.outbox.show()
    assert world.node.outbox.read() == letters  # showing keeps
    assert [letter.to for letter in letters] == ["erika@example.org"]
    assert f"{world.node.id}/d/" in letters[0].text
    assert "Muster" in letters[0].text
    assert world.node.outbox.read() == ()  # reading deletes
    assert [one.key_x for one in world.every(Letter)] == [early["key"]]
    assert "erika" not in repr(letters)


def test_only_letters_for_people_are_deleted_as_sent(world: Any) -> None:
    """Whoever sends letters by hand neither sees nor drops one that signs staff in."""
    letter = Letter("k", "staff@example.org", "s", "t", world.clock.time, signs_in=True)
    with world.store.begin() as transaction:
        transaction.put(letter)
    assert world.node.outbox.show() == ()
    assert world.node.outbox.sent(["k", "unknown"]) == 0
    assert [one.key_x for one in world.every(Letter)] == ["k"]


def test_a_mail_goes_after_a_day_whatever_happens(world: Any) -> None:
    """Nobody's address stays."""
    muster = world.join("muster")
    muster.recommend(mail={"to": "erika@example.org"})
    world.wait(limits.MAIL_HOURS * limits.HOUR)
    assert world.every(Letter) == ()


def test_a_blob_waits_only_for_an_accepted_request(world: Any) -> None:
    """Unknown and foreign referrals look alike."""
    muster, beispiel, dritte = (world.join(name) for name in ("muster", "beispiel", "dritte"))
    person = muster.recommend().grant()
    beispiel.poll()
    dritte.poll()
    assert code(person.put_blob(beispiel)) == "unanswered"
    person.agree(beispiel)
    foreign = type(person)(
        world, person.id, person.posted, person.key, person.nonce, person.link, dritte
    )
    unknown = type(person)(world, muster.fresh(), {}, "", "", None, muster)
    assert code(foreign.put_blob(beispiel)) == code(unknown.put_blob(beispiel)) == "not-found"
    assert code(person.put_blob(dritte)) == "unanswered"
    assert person.put_blob(beispiel).status == 201
    assert person.put_blob(beispiel).status == 201  # again
    assert len(world.every(Blob)) == 1


@pytest.mark.parametrize("size", [0, 1, limits.BLOB_CLASSES[0] - 1, limits.BLOB_CLASSES[0] + 1])
def test_a_blob_has_one_of_the_padded_sizes(world: Any, size: int) -> None:
    """Lengths would tell about the person."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    raw = bytes(size)
    query = f"to={beispiel.id}&referral={muster.fresh()}"
    answer = muster.call("PUT /blobs", raw, resource=sha256(raw), query=query)
    assert code(answer) == "length"


def test_a_blob_is_addressed_by_its_own_hash(world: Any) -> None:
    """Anything else is refused."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    raw = bytes(limits.BLOB_CLASSES[0])
    query = f"to={beispiel.id}&referral={muster.fresh()}"
    assert code(muster.call("PUT /blobs", raw, resource="0" * 64, query=query)) == "hash"
    assert code(muster.call("PUT /blobs", raw, resource="x", query=query)) == "malformed"
    assert code(muster.call("GET /blobs", resource="0" * 64)) == "not-found"


def test_only_so_many_dossiers_wait(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A member's quota."""
    monkeypatch.setattr(limits, "BLOBS_PER_MEMBER", 1)
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    person.agree(beispiel)
    assert person.put_blob(beispiel).status == 201
    other = person.put_blob(beispiel, content=b"x" * limits.BLOB_CLASSES[0])
    assert (other.status, code(other)) == (429, "quota")


def test_blobs_go_a_day_after_custody_or_when_nobody_named_or_fetched_them(world: Any) -> None:
    """Orphans after a day, unfetched ones after two weeks."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    contents = [bytes([number]) * limits.BLOB_CLASSES[0] for number in range(3)]
    names = [sha256(content) for content in contents]
    for number, content in enumerate(contents):
        person = muster.recommend().grant()
        beispiel.poll()
        request = person.agree(beispiel)
        assert person.put_blob(beispiel, content=content).status == 201
        if number:
            assert person.disclose(beispiel, request, content=content)["status"] == "accepted"
    assert beispiel.call("GET /blobs", resource=names[1]).status == 200
    world.wait(limits.ORPHAN_BLOB - 1)
    assert len(world.every(BlobContent)) == 3
    world.wait(1)
    assert [one.sha256 for one in world.every(Blob)] == [names[2]]
    for _ in range(14):
        world.wait(limits.DAY)
    assert world.every(BlobContent) == ()


def test_a_dossier_is_handed_over_whenever_the_second_changes(world: Any) -> None:
    """The node looks at its list once a second, and never in the middle of a transaction."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    recommended = muster.recommend().grant()
    beispiel.poll()
    request = recommended.agree(beispiel)
    restless = world.clock.now

    def ticking() -> int:
        world.clock.time += 1
        return int(restless())

    world.clock.now = ticking
    assert recommended.put_blob(beispiel).status == 201
    assert recommended.disclose(beispiel, request)["status"] == "accepted"
    content = bytes(limits.BLOB_CLASSES[0])
    assert beispiel.call("GET /blobs", resource=sha256(content)).body == content

"""The node's own erasure: whom its manifest lists, what its receipt says, and looking twice."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.node.folder import RECORDS
from fachkraft_share.node.records import Parked
from fachkraft_share.node.store import SqlStore
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    DeliveryManifest,
    ErasureState,
    ReceiptItem,
)
from fachkraft_share.protocol.records import (
    Blob,
    Exclusion,
    Manifest,
    Part,
    Receipt,
    Record,
    Task,
    Token,
    Tombstone,
)
from fachkraft_share.testing.scene import NOW
from fachkraft_share.wire import jws
from fachkraft_share.wire.convert import structure
from fachkraft_share.wire.encoding import unb64
from fachkraft_share.wire.ids import referral_id

ERASED = (
    CategoryErased("profile", ErasureState.ERASED),
    CategoryErased("dossier", ErasureState.NEVER_HELD),
)
LEFT = tuple(
    CategoryErased(name, ErasureState.FAILED, reason="left") for name in ("profile", "dossier")
)


def page(world: Any, person: Any, scope: str = "all") -> DeliveryManifest:
    """Return the one page of a referral's manifest."""
    [kept] = world.every(Manifest, referral=person.id, scope=scope)
    [token] = world.every(Token, sha256=kept.token)
    claims = jws.parse(token.body, types=[jws.Type.EVENT]).claims
    [body] = claims["events"].values()
    return structure(body, DeliveryManifest)


def said(world: Any, person: Any) -> ReceiptItem:
    """Return the node's own item about a referral."""
    [receipt] = world.every(Receipt, referral=person.id, holder=world.node.id)
    return structure(read_part(receipt.part)[1], ReceiptItem)


def put(world: Any, *records: Record) -> None:
    """Store records as a fault would leave them."""
    with world.store.begin() as transaction:
        for record in records:
            transaction.put(record)


def again(world: Any, person: Any, scope: str = "all") -> None:
    """Let the node do its part of the erasure once more."""
    put(world, Task("erase", f"{person.id} {scope}", next_at=world.clock.now()))
    world.node.tick()


def test_a_manifest_lists_those_who_were_served_this_referral(world: Any) -> None:
    """Who was given somebody else is no business of this person."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    first = muster.recommend().grant()
    beispiel.poll()
    dritte = world.join("dritte")
    second = muster.recommend().grant()
    dritte.poll()
    first.withdraw()
    second.withdraw()
    world.node.tick()
    assert [one.holder for one in page(world, first).entries] == [beispiel.id]
    assert [one.holder for one in page(world, second).entries] == [dritte.id]


def test_a_manifest_of_one_member_names_that_member_alone(world: Any) -> None:
    """And the node, which goes on holding the referral, signs no receipt."""
    muster, beispiel, dritte = (world.join(one) for one in ("muster", "beispiel", "dritte"))
    person = muster.recommend().grant()
    beispiel.poll()
    dritte.poll()
    person.withdraw(scope=beispiel.id)
    world.node.tick()
    found = page(world, person, beispiel.id)
    assert (found.scope, [one.holder for one in found.entries]) == (beispiel.id, [beispiel.id])
    assert world.every(Receipt) == ()
    assert world.every(Task, kind="erase") == ()


def test_the_node_tells_what_it_erased_where_and_that_it_looked_again(world: Any) -> None:
    """The closure named is the one it applied."""
    person = world.join("muster").recommend().grant()
    person.withdraw()
    world.node.tick()
    [tombstone] = world.every(Tombstone)
    assert said(world, person) == ReceiptItem(
        person.id,
        tombstone.closure,
        "all",
        world.clock.now(),
        ERASED,
        ("store",),
        second_look=True,
    )


def test_of_a_referral_it_never_had_the_node_says_so(world: Any) -> None:
    """A withdrawal may come before the draft; the id alone proves it."""
    muster = world.join("muster")
    person = muster.recommend()
    other = attrs.evolve(person, nonce=muster.fresh())
    other.id = referral_id(muster.id, unb64(other.key), unb64(other.nonce))
    assert other.withdraw().status == 200
    world.node.tick()
    assert {one.state for one in said(world, other).categories} == {ErasureState.NEVER_HELD}
    assert page(world, other).entries == []


def parked(referral: str, stream: str = "events") -> Parked:
    """Return a partner's message that waits, for longer than any of these tests."""
    until = NOW + limits.DAY
    return Parked("4" * 64, "p", stream, referral, "token", "", "part", "later", NOW, until)


LEFTOVERS: dict[str, Any] = {
    "a part of the profile": lambda id: Part(id, "region", "text"),
    "an exclusion": lambda id: Exclusion(id, "name", "wer auch immer"),
    "a dossier": lambda id: Blob("1" * 64, "a", "b", id, 1, 1),
    "a readable envelope": lambda id: Token("2" * 64, "x", "a", id, True, "body", 1),
    "a partner's message": parked,
}


@pytest.mark.parametrize("what", LEFTOVERS)
def test_while_anything_is_left_the_node_does_not_claim_that_it_erased(
    what: str, world: Any
) -> None:
    """It signs that it failed, and signs anew once nothing is left."""
    person = world.join("muster").recommend().grant()
    left = LEFTOVERS[what](person.id)
    person.withdraw()
    put(world, left)
    world.node.tick()
    found = said(world, person)
    assert (found.categories, found.second_look) == (LEFT, False)
    with world.store.begin() as transaction:
        transaction.drop(type(left), *left.key)
    world.node.tick()
    assert said(world, person) == found, "it looks again after an hour, not at once"
    world.wait(limits.ERASE_AGAIN)
    found = said(world, person)
    assert (found.categories, found.second_look) == (ERASED, True)


def test_what_stays_as_evidence_is_nothing_left_over(world: Any) -> None:
    """A hash without its body, a waiting closure, and other people's data."""
    person = world.join("muster").recommend().grant()
    person.withdraw()
    put(
        world,
        Token("2" * 64, "x", "a", person.id, True, None, 1),
        Token("3" * 64, "x", "a", person.id, False, "a consent", 1),
        attrs.evolve(parked(person.id, "closures"), sha256="5" * 64),
        *(make("B" * 22) for make in LEFTOVERS.values()),
    )
    world.node.tick()
    assert said(world, person).categories == ERASED


def test_a_dossier_that_passed_sealed_is_told_as_erased(world: Any) -> None:
    """The node could not read it, but it lay here."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    person = muster.recommend().grant()
    beispiel.poll()
    request = person.agree(beispiel)
    assert person.put_blob(beispiel).status == 201
    assert person.disclose(beispiel, request)["status"] == "accepted"
    person.withdraw()
    world.node.tick()
    states = {one.category: one.state for one in said(world, person).categories}
    assert states == {"profile": ErasureState.ERASED, "dossier": ErasureState.ERASED}


def test_another_persons_dossier_is_none_of_this_one(world: Any) -> None:
    """Of whom no dossier lay here, none was erased."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    other, person = muster.recommend().grant(), muster.recommend().grant()
    beispiel.poll()
    request = other.agree(beispiel)
    assert other.put_blob(beispiel).status == 201
    assert other.disclose(beispiel, request)["status"] == "accepted"
    person.withdraw()
    world.node.tick()
    assert said(world, person).categories == ERASED


def test_a_repetition_signs_nothing_anew(world: Any) -> None:
    """The first manifest and the first receipt stand."""
    person = world.join("muster").recommend().grant()
    person.withdraw()
    world.node.tick()
    before = (world.every(Token), world.every(Receipt), world.every(Manifest))
    world.clock.time += 1
    again(world, person)
    assert (world.every(Token), world.every(Receipt), world.every(Manifest)) == before
    assert world.every(Task, kind="erase") == ()


def test_what_was_never_closed_is_not_signed_for(world: Any) -> None:
    """A task without its tombstone goes, and nothing else happens."""
    person = world.join("muster").recommend().grant()
    again(world, person)
    assert world.every(Task, kind="erase") == ()
    assert world.every(Manifest) == world.every(Receipt) == ()


def test_nothing_is_signed_while_a_file_may_still_hold_what_was_erased(
    make_world: Callable[[Any], Any], tmp_path: Path
) -> None:
    """A reader keeps the log's old pages alive; the receipt waits until they are gone."""
    path = tmp_path / "node.db"
    store = SqlStore(f"sqlite:///{path}", more=RECORDS, wait=0.05)
    world = make_world(store)
    person = world.join("muster").recommend().grant()
    profile = [one.text.encode() for one in world.every(Part, referral=person.id)]
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        person.withdraw()
        world.node.tick()
        assert world.every(Receipt, referral=person.id) == ()
    world.node.tick()
    assert said(world, person).categories == ERASED
    left = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert profile
    assert not [one for one in profile if one in left]
    store.close()

"""Attack 4 and P15, P19, through the services: replay, squatting, wrong audience, stale receipts.

Precedents: CVE-2023-42453, Fedify GHSA-4qhx-hhwf-8685.
"""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.protocol.decision import Emit
from fachkraft_share.protocol.erasure import write_receipt
from fachkraft_share.protocol.payloads import (
    CategoryErased,
    ContactRequested,
    ErasureState,
    OutcomeKind,
    OutcomeReported,
    ReceiptItem,
)
from fachkraft_share.protocol.records import Contact, Due, Receipt, Seen, Tombstone
from fachkraft_share.testing.world import NODE, address
from fachkraft_share.wire.encoding import b64, sha256

POLL = {"closures": None, "events": None}
SIGNED = ("POST /poll", "POST /invitations", "PUT /blobs", "GET /blobs", "GET /tombstones")


def test_a_request_is_replayed(town: Any, code_of: Any) -> None:
    """Every authenticated call of the whole story, the same bytes again, at once or later."""
    repeated = 0
    for later in (0, limits.CLOCK_SKEW // 2, limits.CLOCK_SKEW + 1, limits.DAY):
        town.clock.pass_time(later)
        before = town.kept()
        for _, request, answer in tuple(town.carried):
            if request.operation in SIGNED and answer.status < 300:
                again = town.service.handle(request)
                assert (again.status, code_of(again)) in ((401, "replay"), (401, "clock"))
                repeated += 1
        assert town.kept() == before
    assert repeated > 40


def test_a_request_is_replayed_after_a_restart(town: Any, code_of: Any) -> None:
    """What was used up is remembered in the store, not by the process."""
    call = town.request("dritte", "POST /poll", POLL)
    assert town.service.handle(call).status == 200
    town.node.open()
    answer = town.service.handle(call)
    assert (answer.status, code_of(answer)) == (401, "replay")


def test_every_event_is_replayed(town: Any) -> None:
    """Whatever was posted once changes nothing when it comes again, in any order, a day later."""
    events = town.posted()
    assert len(events) >= 4
    for later in (0, limits.DAY):
        town.clock.pass_time(later)
        before = _kept_but_seen(town)
        for one in (*events, *reversed(events)):
            [told] = town.post(one)
            assert told["status"] == "known", told
        assert _kept_but_seen(town) == before


def _kept_but_seen(town: Any) -> Any:
    """Return all the node keeps; when a publication was heard last may be noted anew."""
    rows, journal = town.kept()
    seen = rows.pop(Seen)
    return rows, journal, {(key, one.sha256, one.other) for key, one in seen.items()}


def test_a_message_is_replayed_at_another_node(town: Any) -> None:
    """Another alliance's node knows neither keys nor audience."""
    other = type(town)(seed=2)
    before = other.kept()
    for one in town.posted():
        [told] = other.post(one)
        assert told["status"] == "refused", told
    assert other.kept() == before


def test_a_request_token_is_used_at_another_node(town: Any, code_of: Any) -> None:
    """Its `aud` is signed; a stranger learns no more than that."""
    other = type(town)(seed=2)
    answer = other.service.handle(town.request("dritte", "POST /poll", POLL))
    assert (answer.status, code_of(answer)) == (401, "unauthenticated")


def test_a_message_id_is_squatted(town: Any) -> None:
    """An id used first by somebody else suppresses nothing; the same sender's twin is refused.

    The hash of the twin is kept, as evidence of equivocation.
    """
    jti = b64(b"squatted message")
    said = OutcomeReported(town.asked, 1, OutcomeKind.HIRED)
    emitted = Emit("outcome.reported", address("muster"), town.referral, said, jti=jti)
    wish = ContactRequested(b64(b"another wish ---"), 1, _sealing(town), b64(b"sealed"))
    squat = Emit("contact.requested", address("muster"), town.referral, wish, jti=jti)
    told = town.post(town.signed("dritte", squat), town.signed("beispiel", emitted))
    assert [one["status"] for one in told] == ["accepted", "accepted"]
    twin = attrs.evolve(emitted, payload=attrs.evolve(said, outcome=OutcomeKind.NOT_HIRED))
    token = town.signed("beispiel", twin)
    [refused] = town.post(token)
    assert (refused["status"], refused["code"]) == ("refused", "equivocation")
    [seen] = town.rows(Seen, iss=address("beispiel"), jti=jti)
    assert seen.other == sha256(token.encode())
    [contact] = town.rows(Contact, requester=address("beispiel"))
    assert contact.outcome == OutcomeKind.HIRED


def _sealing(town: Any) -> str:
    return next(str(key.kid) for key in town.members["muster"].identity.keys if key.use == "enc")


def _item(town: Any, **changed: Any) -> ReceiptItem:
    [stone] = town.rows(Tombstone)
    erased = tuple(CategoryErased(one, ErasureState.ERASED) for one in ("profile", "dossier"))
    right = ReceiptItem(
        town.referral, stone.closure, "all", town.clock.at, erased, ("store",), second_look=True
    )
    return attrs.evolve(right, **changed)


def _receipt(
    town: Any, item: ReceiptItem, *, by: str = "dritte", aud: str = NODE
) -> dict[str, Any]:
    body, parts = write_receipt([item], salts=[town.random.randbytes(16)])
    token = town.signed(by, Emit("erasure.receipt", aud, None, body))
    return {"token": token, "parts": list(parts)}


WRONG: dict[str, dict[str, Any]] = {
    "another referral": {"referral": b64(b"another referral"[:16])},
    "a malformed referral": {"referral": "x"},
    "another closure": {"closure": "0" * 64},
    "another scope": {"scope": address("dritte")},
    "the scope of another": {"scope": address("beispiel")},
    "a time to come": {"at": 4_000_000_000},
    "nothing said of the dossier": {
        "categories": (CategoryErased("profile", ErasureState.ERASED),)
    },
    "nothing said at all": {"categories": ()},
    "a failure": {
        "categories": (
            CategoryErased("profile", ErasureState.FAILED),
            CategoryErased("dossier", ErasureState.ERASED),
        )
    },
    "retained without a basis": {
        "categories": (
            CategoryErased("profile", ErasureState.RETAINED),
            CategoryErased("dossier", ErasureState.ERASED),
        )
    },
    "retained for ever": {
        "categories": (
            CategoryErased("profile", ErasureState.RETAINED, "agg", 4_000_000_000),
            CategoryErased("dossier", ErasureState.ERASED),
        )
    },
}


@pytest.fixture
def withdrawn(town: Any) -> Any:
    """A town whose person withdrew; nobody has heard of it yet."""
    town.candidate.withdraw()
    return town


@pytest.mark.parametrize("how", WRONG)
def test_p19_a_receipt_about_something_else_settles_nothing(withdrawn: Any, how: str) -> None:
    """Referral, closure, scope, time and content are bound: the duty stands."""
    dues = withdrawn.rows(Due, holder=address("dritte"))
    assert len(dues) == 1
    [told] = withdrawn.post(_receipt(withdrawn, _item(withdrawn, **WRONG[how])))
    assert told["status"] in ("refused", "later", "accepted")
    assert withdrawn.rows(Due, holder=address("dritte")) == dues
    assert not any(one.settled for one in withdrawn.rows(Receipt))


def test_p19_a_receipt_of_another_holder_settles_only_its_own_duty(withdrawn: Any) -> None:
    """Who signs is who erased; a member that was never served has nothing to sign for."""
    withdrawn.join("vierte")
    [told] = withdrawn.post(_receipt(withdrawn, _item(withdrawn), by="vierte"))
    assert (told["status"], told["code"]) == ("refused", "not-holder")
    assert withdrawn.rows(Receipt) == ()
    [told] = withdrawn.post(_receipt(withdrawn, _item(withdrawn), by="beispiel"))
    assert told["status"] == "accepted"
    assert len(withdrawn.rows(Due, holder=address("dritte"))) == 1
    assert withdrawn.rows(Due, holder=address("beispiel")) == ()


def test_p19_a_receipt_for_another_node_or_with_a_foreign_item(withdrawn: Any) -> None:
    """Addressed elsewhere, or revealing an item its envelope does not sign."""
    before = withdrawn.rows(Due)
    right, other = _receipt(withdrawn, _item(withdrawn)), _receipt(withdrawn, _item(withdrawn))
    elsewhere = _receipt(withdrawn, _item(withdrawn), aud="https://node.fremd.example")
    for forged in (elsewhere, {**right, "parts": other["parts"]}, {**right, "parts": []}):
        [told] = withdrawn.post(forged)
        assert told["status"] == "refused", told
    assert withdrawn.rows(Due) == before
    assert withdrawn.rows(Receipt) == ()


def test_p19_the_right_receipt_settles_it(withdrawn: Any) -> None:
    """Which shows that it was not the situation that refused the others."""
    [told] = withdrawn.post(_receipt(withdrawn, _item(withdrawn)))
    assert told["status"] == "accepted"
    assert withdrawn.rows(Due, holder=address("dritte")) == ()


def test_an_old_application_replaces_a_newer_one(town: Any, code_of: Any) -> None:
    """A rotation that somebody kept for later is stale once another followed."""

    for _ in range(2):
        town.clock.pass_time(60)
        town["dritte"].rotate_keys()
    rotations = [one for name, one, _ in town.carried if name == "dritte" and _rotation(one)]
    before = town.kept()
    answer = town.service.handle(rotations[0])
    assert (answer.status, code_of(answer)) in ((409, "stale-application"), (403, "signature"))
    assert town.kept() == before
    assert len(rotations) == 2


def _rotation(request: Any) -> bool:
    return bool(request.operation == "POST /members" and b'"code":null' in request.body)

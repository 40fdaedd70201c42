"""Who asks is believed in one place; everybody else hears the same refusal."""

import json
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.model.organisation import Status
from fachkraft_share.ports.runtime import Request


def code(answer: Any) -> str:
    """Return the code of a problem."""
    return str(json.loads(answer.body)["type"]).rpartition(":")[2]


@pytest.mark.parametrize(
    "header", ["", "FKS", "FKS a.b.c", "Bearer x", "FKS " + "a" * 9000, "FKS ä"]
)
def test_a_header_that_is_no_token_is_unauthenticated(world: Any, header: str) -> None:
    """A stranger learns nothing from the refusal."""
    answer = world.node.handle(Request("POST /poll", body=b"{}", authorization=header))
    assert (answer.status, code(answer)) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "FKS"


def test_a_stranger_with_a_good_key_is_unauthenticated(world: Any) -> None:
    """Keys come from the member list only."""
    muster = world.join("muster")
    muster.id = "https://fremd.example"
    answer = muster.call("POST /poll", {})
    assert code(answer) == "unauthenticated"


def test_a_request_token_works_once(world: Any) -> None:
    """Replay within the clock's tolerance is refused (RFC 9110 § 9.2.2 does not help here)."""
    muster = world.join("muster")
    jti = muster.fresh()
    assert muster.call("POST /poll", {}, jti=jti).status == 200
    assert code(muster.call("POST /poll", {}, jti=jti)) == "replay"


def test_a_token_for_another_node_is_refused(world: Any) -> None:
    """The audience is signed."""
    answer = world.join("muster").call("POST /poll", {}, aud="https://other.example")
    assert code(answer) == "unauthenticated"


@pytest.mark.parametrize("skew", [-limits.CLOCK_SKEW - 1, limits.CLOCK_SKEW + 1])
def test_a_wrong_clock_is_told_the_right_time(world: Any, skew: int) -> None:
    """Beyond two minutes the problem carries the node's time."""
    answer = world.join("muster").call("POST /poll", {}, skew=skew)
    assert (answer.status, code(answer)) == (401, "clock")
    assert json.loads(answer.body)["now"] == world.clock.now()


def test_a_changed_body_or_operation_is_refused(world: Any) -> None:
    """The token signs both."""
    muster = world.join("muster")
    sent: list[Request] = []
    handle = world.node.handle
    world.node.handle = lambda request: sent.append(request) or handle(request)
    muster.call("POST /poll", {"max": 1})
    world.clock.time += 1
    changed = attrs.evolve(sent[0], body=b'{"max":2}')
    moved = attrs.evolve(sent[0], operation="POST /invitations")
    assert code(handle(changed)) == "body-hash"
    assert code(handle(moved)) == "operation"


def test_a_compromised_member_is_nobody_and_a_departed_one_hears_closures_only(
    world: Any,
) -> None:
    """`left` may poll closures and send receipts until its ledger is empty."""
    muster, beispiel, weg = (world.join(name) for name in ("muster", "beispiel", "weg"))
    muster.recommend().grant()
    for party in (beispiel, weg):
        party.poll()
    world.node.authority.change(weg.id, Status.LEFT)
    world.node.authority.change(beispiel.id, Status.COMPROMISED)
    page = weg.poll()
    assert (len(page["closures"]), page["events"]) == (1, [])
    assert code(weg.call("POST /invitations", {"ref": weg.fresh()})) == "inactive"
    assert code(beispiel.call("POST /poll", {})) == "unauthenticated"


def test_a_suspended_member_gets_its_events_when_it_is_reinstated(world: Any) -> None:
    """Its cursor stays where it was."""
    muster, beispiel = world.join("muster"), world.join("beispiel")
    beispiel.poll()
    world.node.authority.change(beispiel.id, Status.SUSPENDED)
    muster.recommend().grant()
    assert beispiel.poll()["events"] == []
    world.node.authority.change(beispiel.id, Status.ACTIVE)
    # The list it stood on when the person consented still names it (R5).
    assert len(beispiel.poll()["events"]) >= 1


def test_unknown_operations_and_large_bodies_are_refused(world: Any) -> None:
    """Nothing is parsed before its size is known to be allowed."""
    assert code(world.node.handle(Request("DELETE /poll"))) == "not-found"
    large = Request("POST /poll", body=b"x" * (limits.REQUEST_BYTES + 1))
    assert code(world.node.handle(large)) == "too-large"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"max":1.5}',
        b'{"max":"1"}',
        b'{"more":1}',
        b'{"max":1,"max":2}',
        b"\xff",
    ],
)
def test_a_body_that_is_not_its_shape_is_malformed(world: Any, body: bytes) -> None:
    """Never a 500."""
    answer = world.join("muster").call("POST /poll", body)
    assert (answer.status, code(answer)) == (400, "malformed")

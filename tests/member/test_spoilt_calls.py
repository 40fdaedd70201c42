"""A call that is spoilt on its way costs time, never a dossier: what is owed is tried again."""

import json
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.member.records import Trouble
from fachkraft_share.ports.runtime import Request, Response


def refusal(status: int, code: str) -> Response:
    """Return what a node, or the front before it, says of a request it cannot read."""
    body = {"type": f"urn:fks:problem:{code}", "status": status} if code else {}
    return Response(status, json.dumps(body).encode(), "application/problem+json")


def rows(member: Any, kind: Any) -> Any:
    """Return what a member remembers."""
    with member.engine.store.begin(write=False) as transaction:
        return transaction.every(kind)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "malformed"),
        (400, ""),
        (401, "unauthenticated"),
        (401, "operation"),
        (405, "method"),
        (409, "not-now"),
        (415, "media-type"),
    ],
)
@pytest.mark.parametrize("call", ["PUT /blobs", "GET /blobs"])
def test_a_dossier_is_handed_over_although_a_call_was_spoilt(
    call: str, status: int, code: str, harz: Any, reached: Any
) -> None:
    """The task stands, is tried again, and leaves no trouble behind."""
    spoilt = [refusal(status, code)]

    def spoil(request: Request, answer: Response) -> Response:
        return spoilt.pop() if spoilt and request.operation == call else answer

    person, referral = reached("requested")
    harz.wire.after = spoil
    person.agree()
    harz.settle()
    assert not spoilt
    harz.clock.pass_time(2 * limits.RETRY_FIRST)
    harz.settle()
    beispiel, muster = harz.members["beispiel"], harz.members["muster"]
    assert [one.referral for one in beispiel.received()] == [referral]
    assert rows(muster, Trouble) == rows(beispiel, Trouble) == ()


def test_a_refusal_that_means_it_is_not_tried_again(harz: Any, reached: Any) -> None:
    """A dossier of no permitted size will have none tomorrow, either."""
    said: list[str] = []

    def refuse(request: Request, answer: Response) -> Response:
        if request.operation != "PUT /blobs":
            return answer
        said.append(request.operation)
        return attrs.evolve(refusal(422, "length"))

    person, _ = reached("requested")
    harz.wire.after = refuse
    person.agree()
    for _ in range(3):
        harz.settle()
        harz.clock.pass_time(limits.DAY)
    assert len(said) == 1
    assert [one.code for one in rows(harz.members["muster"], Trouble)] == ["length"]

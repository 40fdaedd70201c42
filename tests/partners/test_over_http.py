"""Two nodes on real sockets: all crosses over HTTP, and a silent partner hangs alone."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.node.http.serve import serving, working
from fachkraft_share.node.records import HeadDispute, PartnerCalls, PartnerHead
from fachkraft_share.ports.http import HttpTransport
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.records import Blob, Due, Receipt
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.testing.world import World

PATIENCE = 60  # seconds until a test gives up; nothing waits for them to pass


@pytest.fixture
def wired(two: TwoAlliances) -> Iterator[TwoAlliances]:
    """Let both nodes call each other over HTTP; members call theirs as before."""
    transport = HttpTransport()
    with (
        serving(two.harz.node.service) as harz,
        serving(two.goslar.node.service) as goslar,
    ):
        _over(transport, two.goslar, two.harz, url=harz)
        _over(transport, two.harz, two.goslar, url=goslar)
        yield two
        transport.close()


def _over(transport: HttpTransport, caller: World, called: World, *, url: str) -> None:
    caller.reachable[called.place.node] = lambda request: transport.call(url, request)


def test_a_referral_crosses_and_ends_over_http(wired: TwoAlliances, make: Any, every: Any) -> None:
    """Lists, polls, blobs, heads, withdrawals and receipts, each as HTTP carries it."""
    crossing = make(wired)
    person, referral = crossing.recommend()
    crossing.disclose(person)
    [received] = crossing.member("beispiel").received()
    assert received.referral == referral
    assert every(crossing.goslar, Blob)
    wired.pass_time(limits.HEADS_COMPARED)
    for world in wired.worlds:
        assert every(world, PartnerHead)
        assert every(world, HeadDispute) == ()
    person.withdraw()
    wired.settle()
    assert not crossing.member("beispiel").received()
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert {crossing.goslar.place.node, "https://beispiel.example"} <= signed


def test_a_redirect_is_not_followed(crossing: Any, every: Any) -> None:
    """Only the address of the recognition is called."""
    line = crossing.line(crossing.goslar, crossing.harz)
    elsewhere = {"Location": "https://elsewhere.example/poll"}
    line.after = lambda request, answer: Response(307, headers=elsewhere)  # noqa: ARG005
    crossing.goslar.node.service.tick()
    assert line.calls == ["POST /poll"]
    [calls] = every(crossing.goslar, PartnerCalls)
    assert calls.code == "http-307"


def test_a_partner_that_never_answers_hangs_in_its_own_thread(
    crossing: Any, every: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker goes on with its turns; the visit is not begun twice."""
    monkeypatch.setattr(limits, "TICK", 0.01)
    third = crossing.third()
    silent, other = (crossing.line(crossing.harz, one) for one in (crossing.goslar, third))
    hung, released, enough = threading.Event(), threading.Event(), threading.Event()

    def hang(_: Request) -> None:
        hung.set()
        released.wait(PATIENCE)

    def count(_: Request) -> None:
        if len(other.calls) >= 5:
            enough.set()

    silent.before, other.before = hang, count
    node = crossing.harz.node.service
    with working(node):
        assert hung.wait(PATIENCE)
        assert enough.wait(PATIENCE)
        assert silent.calls == ["POST /poll"]
        released.set()
    assert node.partners.rest(PATIENCE)
    assert len(every(crossing.harz, PartnerCalls)) == 2

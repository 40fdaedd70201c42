"""Partners keep each other's signed heads: a changed history is noticed, and proved."""

import json
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import UnreachableError
from fachkraft_share.node.partners.heads import REWRITTEN, ROLLED_BACK
from fachkraft_share.node.partners.health import partner_states
from fachkraft_share.node.records import HeadDispute, PartnerHead
from fachkraft_share.ports.client import Client
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.runtime import Request
from fachkraft_share.protocol.message import open_message
from fachkraft_share.protocol.records import FeedRow


def level(world: Any, id: str) -> Level:
    """Return how a check of the node ended."""
    [check] = [one for one in world.node.service.health.checks() if one.id == id]
    found: Level = check.run().level
    return found


def heads_of(world: Any, token: str) -> tuple[int, str]:
    """Return what a signed head says, as whoever keeps it can verify it."""
    body = open_message(token, reader=world.node.service.exchange.reader()).body
    return body.number, body.head


def test_partners_keep_each_others_newest_signed_head(crossing: Any, every: Any) -> None:
    """Asked for once an hour."""
    crossing.recommend()
    crossing.two.pass_time(limits.HEADS_COMPARED)
    for keeper, signer in crossing.two.pairs:
        [kept] = every(keeper, PartnerHead)
        [row] = every(signer, FeedRow, number=kept.number)
        assert heads_of(keeper, kept.token) == (row.number, row.head)
        assert kept.head == row.head
        assert every(keeper, HeadDispute) == ()
        assert level(keeper, "FKS-110") is Level.OK


def test_a_history_written_anew_is_proved_by_two_signatures(crossing: Any, every: Any) -> None:
    """One number, two heads, both signed by the same node."""
    [kept] = every(crossing.goslar, PartnerHead)
    with crossing.harz.node.memory.store.begin() as transaction:
        row = transaction.get(FeedRow, kept.number)
        transaction.put(attrs.evolve(row, head="0" * 64))
    crossing.two.clock.pass_time(limits.HEADS_COMPARED)
    crossing.goslar.node.service.tick()
    [found] = every(crossing.goslar, HeadDispute)
    assert (found.kind, found.number) == (REWRITTEN, kept.number)
    before, after = (heads_of(crossing.goslar, one) for one in (found.before, found.found))
    assert before == (kept.number, kept.head)
    assert after == (kept.number, "0" * 64)
    assert level(crossing.goslar, "FKS-110") is Level.FAIL
    [state] = partner_states(crossing.goslar.node.service.exchange)
    assert state.dispute == REWRITTEN


def test_a_history_rolled_back_is_noticed_though_it_grew_again(crossing: Any, every: Any) -> None:
    """A restored node gives its numbers anew; what it signed before stays as proof."""
    party = crossing.harz.node
    backup = party.memory.store.snapshot()
    crossing.recommend()
    crossing.two.pass_time(limits.HEADS_COMPARED)
    [kept] = every(crossing.goslar, PartnerHead)
    party.memory.store.restore(backup)
    party.open()
    crossing.two.clock.pass_time(limits.HEADS_COMPARED)
    for world in (crossing.harz, crossing.goslar):
        world.node.service.tick()
    [found] = every(crossing.goslar, HeadDispute)
    assert found.kind in (ROLLED_BACK, REWRITTEN)
    assert heads_of(crossing.goslar, found.before) == (kept.number, kept.head)
    crossing.two.pass_time(limits.HEADS_COMPARED)
    assert len(every(crossing.goslar, HeadDispute)) == 1


def written_anew(crossing: Any, number: int) -> None:
    """Let Harz have another row under this number."""
    with crossing.harz.node.memory.store.begin() as transaction:
        row = transaction.get(FeedRow, number)
        transaction.put(attrs.evolve(row, head="0" * 64))


def hour(crossing: Any) -> None:
    """Let Goslar compare once more."""
    crossing.two.clock.pass_time(limits.HEADS_COMPARED)
    crossing.goslar.node.service.tick()


def test_a_newest_head_that_belies_the_one_kept_is_proof_by_itself(
    crossing: Any, every: Any
) -> None:
    """Asked for the number it signed, the node repeats the old statement; its newest is another."""
    line, old = crossing.line(crossing.goslar, crossing.harz), list[Any]()

    def repeating(request: Request, answer: Any) -> Any:
        if request.operation != "GET /heads" or not request.query:
            return answer
        old.append(answer)
        return old[0]

    line.after = repeating
    hour(crossing)
    [kept] = every(crossing.goslar, PartnerHead)
    written_anew(crossing, kept.number)
    hour(crossing)
    [found] = every(crossing.goslar, HeadDispute)
    assert (found.kind, found.number) == (REWRITTEN, kept.number)
    assert heads_of(crossing.goslar, found.before) == (kept.number, kept.head)
    assert heads_of(crossing.goslar, found.found) == (kept.number, "0" * 64)


def test_a_contradiction_is_kept_though_the_partner_then_falls_silent(
    crossing: Any, every: Any
) -> None:
    """Whoever has signed two heads cannot take one back."""
    line = crossing.line(crossing.goslar, crossing.harz)

    def silent(request: Request) -> None:
        if request.operation == "GET /heads" and not request.query:
            raise UnreachableError("gone")

    line.before = silent
    [kept] = every(crossing.goslar, PartnerHead)
    written_anew(crossing, kept.number)
    hour(crossing)
    [found] = every(crossing.goslar, HeadDispute)
    assert (found.kind, found.number) == (REWRITTEN, kept.number)
    assert every(crossing.goslar, PartnerHead) == (kept,)


def test_a_dispute_is_told_for_a_month_and_its_proof_stays(crossing: Any, every: Any) -> None:
    """The operator has had time to ask; evidence has its own period."""
    test_a_history_written_anew_is_proved_by_two_signatures(crossing, every)
    crossing.two.clock.pass_time(limits.DISPUTE_SHOWN)
    assert level(crossing.goslar, "FKS-110") is Level.OK
    assert every(crossing.goslar, HeadDispute)


def test_heads_are_signed_for_partner_nodes_only(crossing: Any) -> None:
    """For a member there is nothing; without a token neither."""
    member = crossing.member("muster").engine
    with pytest.raises(Exception, match="not-found"):
        member.client.head()
    anonymous = crossing.harz.handle(Request("GET /heads"))
    assert anonymous.status == 401


@pytest.mark.parametrize(
    ("number", "status"), [("0", 404), ("999999", 404), ("-1", 400), ("x", 400), ("1" * 16, 400)]
)
def test_a_number_is_a_number_of_a_row(crossing: Any, number: str, status: int) -> None:
    """Anything else is malformed, and a row that is not there is not found."""
    partner = crossing.goslar.node.service.exchange.directory().partners[crossing.harz.place.node]
    client: Client = crossing.goslar.node.service.partners.client(partner)
    with pytest.raises(Exception, match="malformed" if status == 400 else "not-found"):
        client.head(number)  # type: ignore[arg-type]


def test_a_head_signed_for_somebody_else_is_not_kept(crossing: Any, every: Any) -> None:
    """A node could otherwise show each partner what another had been told."""
    [before] = every(crossing.goslar, PartnerHead)
    line = crossing.line(crossing.goslar, crossing.harz)
    foreign = _signed_for_another(crossing)
    line.after = lambda request, answer: (
        foreign(answer) if request.operation == "GET /heads" else answer
    )
    crossing.two.clock.pass_time(limits.HEADS_COMPARED)
    crossing.goslar.node.service.tick()
    [after] = every(crossing.goslar, PartnerHead)
    assert after == before
    [state] = partner_states(crossing.goslar.node.service.exchange)
    assert state.code == "signature"


def _signed_for_another(crossing: Any) -> Any:
    from fachkraft_share.node.calls import answer
    from fachkraft_share.protocol.decision import Emit
    from fachkraft_share.protocol.payloads import FeedSigned

    voice = crossing.harz.node.service.exchange.voice
    said = Emit("feed.signed", "https://node.other.example", None, FeedSigned(3, "0" * 64))

    def swapped(original: Any) -> Any:
        assert "head" in json.loads(original.body)
        return answer({"head": voice.sign(said, at=crossing.two.clock.now())})

    return swapped

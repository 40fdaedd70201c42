"""A referral crosses a border and ends on both sides, with everybody's signature."""

from typing import Any

from fachkraft_share.node.desk.views import Standing
from fachkraft_share.node.records import Parked, Unreported
from fachkraft_share.ports.runtime import Request, Response
from fachkraft_share.protocol.records import Blob, Due, Held, Part, Receipt, Referral, Tombstone
from fachkraft_share.testing.two_alliances import TwoAlliances

DONE = {Standing.ERASED, Standing.RETAINED}


def test_a_referral_crosses_and_is_accounted_for_on_both_sides(crossing: Any, every: Any) -> None:
    """The home node's ledger names the partner's node and, through it, the partner's member."""
    _, referral = crossing.recommend()
    goslar = crossing.goslar.place.node
    [there] = every(crossing.goslar, Referral, id=referral)
    assert there.home == crossing.harz.place.node
    held = {one.holder: one.via for one in every(crossing.harz, Held, referral=referral)}
    assert held[goslar] is None
    assert held["https://beispiel.example"] == goslar
    assert every(crossing.goslar, Unreported) == every(crossing.goslar, Parked) == ()
    lines = every(crossing.harz, Held, referral=referral)
    assert all(one.custody_at is not None for one in lines)


def test_a_dossier_reaches_the_partners_member_through_its_own_node(
    crossing: Any, every: Any
) -> None:
    """Nobody but the addressee opens it; the member never calls the partner's node."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    [received] = crossing.member("beispiel").received()
    assert received.referral == referral
    assert received.candidate.family == "Beispiel"
    assert not crossing.member("dritte").received()
    [blob] = every(crossing.goslar, Blob, referral=referral)
    assert (blob.sender, blob.addressee) == ("https://muster.example", "https://beispiel.example")


def test_a_withdrawal_at_home_ends_it_on_both_sides_with_receipts(
    crossing: Any, every: Any
) -> None:
    """Everybody who was served has signed, and the person sees it."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    person.withdraw()
    crossing.two.settle()
    assert not crossing.member("beispiel").received()
    for world in crossing.two.worlds:
        assert every(world, Tombstone, referral=referral)
        assert every(world, Due, referral=referral) == every(world, Part, referral=referral) == ()
    seen = {one.organisation.id: one.standing for one in person.look().holders}
    assert {"https://beispiel.example", crossing.goslar.place.node} <= seen.keys()
    assert set(seen.values()) <= DONE
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert seen.keys() <= signed


def test_a_consent_that_names_no_partner_never_crosses(crossing: Any, every: Any) -> None:
    """Whatever the agreement allows."""
    _, referral = crossing.recommend(partners=False)
    crossing.two.pass_days(1)
    assert every(crossing.goslar, Referral, id=referral) == ()
    assert not crossing.member("beispiel").inbox()
    assert crossing.goslar.place.node not in {
        one.holder for one in every(crossing.harz, Held, referral=referral)
    }


def test_without_a_recognition_nobody_is_visited(two: TwoAlliances) -> None:
    """A node calls nobody it has no agreement with."""
    calls: list[str] = []
    for one, other in two.pairs:
        one.reachable[other.place.node] = _counting(calls)
    two.settle()
    assert calls == []


def _counting(calls: list[str]) -> Any:
    def called(request: Request) -> Response:
        calls.append(request.operation)
        return Response(404)

    return called

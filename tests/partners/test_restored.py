"""A partner node that came back from a backup has forgotten whose referrals it held."""

from typing import Any

from fachkraft_share.protocol.records import Due, Receipt, Referral


def test_what_a_restored_partner_node_has_forgotten_is_still_accounted_for(
    crossing: Any, every: Any
) -> None:
    """It hears of the end only, and yet its own and its members' receipts reach the home node."""
    party = crossing.goslar.node
    backup = party.memory.store.snapshot()
    person, referral = crossing.recommend()
    party.memory.store.restore(backup)
    party.open()
    party.service.restart.replay()
    assert every(crossing.goslar, Referral, id=referral) == ()
    person.withdraw()
    crossing.two.settle()
    crossing.two.pass_days(1)
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    goslar = {crossing.goslar.place.node, "https://beispiel.example", "https://dritte.example"}
    assert goslar <= signed
    assert person.bundle().verify()

"""Both sides account for what ended, also where one of them has forgotten or heard otherwise."""

from typing import Any

from fachkraft_share import limits
from fachkraft_share.model.organisation import Status
from fachkraft_share.protocol.records import Due, Held, Receipt, Referral
from fachkraft_share.testing.two_alliances import grant_across


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


def test_a_restored_partner_node_reports_whom_it_had_served_before(
    crossing: Any, every: Any
) -> None:
    """Its journal names the reader, and the referral comes back later; the home node hears."""
    party, beyond = crossing.goslar.node, crossing.goslar.place.node
    backup = party.memory.store.snapshot()
    link, referral = crossing.asked()
    grant_across(crossing.harz, link, partners=(beyond,))
    party.service.tick()
    crossing.member("beispiel").sync()
    [served] = every(crossing.goslar, Held, referral=referral)
    party.memory.store.restore(backup)
    party.open()
    party.service.restart.replay()
    assert every(crossing.goslar, Referral, id=referral) == ()
    crossing.two.pass_time(10 * limits.MINUTE)
    told = {one.holder for one in every(crossing.harz, Held, referral=referral, via=beyond)}
    assert served.holder == "https://beispiel.example"
    assert served.holder in told


def test_a_member_beyond_that_left_while_the_person_withdrew_at_home_settles_both(
    crossing: Any, every: Any
) -> None:
    """The home node hears of the member's own end when all has ended, and takes its receipts."""
    person, referral = crossing.recommend()
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    crossing.goslar.node.service.authority.change("https://beispiel.example", Status.LEFT)
    crossing.two.settle()
    person.withdraw()
    crossing.two.settle()
    crossing.two.mend()
    crossing.two.pass_days(2)
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert "https://beispiel.example" in signed
    assert person.bundle().check().findings == ()

"""When an agreement ends, what crossed is closed on both sides, with receipts as always."""

from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.protocol.records import (
    Due,
    Part,
    Receipt,
    Referral,
    ReferralState,
    Token,
    Tombstone,
)
from fachkraft_share.testing.two_alliances import recognise


def ended(world: Any, every: Any, referral: str) -> list[tuple[str, str]]:
    """Return scope and reason of every end of a referral at a node."""
    return [(one.scope, one.reason) for one in every(world, Tombstone, referral=referral)]


def test_what_crossed_ends_with_the_agreement_and_stays_at_home(crossing: Any, every: Any) -> None:
    """The partner's side erases and signs; the person's own alliance goes on."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    recognise(crossing.harz, crossing.goslar, days=0, gives=False)
    crossing.two.pass_time(limits.HOUR)
    goslar = crossing.goslar.place.node
    expected = [(goslar, "agreement_ended")]
    assert ended(crossing.harz, every, referral) == expected
    assert ended(crossing.goslar, every, referral) == expected
    assert every(crossing.goslar, Part, referral=referral) == ()
    assert not crossing.member("beispiel").received()
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert signed == {goslar, "https://beispiel.example", "https://dritte.example"}
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    [at_home] = every(crossing.harz, Referral, id=referral)
    assert at_home.state is ReferralState.PUBLISHED
    assert every(crossing.harz, Part, referral=referral)


def test_a_recognition_that_runs_out_ends_what_crossed(crossing: Any, every: Any) -> None:
    """Nobody need remember it."""
    _, referral = crossing.recommend()
    recognise(crossing.harz, crossing.goslar, days=3)
    crossing.two.pass_days(2)
    assert ended(crossing.harz, every, referral) == []
    crossing.two.pass_days(2)
    expected = [(crossing.goslar.place.node, "agreement_ended")]
    assert ended(crossing.harz, every, referral) == expected
    assert ended(crossing.goslar, every, referral) == expected


def test_nothing_crosses_any_more(crossing: Any, every: Any) -> None:
    """A consent given under the agreement is not enough once that has ended."""
    crossing.two.cut(crossing.harz)
    _, referral = crossing.recommend()
    recognise(crossing.harz, crossing.goslar, gives=False)
    crossing.two.mend()
    crossing.two.pass_time(limits.HOUR)
    assert every(crossing.goslar, Referral, id=referral) == ()


def test_the_partner_ends_by_itself_what_the_home_node_does_not(crossing: Any, every: Any) -> None:
    """A day after its own recognition ended, by its own authority."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    crossing.two.cut(crossing.harz)
    recognise(crossing.goslar, crossing.harz, takes=False)
    crossing.two.pass_time(limits.DAY - limits.HOUR)
    assert ended(crossing.goslar, every, referral) == []
    crossing.two.pass_time(2 * limits.HOUR)
    assert ended(crossing.goslar, every, referral) == [
        (crossing.goslar.place.node, "agreement_ended")
    ]
    [closing] = every(crossing.goslar, Token, referral=referral, type="referral.closed")
    assert closing.iss == crossing.goslar.place.authority
    assert not crossing.member("beispiel").received()


def test_both_ends_of_one_agreement_settle_with_each_other(crossing: Any, every: Any) -> None:
    """Each side closed by itself while the line was cut; in the end nobody owes anything."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    recognise(crossing.harz, crossing.goslar, gives=False)
    recognise(crossing.goslar, crossing.harz, takes=False)
    crossing.two.pass_days(2)
    crossing.two.mend()
    crossing.two.pass_days(2)
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    signed = {one.holder for one in every(crossing.harz, Receipt, referral=referral)}
    assert {crossing.goslar.place.node, "https://beispiel.example"} <= signed


@pytest.mark.parametrize("narrow", ["agreement", "member"])
def test_what_ends_abroad_as_a_whole_settles_what_ended_here_in_part(
    narrow: str, crossing: Any, every: Any
) -> None:
    """The partner's side hears of the narrower end when all has ended there: nobody owes for it."""
    person, referral = crossing.recommend()
    crossing.disclose(person)
    crossing.two.cut(crossing.harz)
    crossing.two.cut(crossing.goslar)
    if narrow == "agreement":
        recognise(crossing.harz, crossing.goslar, gives=False)
    else:
        person.withdraw("https://beispiel.example")
    attrs.evolve(person, desk=lambda: crossing.goslar.node.service.desk).withdraw()
    crossing.two.settle()
    assert len(every(crossing.harz, Due)) >= 1
    crossing.two.mend()
    crossing.two.pass_days(2)
    assert {one.scope for one in every(crossing.harz, Tombstone)} >= {"all"}
    assert len(every(crossing.harz, Tombstone, referral=referral)) == 2
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()
    assert person.bundle().check().findings == ()
    crossing.goslar.node.service.restart.distrust()  # it declares anew, and owes nothing anew
    crossing.two.pass_days(1)
    assert every(crossing.harz, Due) == every(crossing.goslar, Due) == ()


@pytest.mark.parametrize("gives", [True, False])
def test_what_is_still_allowed_is_left_alone(crossing: Any, every: Any, gives: bool) -> None:
    """Ending one direction ends nothing of the other."""
    _, referral = crossing.recommend()
    recognise(crossing.harz, crossing.goslar, takes=gives)
    crossing.two.pass_days(2)
    assert ended(crossing.harz, every, referral) == []
    assert ended(crossing.goslar, every, referral) == []

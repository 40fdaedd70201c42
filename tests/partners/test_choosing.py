"""The person decides by alliance whether the profile crosses; an exclusion overrides it."""

from datetime import date
from typing import Any

import pytest

from fachkraft_share import Candidate, limits
from fachkraft_share.model.consent import Purpose
from fachkraft_share.model.profile import Endorsement, Rank
from fachkraft_share.node.desk.abroad import offered
from fachkraft_share.node.desk.choice import ChoiceError, everything
from fachkraft_share.protocol.records import FeedRow, Referral
from fachkraft_share.testing.person import Person
from fachkraft_share.testing.two_alliances import recognise

CANDIDATE = Candidate(given="Aylin", family="B", postcode="38640", occupation="43414")
ENDORSED = Endorsement(Rank.SECOND, ("careful",), would_have_hired=True)


def asked(crossing: Any) -> tuple[Person, str]:
    """Let a member recommend; return the person, who has not decided yet, and the referral."""
    found = crossing.member("muster").recommend(
        CANDIDATE, ENDORSED, application="ATS-1", rejected_on=date(2026, 11, 19)
    )
    crossing.two.settle()
    return crossing.harz.person(found.link or ""), found.referral


def consent(person: Person) -> Any:
    """Return the consent in force."""
    found = person.look().consent
    assert found is not None
    return found


def test_a_partner_is_offered_with_everybody_behind_it(crossing: Any) -> None:
    """Its name, its members, and how long the agreement runs."""
    person, _ = asked(crossing)
    [shown] = person.look().partners
    assert (shown.node, shown.name) == (
        crossing.goslar.place.node,
        crossing.goslar.place.name,
    )
    assert shown.members == ("Beispiel GmbH", "Dritte GmbH")
    assert shown.until > crossing.two.clock.now()


def test_who_ticks_no_partner_stays_at_home(crossing: Any, every: Any) -> None:
    """Neither consent nor feed names it, and nothing arrives there."""
    person, referral = asked(crossing)
    person.grant(partners=())
    crossing.two.settle()
    assert consent(person).audience.partners == ()
    assert Purpose.OTHER_REGIONS not in consent(person).purposes
    readers = {one.to for one in every(crossing.harz, FeedRow, referral=referral)}
    assert crossing.goslar.place.node not in readers
    assert every(crossing.goslar, Referral, id=referral) == ()


def test_who_ticks_a_partner_allows_other_regions_by_that(crossing: Any, every: Any) -> None:
    """The consent names the partner's node, and the referral arrives."""
    person, referral = asked(crossing)
    person.grant(partners=(crossing.goslar.place.node,))
    crossing.two.settle()
    assert consent(person).audience.partners == (crossing.goslar.place.node,)
    assert Purpose.OTHER_REGIONS in consent(person).purposes
    assert [one.name for one in person.look().partners] == [crossing.goslar.place.name]
    assert len(every(crossing.goslar, Referral, id=referral)) == 1


def test_a_partners_members_show_publicly_only_what_person_and_agreement_allow(
    crossing: Any,
) -> None:
    """They hold the profile either way; for public pages their own alliance must have agreed."""
    person, referral = asked(crossing)
    person.grant(partners=(crossing.goslar.place.node,))
    crossing.two.settle()
    beyond = crossing.goslar.members["beispiel"].member
    assert [one.referral for one in beyond.inbox()] == [referral]
    assert beyond.teasers() == ()
    agreed = (Purpose.REFERRAL, Purpose.OTHER_REGIONS, Purpose.PUBLIC)
    recognise(crossing.goslar, crossing.harz, purposes=agreed)
    crossing.two.pass_time(limits.MINUTE)
    assert [one.referral for one in beyond.teasers()] == [referral]
    recognise(crossing.goslar, crossing.harz)
    crossing.two.pass_time(limits.MINUTE)
    assert beyond.teasers() == ()


@pytest.mark.parametrize("employer", ["Beispiel GmbH", "Beispiel"])
def test_an_exclusion_behind_a_partner_bars_the_whole_partner(
    employer: str, crossing: Any, every: Any
) -> None:
    """The preview says so, the consent does not name it, no row is written (R4)."""
    person, referral = asked(crossing)
    choice = {"employer": employer, "no_employer": False}
    view = person.preview(**choice)
    assert (view.partners, [one.name for one in view.barred]) == ((), [crossing.goslar.place.name])
    person.grant(**choice)
    crossing.two.settle()
    assert consent(person).audience.partners == ()
    assert every(crossing.goslar, Referral, id=referral) == ()


@pytest.mark.parametrize("terms", [{"gives": False}, {"days": -1}])
def test_without_an_agreement_in_force_no_partner_is_offered(
    terms: dict[str, Any], crossing: Any
) -> None:
    """Who ticks it on an old page is asked to choose again."""
    person, _ = asked(crossing)
    old = everything(person.look())
    recognise(crossing.harz, crossing.goslar, **terms)
    assert person.look().partners == ()
    with pytest.raises(ChoiceError, match="partners: not-offered"):
        person.desk().grant(person.secret, old)


def test_a_partner_whose_list_has_expired_is_not_offered(crossing: Any) -> None:
    """Nobody knows who stands behind it now."""
    crossing.two.cut(crossing.goslar)
    here = crossing.harz.node.service.exchange.party().here
    [partner] = here.directory.partners.values()
    assert partner.directory.newest is not None
    end = partner.directory.newest.exp
    assert len(offered(here, at=end - 1)) == 1
    assert offered(here, at=end) == ()


def test_a_renewal_keeps_the_partners(crossing: Any, every: Any) -> None:
    """It lengthens what was allowed, on both sides of the border."""
    person, referral = asked(crossing)
    person.grant(partners=(crossing.goslar.place.node,))
    crossing.two.settle()
    before = consent(person).exp
    crossing.two.pass_days(3)
    person.renew()
    crossing.two.pass_time(2 * limits.MINUTE)
    assert consent(person).audience.partners == (crossing.goslar.place.node,)
    [there] = every(crossing.goslar, Referral, id=referral)
    assert there.consent_exp == consent(person).exp > before

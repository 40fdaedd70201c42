"""Teasers for public pages: shown by the person's own word alone, and gone at once without it."""

from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.member import resync
from fachkraft_share.member.displaying import Teaser
from fachkraft_share.member.engine import HEARD
from fachkraft_share.member.records import Standing
from fachkraft_share.model.consent import Category, Purpose
from fachkraft_share.node.desk.choice import Reach
from fachkraft_share.protocol.records import Part
from fachkraft_share.rules.consent import Action, Permit
from fachkraft_share.testing.person import Person

EVERYBODY = ("muster", "beispiel", "dritte")
ALONE = (Purpose.REFERRAL, Purpose.OWN_POOL)  # all that can be allowed but public pages


def granted(harz: Any, **choice: Any) -> tuple[Person, str]:
    """Let `muster` recommend and the person allow everything, unless `choice` says otherwise."""
    person, referral = harz.recommend()
    harz.settle(rounds=2)
    person.grant(**choice)
    harz.settle(rounds=2)
    return person, referral


def showing(harz: Any, referral: str) -> list[str]:
    """Return who would show that referral now."""
    return [
        name
        for name in EVERYBODY
        if referral in {one.referral for one in harz.members[name].teasers()}
    ]


def teaser(harz: Any, name: str = "beispiel", **more: Any) -> Teaser:
    """Return the only teaser of a member."""
    [found] = harz.members[name].teasers(**more)
    assert isinstance(found, Teaser)
    return found


def test_origin_and_recipients_show_whom_the_person_let_be_shown(harz) -> None:
    """Each with a permit of its own for this moment, until the consent ends."""
    person, referral = granted(harz)
    assert showing(harz, referral) == list(EVERYBODY)
    for name in EVERYBODY:
        found, id = teaser(harz, name), harz.members[name].id
        assert found.permit == Permit(Action.DISPLAY, id, referral, harz.clock.now())
        assert found.valid_until == person.look().consent.exp


def test_nobody_is_shown_without_that_word(harz) -> None:
    """Recommended to every member and held by them, but not for the public."""
    _, referral = granted(harz, purposes=ALONE)
    assert [one.referral for one in harz.members["beispiel"].inbox()] == [referral]
    assert showing(harz, referral) == []


def test_nobody_is_shown_before_the_person_has_answered(harz) -> None:
    """A draft is no one's to show, not even the origin's."""
    _, referral = harz.recommend()
    harz.settle(rounds=2)
    assert showing(harz, referral) == []


def test_who_withdraws_vanishes_with_the_next_word_from_the_node(harz) -> None:
    """Everywhere, or at the one holder it is withdrawn from."""
    person, referral = granted(harz)
    person.withdraw(harz.members["beispiel"].id)
    harz.settle(rounds=1)
    assert showing(harz, referral) == ["muster", "dritte"]
    person.withdraw()
    harz.settle(rounds=1)
    assert showing(harz, referral) == []


def test_what_the_origin_closes_vanishes(harz) -> None:
    """At the origin in that moment, at the others when they hear of it."""
    _, referral = granted(harz)
    harz.members["muster"].close(referral, reason="filled")
    assert showing(harz, referral) == ["beispiel", "dritte"]
    harz.settle(rounds=2)
    assert showing(harz, referral) == []


def test_a_teaser_ends_with_the_consent(harz) -> None:
    """Shown in its last second, gone in the next, heard or not."""
    person, referral = granted(harz, months=1)
    end = person.look().consent.exp
    while end - harz.clock.now() > limits.DAY:
        harz.clock.pass_time(limits.DAY)
        harz.settle(rounds=1)
    harz.clock.pass_time(end - harz.clock.now() - 1)
    for name in EVERYBODY:
        harz.members[name].sync()
    assert showing(harz, referral) == list(EVERYBODY)
    harz.clock.pass_time(1)
    assert showing(harz, referral) == []


def test_a_renewal_keeps_it_on_the_pages(harz) -> None:
    """Until the new end."""
    person, referral = granted(harz, months=1)
    before = teaser(harz).valid_until
    harz.clock.pass_time(limits.DAY)
    person.renew(months=6, reach=Reach.SAME)
    harz.settle(rounds=2)
    assert showing(harz, referral) == list(EVERYBODY)
    assert teaser(harz).valid_until == person.look().consent.exp > before


def test_who_was_not_named_shows_nothing_but_the_origin_does(harz) -> None:
    """The purpose widens no audience; the origin's own page is named by it."""
    named = (harz.members["beispiel"].id,)
    _, referral = granted(harz, reach=Reach.NAMED, members=named)
    assert showing(harz, referral) == ["muster", "beispiel"]


@pytest.mark.parametrize("name", ["muster", "beispiel"])
def test_a_teaser_is_in_words_and_names_neither_person_nor_origin(harz, name: str) -> None:
    """Labels in the language asked for; nothing of the endorsement, whatever was allowed."""
    granted(harz)
    german, english = teaser(harz, name), teaser(harz, name, language="en")
    assert german.headline[0].startswith("Informatik")
    assert english.headline != german.headline
    assert len(english.headline) == len(german.headline)
    assert any("Goslar" in one for one in german.headline)
    assert {"Python", "SQL und Datenbanken"} <= set(german.details)
    assert german.profile == english.profile
    assert german.profile.endorsement is None
    assert german.link == harz.members[name].engine.settings.url
    said = repr((german.profile, german.headline, german.details, german.link)).casefold()
    for secret in ("muster", "xylophonia", "aylin", "careful", "sorgfältig", "second"):
        assert secret not in said


@pytest.mark.parametrize("name", ["muster", "beispiel"])
def test_a_teaser_holds_only_what_the_person_allowed(harz, name: str) -> None:
    """The origin has more of the profile and keeps it to itself."""
    granted(harz, categories=(Category.OCCUPATION, Category.RANK))
    found = teaser(harz, name)
    assert (found.profile.skills, found.profile.years, found.details) == ((), None, ())
    assert found.profile.region == "de"
    assert found.profile.endorsement is None


def test_who_has_not_heard_the_node_for_half_an_hour_shows_nothing(harz) -> None:
    """A withdrawal may wait there; pages promised to be clean within the hour."""
    person, referral = granted(harz)
    for name in EVERYBODY:
        harz.members[name].sync()
    harz.wire.cut = True
    person.withdraw()
    [heard] = _heard(harz, "beispiel")
    harz.clock.pass_time(heard.at + limits.DISPLAY_HEARD - harz.clock.now() - 1)
    harz.members["beispiel"].sync()
    assert "beispiel" in showing(harz, referral)
    harz.clock.pass_time(1)
    harz.members["beispiel"].sync()
    assert "beispiel" not in showing(harz, referral)


def test_who_hears_the_node_again_shows_again(harz) -> None:
    """Nothing was lost meanwhile."""
    _, referral = granted(harz)
    harz.clock.pass_time(limits.DISPLAY_HEARD + limits.PERMIT_SECONDS)
    assert showing(harz, referral) == []
    harz.settle(rounds=1)
    assert showing(harz, referral) == list(EVERYBODY)


def test_a_clock_that_was_put_back_shows_nothing_until_the_node_is_heard(harz) -> None:
    """How long ago that was cannot be told."""
    _, referral = granted(harz)
    harz.clock.pass_time(-limits.MINUTE)
    assert showing(harz, referral) == []
    harz.settle(rounds=1)
    assert showing(harz, referral) == list(EVERYBODY)


def test_hearing_is_noted_no_oftener_than_a_permit_lasts(harz) -> None:
    """A member that polls all day does not write all day."""
    harz.settle(rounds=1)
    [first] = _heard(harz, "beispiel")
    harz.clock.pass_time(first.at + limits.PERMIT_SECONDS - harz.clock.now() - 1)
    harz.members["beispiel"].sync()
    assert _heard(harz, "beispiel") == [first]
    harz.clock.pass_time(1)
    harz.members["beispiel"].sync()
    assert [one.at for one in _heard(harz, "beispiel")] == [harz.clock.now()]


def _heard(harz: Any, name: str) -> list[Standing]:
    with harz.members[name].engine.store.begin(write=False) as transaction:
        found = transaction.get(Standing, HEARD)
    return [found] if found is not None else []


def test_restored_state_and_an_expired_list_show_nothing(harz) -> None:
    """They may bring back who has left; pages empty themselves, no error is raised."""
    _, referral = granted(harz)
    resync.quarantine(harz.members["beispiel"].engine, "restored")
    assert showing(harz, referral) == ["muster", "dritte"]
    harz.clock.pass_time(limits.LIST_DAYS * limits.DAY + limits.DAY)
    assert showing(harz, referral) == []


def test_a_profile_whose_parts_are_gone_is_not_shown(harz) -> None:
    """There is nothing left to show."""
    _, referral = granted(harz)
    with harz.members["beispiel"].engine.store.begin() as transaction:
        transaction.drop_every(Part, referral=referral)
    assert showing(harz, referral) == ["muster", "dritte"]


def test_several_teasers_come_in_the_order_of_their_referrals(harz) -> None:
    """Which says nothing of when they were recommended."""
    people = [harz.recommend(application=f"ATS-{number}") for number in range(4)]
    harz.settle(rounds=2)
    for person, _ in people:
        person.grant()
    harz.settle(rounds=2)
    found = [one.referral for one in harz.members["dritte"].teasers()]
    assert found == sorted(referral for _, referral in people)

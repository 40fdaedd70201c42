"""Why a search applies: the same reasons, whenever and from whatever it was matched."""

import pytest

from fachkraft_share.member import polling
from fachkraft_share.member.facade import Member


def seen(member: Member) -> list[tuple[object, ...]]:
    """Return what the inbox says of each referral, whichever search found it."""
    return [(one.referral, one.profile, one.reasons, one.score) for one in member.inbox()]


@pytest.fixture
def searching(harz) -> Member:
    """A member that looks for somebody like the candidate, and for somebody else."""
    member: Member = harz.members["beispiel"]
    member.add_search(occupation="43", skills=["sql"], near="38640", within_km=50)
    member.add_search(occupation="81")
    return member


def test_what_was_just_read_matches_as_what_is_stored(harz, searching) -> None:
    """A search saved later finds in the store what the first found in the message."""
    person, _ = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    harz.settle(rounds=2)
    at_once = seen(searching)
    assert at_once
    for search in searching.searches():
        searching.remove_search(search)
    searching.add_search(occupation="43", skills=["sql"], near="38640", within_km=50)
    assert seen(searching) == at_once


def test_a_member_that_is_started_anew_matches_what_it_took_before(harz, searching) -> None:
    """Between taking a referral and matching it the process may end."""
    person, _ = harz.recommend()
    harz.settle(rounds=2)
    person.grant()
    other = harz.members["dritte"]
    other.add_search(occupation="43", skills=["sql"], near="38640", within_km=50)
    engine = searching.engine
    polling.take(engine, engine.client.poll(polling.cursors(engine)))
    assert not searching.inbox()
    harz.open("beispiel")
    harz.settle(rounds=2)
    assert seen(harz.members["beispiel"]) == seen(other) != []


def test_many_referrals_of_one_answer_are_all_matched(harz, searching) -> None:
    """One turn takes a page; each of its referrals is found by the search that fits."""
    people = [harz.recommend(application=f"ATS-{number}") for number in range(7)]
    harz.settle(rounds=2)
    for person, _ in people:
        person.grant()
    harz.settle(rounds=2)
    assert {one.referral for one in searching.inbox()} == {referral for _, referral in people}
    assert {len(one.searches) for one in searching.inbox()} == {1}

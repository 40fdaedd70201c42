"""Searches and profiles: who meets whom, why, and at what amount of work."""

import random

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    Endorsement,
    LanguageSkill,
    Level,
    Profile,
    WorkModel,
    Years,
)
from fachkraft_share.rules.matching import Match, Reason, Search, describe, match
from fachkraft_share.rules.matching_index import Index, Pool, ranked
from fachkraft_share.rules.vocabulary import Kind, shipped

VOCABULARY = shipped()
CODES = ("43414", "43412", "4341", "43", "81302", "81", "26")
SKILLS = ("python", "sql", "java", "cloud", "welding")

PERSON = Profile(
    "43414",
    Level.EXPERT,
    Years.UP_TO_9,
    "plz:38",
    skills=("python", "sql"),
    languages=(LanguageSkill("de", Cefr.C2),),
    availability=Availability.NOW,
    work_model=WorkModel.HYBRID,
    endorsement=Endorsement("second", ["careful"], would_have_hired=True),
)


def codes_of(found: Match | None) -> list[str]:
    """The reasons of a match that is there."""
    assert found is not None
    return [reason.code for reason in found.reasons]


def found_by(search: Search, profile: Profile = PERSON) -> Match | None:
    """The match with the shipped vocabulary."""
    return match(profile, search, vocabulary=VOCABULARY)


def test_a_full_search_gives_all_its_reasons() -> None:
    """Each reason counts; the score is their sum and every one reads as a sentence."""
    search = Search(
        "s",
        occupation="434",
        skills=["python"],
        wished=["sql", "java"],
        languages=(LanguageSkill("de", Cefr.B2),),
        near="38640",
        within_km=50,
        level=Level.SPECIALIST,
        years=Years.UP_TO_4,
        work_model=WorkModel.HYBRID,
        availability=Availability.NOW,
    )
    found = found_by(search)
    assert codes_of(found) == [
        *("occupation", "skill-required", "language", "skill-wished", "distance"),
        *("level", "years", "work-model", "availability", "would-have-hired"),
    ]
    assert found is not None
    assert found.score == sum(reason.points for reason in found.reasons) == 95
    for reason in found.reasons:
        for language in ("de", "en"):
            said = describe(reason, vocabulary=VOCABULARY, language=language)
            assert said
            assert "{" not in said
    first = describe(found.reasons[0], vocabulary=VOCABULARY, language="en")
    assert first == "Occupation: Computing, communication technology"


def test_what_a_profile_does_not_tell_never_counts_against_it() -> None:
    """A coarse profile meets a precise search; the reasons say what is not known (R12)."""
    coarse = Profile("43", None, None, "de")
    search = Search(
        "s", occupation="43414", near="38640", within_km=10, level=Level.EXPERT, years=Years.MORE
    )
    found = found_by(search, coarse)
    assert codes_of(found) == [
        "occupation-group",
        "distance-unknown",
        "level-unknown",
        "years-unknown",
    ]
    assert found is not None
    assert found.score == 20
    for reason in found.reasons:
        assert describe(reason, vocabulary=VOCABULARY)


def test_an_open_search_applies_to_everybody() -> None:
    """A search without a wish has nothing to tell and hides nobody."""
    assert found_by(Search("s"), Profile("81", None, None, "de")) == Match("s", ())


@pytest.mark.parametrize(
    "change",
    [
        {"occupation": "81"},
        {"skills": ("welding",)},
        {"languages": (LanguageSkill("fr", Cefr.A1),)},
        {"near": "80331", "within_km": 50},
        {"years": Years.MORE},
    ],
)
def test_what_a_search_requires_and_a_profile_contradicts_does_not_match(
    change: dict[str, object],
) -> None:
    """No match says that the search does not apply, and nothing about the person."""
    assert found_by(attrs.evolve(Search("s"), **change)) is None


def test_level_and_language_level_are_compared() -> None:
    """Less than asked for does not match, as much or more does."""
    helper = attrs.evolve(PERSON, level=Level.HELPER)
    assert found_by(Search("s", level=Level.SKILLED), helper) is None
    weak = attrs.evolve(PERSON, languages=(LanguageSkill("de", Cefr.A2),))
    assert found_by(Search("s", languages=(LanguageSkill("de", Cefr.B1),)), weak) is None
    assert found_by(Search("s", languages=(LanguageSkill("de", Cefr.A2),)), weak) is not None


def test_a_place_counts_only_together_with_a_distance_and_when_it_is_known() -> None:
    """Half a wish and an unknown postcode exclude nobody."""
    for search in (
        Search("s", near="80331"),
        Search("s", within_km=5),
        Search("s", near="US-06511", within_km=5),
    ):
        assert codes_of(found_by(search)) == ["would-have-hired"]


def test_a_coarse_region_counts_as_near_when_somebody_in_it_may_be() -> None:
    """The region's own size is granted; the reason says that it is only possible."""
    assert "distance-possible" in codes_of(found_by(Search("s", near="30159", within_km=20)))
    around_the_world = Search("s", near="30159", within_km=30_000)
    assert "distance" in codes_of(found_by(around_the_world))


@pytest.mark.parametrize("code", ["4", "434141", "IT", ""])
def test_a_search_for_no_occupation_code_is_refused(code: str) -> None:
    """The index relies on codes of two to five digits."""
    with pytest.raises(MalformedError, match="occupation"):
        Search("s", occupation=code)


def test_a_name_that_is_a_text_is_refused() -> None:
    """It stands in lists, and nothing is found by it."""
    assert Search("s", name="n" * limits.SHORT_TEXT).name
    with pytest.raises(MalformedError, match="name"):
        Search("s", name="n" * (limits.SHORT_TEXT + 1))


SEARCHES = st.builds(
    Search,
    st.uuids().map(str),
    st.none() | st.sampled_from(CODES),
    st.lists(st.sampled_from(SKILLS), max_size=3).map(tuple),
    st.lists(st.sampled_from(SKILLS), max_size=2).map(tuple),
    st.sampled_from(((), (LanguageSkill("de", Cefr.B1),))),
    st.none() | st.sampled_from(("38640", "80331", "10115")),
    st.none() | st.sampled_from((20, 100)),
    st.none() | st.sampled_from(Level),
    st.none() | st.sampled_from(Years),
)
PROFILES = st.builds(
    Profile,
    st.sampled_from(CODES),
    st.none() | st.sampled_from(Level),
    st.none() | st.sampled_from(Years),
    st.sampled_from(("plz:38", "plz:80", "de")),
    st.lists(st.sampled_from(SKILLS), max_size=4).map(tuple),
    st.sampled_from(((), (LanguageSkill("de", Cefr.C1),))),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SEARCHES, max_size=12), st.lists(SEARCHES, max_size=4), PROFILES, st.data())
def test_the_index_finds_what_the_plain_loop_finds(
    searches: list[Search], added: list[Search], profile: Profile, data: st.DataObject
) -> None:
    """After any adding, replacing and removing the index equals comparing all with all."""
    index = Index(VOCABULARY, searches)
    current = {search.id: search for search in searches}
    replaced = [attrs.evolve(one, id=other.id) for one, other in zip(added, searches, strict=False)]
    for search in (*added, *replaced):
        index.add(search)
        current[search.id] = search
    for gone in data.draw(st.lists(st.sampled_from([*current, "unknown"]), max_size=5)):
        index.remove(gone)
        current.pop(gone, None)
    plain = (match(profile, search, vocabulary=VOCABULARY) for search in current.values())
    assert index.searches_for(profile) == ranked(one for one in plain if one is not None)
    assert len(index) == len(current)


@settings(max_examples=150, deadline=None)
@given(st.lists(PROFILES, max_size=12), SEARCHES, st.data())
def test_the_pool_finds_what_the_plain_loop_finds(
    profiles: list[Profile], search: Search, data: st.DataObject
) -> None:
    """After any adding, replacing and removing the pool equals comparing all with all."""
    pool = Pool(VOCABULARY)
    current: dict[str, Profile] = {}
    for profile in profiles:
        name = data.draw(st.sampled_from(("a", "b", "c", "d", "e", "f")))
        pool.add(name, profile)
        current[name] = profile
    for gone in data.draw(st.lists(st.sampled_from(("a", "b", "unknown")), max_size=2)):
        pool.remove(gone)
        current.pop(gone, None)
    plain = ((name, match(one, search, vocabulary=VOCABULARY)) for name, one in current.items())
    expected = ranked(attrs.evolve(one, referral=name) for name, one in plain if one is not None)
    assert pool.profiles_for(search) == expected
    assert len(pool) == len(current)


def many_searches(number: int) -> list[Search]:
    """Searches as a region may have them, spread over occupations and skills."""
    luck = random.Random(7)  # noqa: S311 (test data)
    occupations = [f"{group}{rest}" for group in VOCABULARY.codes(Kind.OCCUPATION) for rest in (
        "101", "202", "303", "414")]  # fmt: skip
    skills = VOCABULARY.codes(Kind.SKILL)
    weights = [1 / place for place in range(1, len(skills) + 1)]
    return [
        Search(
            str(one),
            occupation=luck.choice(occupations),
            skills=tuple(luck.choices(skills, weights, k=2)),
        )
        for one in range(number)
    ]


def test_the_index_looks_at_few_searches() -> None:
    """Counted, not timed: a profile is compared with less than one in a hundred searches."""
    searches = many_searches(5000)
    index = Index(VOCABULARY, searches)
    skills = VOCABULARY.codes(Kind.SKILL)[:8]
    profile = Profile("43414", None, None, "de", skills=tuple(skills))
    examined = list(index.candidates(profile))
    matched = index.searches_for(profile)
    assert matched
    assert len(examined) < len(searches) / 100
    assert len({wanted.search.id for wanted in examined}) == len(examined)


def test_the_pool_looks_at_few_profiles() -> None:
    """Counted, not timed: the rarest required skill decides how many profiles are compared."""
    pool = Pool(VOCABULARY)
    for number in range(2000):
        rare = ("welding",) if number % 100 == 0 else ()
        pool.add(str(number), Profile("43414", None, None, "de", skills=("python", *rare)))
    search = Search("s", occupation="434", skills=("python", "welding"))
    assert len(list(pool.candidates(search))) == len(pool.profiles_for(search)) == 20


def test_the_order_of_equal_matches_does_not_depend_on_luck() -> None:
    """Best first; equal scores by id."""
    high = Match("z", (Reason("level", 5),))
    assert ranked([Match("b", ()), high, Match("a", ())]) == (high, Match("a", ()), Match("b", ()))

"""Index and pool after removing: the same answers, no work for what is gone, and no trace."""

import pickle

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share.model.profile import Profile
from fachkraft_share.rules.matching import Match, Search, match
from fachkraft_share.rules.matching_index import Index, Pool, ranked
from fachkraft_share.rules.vocabulary import shipped

VOCABULARY = shipped()
OCCUPATIONS = ("43", "4341", "43414", "43412", "26")
SKILLS = st.lists(st.sampled_from(("python", "sql", "java")), max_size=3).map(tuple)
NAMES = st.sampled_from("abcd")
PROFILES = st.builds(
    Profile, st.sampled_from(OCCUPATIONS), st.none(), st.none(), st.just("de"), SKILLS
)
SEARCHES = st.builds(Search, NAMES, st.none() | st.sampled_from(OCCUPATIONS), SKILLS)
MANY = settings(max_examples=150, deadline=None)


def matched(profile: Profile, search: Search, **more: str) -> Match | None:
    """The match of the two, compared plainly."""
    found = match(profile, search, vocabulary=VOCABULARY)
    return attrs.evolve(found, **more) if found else None


@MANY
@given(st.lists(st.tuples(NAMES, st.none() | PROFILES), max_size=20), SEARCHES)
def test_the_pool_answers_like_the_plain_loop_after_every_change(
    changes: list[tuple[str, Profile | None]], search: Search
) -> None:
    """Profiles come, are replaced and go; whoever is gone is neither found nor looked at."""
    pool, current = Pool(VOCABULARY), dict[str, Profile]()
    for name, profile in changes:
        if profile is None:
            pool.remove(name)
            current.pop(name, None)
        else:
            pool.add(name, profile)
            current[name] = profile
        plain = (matched(one, search, referral=name) for name, one in current.items())
        assert pool.profiles_for(search) == ranked(one for one in plain if one is not None)
        assert set(pool.candidates(search)) <= set(current)


@MANY
@given(st.lists(st.tuples(NAMES, st.none() | SEARCHES), max_size=20), PROFILES)
def test_the_index_answers_like_the_plain_loop_after_every_change(
    changes: list[tuple[str, Search | None]], profile: Profile
) -> None:
    """Searches come, are replaced and go; each is looked at once at most."""
    index, current = Index(VOCABULARY), dict[str, Search]()
    for name, search in changes:
        if search is None:
            index.remove(name)
            current.pop(name, None)
        else:
            index.add(search)
            current[search.id] = search
        plain = (matched(profile, one) for one in current.values())
        assert index.searches_for(profile) == ranked(one for one in plain if one is not None)
        looked_at = [one.search.id for one in index.candidates(profile)]
        assert len(looked_at) == len(set(looked_at))
        assert set(looked_at) <= set(current)


PYTHON = Profile("43414", None, None, "de", skills=("python", "sql"))
WELDING = Profile("4341", None, None, "de", skills=("welding",))


def test_of_a_removed_profile_the_pool_keeps_nothing() -> None:
    """Not even that somebody with this occupation and these skills was ever there."""
    one = Pool(VOCABULARY)
    one.add("a", PYTHON)
    before = pickle.dumps(one)
    for _ in range(2):
        one.add("b", WELDING)
        one.add("c", PYTHON)
        one.remove("b")
        one.remove("c")
        one.remove("unknown")
    assert pickle.dumps(one) == before
    one.remove("a")
    assert pickle.dumps(one) == pickle.dumps(Pool(VOCABULARY))


def test_a_replaced_profile_is_found_once_and_only_as_it_is_now() -> None:
    """Coarser than before, it lies nowhere else any more."""
    pool, plain = Pool(VOCABULARY), Pool(VOCABULARY)
    pool.add("a", PYTHON)
    pool.add("a", WELDING)
    plain.add("a", WELDING)
    assert [one.referral for one in pool.profiles_for(Search("s"))] == ["a"]
    assert list(pool.candidates(Search("s", "43414", ("python",)))) == []
    assert pickle.dumps(pool) == pickle.dumps(plain)


def test_of_a_removed_search_the_index_keeps_nothing() -> None:
    """Neither its bucket nor its skills among those counted."""
    searches = (Search("a", "434", ("python", "sql")), Search("b", None, ("sql",)), Search("c"))
    index = Index(VOCABULARY, searches)
    index.add(Search("d", "26", ("java", "sql")))
    for gone in ("a", "unknown", "c", "d", "b"):
        index.remove(gone)
    assert len(index) == 0
    assert pickle.dumps(index) == pickle.dumps(Index(VOCABULARY))


def test_an_index_grown_step_by_step_looks_at_as_few_searches() -> None:
    """The rarest skill so far decides, also after removing has changed what is rare."""
    index = Index(VOCABULARY)
    for number in range(20):
        index.add(Search(f"p{number}", None, ("python",)))
    for number in range(10):
        index.add(Search(f"s{number}", None, ("sql",)))
    index.add(Search("both", None, ("sql", "python")))
    only_python = attrs.evolve(PYTHON, skills=("python",))
    assert len(list(index.candidates(only_python))) == 20
    for number in range(20):
        index.remove(f"p{number}")
    index.add(Search("both", None, ("sql", "python")))
    only_sql = attrs.evolve(PYTHON, skills=("sql",))
    assert len(list(index.candidates(only_sql))) == 10
    assert {one.search for one in index.searches_for(PYTHON)} == {
        "both",
        *(f"s{number}" for number in range(10)),
    }


@pytest.mark.parametrize("search", [Search("s", "43414"), Search("s", "43"), Search("s")])
def test_finer_and_coarser_occupations_are_found_by_code(search: Search) -> None:
    """Above, below and the same; a neighbour is not, and is not looked at."""
    pool = Pool(VOCABULARY)
    for code in ("43", "434", "43414", "43413", "26"):
        pool.add(code, attrs.evolve(PYTHON, occupation=code))
    expected = {
        "43414": {"43", "434", "43414"},
        "43": {"43", "434", "43414", "43413"},
        None: {"43", "434", "43414", "43413", "26"},
    }[search.occupation]
    assert {one.referral for one in pool.profiles_for(search)} == expected
    assert sorted(pool.candidates(search)) == sorted(expected)


def test_equal_matches_stand_by_search_and_then_by_referral() -> None:
    """So the order never depends on who came first."""
    found = [Match(search, (), referral) for search in "ba" for referral in "zyx"]
    assert [(one.search, one.referral) for one in ranked(found)] == [
        (search, referral) for search in "ab" for referral in "xyz"
    ]

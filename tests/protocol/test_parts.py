"""Salted parts, and what the gate is told of an actor."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.consent import Category
from fachkraft_share.model.organisation import Organisation, Role, Status
from fachkraft_share.model.profile import Profile
from fachkraft_share.protocol import parts
from fachkraft_share.protocol.facts import closed_for, excluded, facts, folded
from fachkraft_share.protocol.records import Exclusion, Tombstone
from fachkraft_share.testing import strategies as some
from fachkraft_share.testing.scene import NEWCOMER, NOW, READER, STRANGER, Scene, seed
from fachkraft_share.testing.story import Story
from fachkraft_share.wire import strict
from fachkraft_share.wire.encoding import b64

SALT = b"s" * 16


def salts() -> list[bytes]:
    """Return more salts than a profile has parts."""
    return [seed(f"salt {n}")[:16] for n in range(len(parts.PROFILE_CATEGORIES))]


@given(some.profiles)
def test_a_profile_is_the_sum_of_its_parts(profile: Profile) -> None:
    """Split, signed, shown in full: the same profile again."""
    parted = parts.part_profile(profile, salts=salts())
    shown = parts.read_signed(parted.texts, parted.hashes)
    assert parts.join_profile(shown) == profile


@given(some.profiles, st.sets(st.sampled_from(parts.PROFILE_CATEGORIES)))
def test_what_is_not_allowed_cannot_be_seen(profile: Profile, categories: set[Category]) -> None:
    """Neither in the parts that remain nor in the hashes that were signed."""
    parted = parts.part_profile(profile, salts=salts())
    texts = parts.allowed(parted.texts, {*categories, Category.OCCUPATION})
    seen = parts.join_profile(parts.read_signed(texts, parted.hashes))
    assert seen.occupation == profile.occupation
    if Category.SKILLS not in categories:
        assert seen.skills == ()
    if Category.REGION not in categories:
        assert seen.region == parts.ANYWHERE
    if not categories & {Category.ENDORSEMENT, Category.RANK}:
        assert seen.endorsement is None
    elif Category.RANK not in categories and profile.endorsement is not None:
        assert seen.endorsement is None or seen.endorsement.rank is None


OPEN_FORMS: dict[str, dict[str, Any]] = {
    "an occupation in words": {"occupation": {"occupation": "Koch"}},
    "an occupation of one digit": {"occupation": {"occupation": "4"}},
    "an occupation in other digits": {"occupation": {"occupation": "\u0664\u0663"}},
    "an occupation and a line end": {"occupation": {"occupation": "43\n"}},
    "a town as region": {"region": {"region": "Goslar"}},
    "a whole postcode": {"region": {"region": "plz:38640"}},
    "a district and more": {"region": {"region": "ags:03153 Goslar"}},
    "a skill in words": {"skills": {"skills": ["Knows Ms Mustermann"]}},
    "a skill as long as a sentence": {"skills": {"skills": ["a" * 42]}},
    "a skill of nothing": {"skills": {"skills": [""]}},
    "a skill twice": {"skills": {"skills": ["java", "java"]}},
    "more skills than allowed": {"skills": {"skills": [f"s{n}" for n in range(13)]}},
    "a language in words": {"languages": {"languages": [{"language": "Deutsch", "level": "C2"}]}},
    "a language twice": {
        "languages": {"languages": [{"language": "de", "level": one} for one in ("B1", "C2")]}
    },
    "more languages than allowed": {
        "languages": {"languages": [{"language": f"a{n}", "level": "B1"} for n in "abcdef"]}
    },
    "a note beside a language": {
        "languages": {"languages": [{"language": "de", "level": "C2", "note": "mother: Ms M."}]}
    },
    "a strength in words": {"endorsement": {"strengths": ["Very nice!"]}},
    "more strengths than allowed": {"endorsement": {"strengths": [f"s{n}" for n in range(6)]}},
    "a note beside the rank": {"rank": {"rank": "second", "note": "x"}},
}


@pytest.mark.parametrize("why", OPEN_FORMS)
def test_free_text_never_passes_as_a_profile(why: str) -> None:
    """Codes of fixed form, each once, and no more than the limits allow; the value is not told."""
    values = {"occupation": {"occupation": "43"}, **OPEN_FORMS[why]}
    with pytest.raises(MalformedError) as found:
        parts.join_profile(values)
    assert "Mustermann" not in str(found.value)


def test_the_origin_signs_no_profile_that_others_would_refuse() -> None:
    """It would notice at the node otherwise."""
    loose = Profile("43", None, None, "Goslar")
    with pytest.raises(MalformedError, match=r"profile\.region"):
        parts.part_profile(loose, salts=salts())


@pytest.mark.parametrize("field", ["occupation", "skills", "languages", "strengths"])
def test_a_refused_profile_names_the_field(field: str) -> None:
    """So that whoever typed it knows where to look."""
    wrong: dict[str, dict[str, Any]] = {
        "occupation": {"occupation": {"occupation": "Koch"}},
        "skills": {"skills": {"skills": ["Very nice!"]}},
        "languages": {"languages": {"languages": [{"language": "xyz", "level": "B2"}]}},
        "strengths": {"endorsement": {"strengths": ["Very nice!"]}},
    }
    with pytest.raises(MalformedError, match=rf"^profile\.{field}:"):
        parts.join_profile({"occupation": {"occupation": "43"}, **wrong[field]})


def test_without_its_salt_a_hash_tells_nothing() -> None:
    """The same value under two salts has two hashes."""
    one, other = (parts.write_part("region", {"region": "de"}, salt=s) for s in (SALT, b"t" * 16))
    assert parts.part_hash(one) != parts.part_hash(other)


@pytest.mark.parametrize(
    "value",
    [
        "text",
        ["salt", "name"],
        [b64(SALT), 1, {}],
        [1, "name", {}],
        [b64(SALT[:-1]), "name", {}],
        [b64(SALT), "name", {}, {}],
    ],
)
def test_a_part_has_one_form(value: strict.JSON) -> None:
    """An array of salt, name and value."""
    with pytest.raises(MalformedError):
        parts.read_part(b64(strict.write(value)))


def test_a_salt_has_its_length() -> None:
    """A short one could be guessed."""
    with pytest.raises(MalformedError, match="16 bytes"):
        parts.write_part("region", {}, salt=b"short")


def test_each_part_is_signed_under_its_name_and_given_once() -> None:
    """Nobody slips in another value."""
    text = parts.write_part("region", {"region": "de"}, salt=SALT)
    hashes = {"region": parts.part_hash(text)}
    assert parts.read_signed([text], hashes) == {"region": {"region": "de"}}
    with pytest.raises(MalformedError, match="twice"):
        parts.read_signed([text, text], hashes)
    with pytest.raises(MalformedError, match="not signed"):
        parts.read_signed([text], {"skills": hashes["region"]})


# Facts for the gate ----------------------------------------------------------------------------

ONE = Organisation(
    READER,
    "Dritte  GmbH",
    (Role.EMPLOYER,),
    (),
    betriebsnummer="12345678",
    domains=("Dritte.example",),
    group="Dritte Holding",
)
EXCLUDED = {
    "id": READER,
    "name": "dritte gmbh",
    "domain": "dritte.example",
    "group": "dritte holding",
    "betriebsnummer": "12345678",
}


@pytest.mark.parametrize("kind", EXCLUDED)
def test_an_employer_is_shut_out_by_any_of_its_names(kind: str) -> None:
    """And by nothing else (R4)."""
    hit = Exclusion("r", kind, EXCLUDED[kind])
    assert excluded([hit], ONE)
    assert not excluded([attrs.evolve(hit, value="other")], ONE)
    bare = attrs.evolve(ONE, id="x", name="y", betriebsnummer=None, domains=(), group=None)
    assert not excluded([hit], bare)
    assert excluded([], None)


def test_names_are_compared_without_case_and_outer_blanks() -> None:
    """As people write them."""
    assert folded("  Müller &  Söhne GMBH ") == folded("müller & söhne gmbh")


@given(st.lists(some.tombstones), some.organisation_ids)
def test_a_closure_counts_for_its_scope(stones: list[Tombstone], actor: str) -> None:
    """All, the one it names, or all behind the node it names; adding one never opens anything."""
    scopes = {one.scope for one in stones}
    assert closed_for(stones, actor, node=None) is bool(scopes & {"all", actor})
    for node in scopes:
        assert closed_for(stones, actor, node=node)


@pytest.mark.parametrize(
    ("actor", "listed", "active"),
    [(READER, True, True), (NEWCOMER, False, False), (STRANGER, False, False)],
)
def test_the_gate_is_told_what_the_directory_knows(
    actor: str, listed: bool, active: bool, scene: Scene, story: Story
) -> None:
    """A stranger is on no list, not active, stored nowhere and shut out with everybody."""
    consent = scene.open(story.consent).body
    told = facts(consent, actor, here=scene.here(READER), at=NOW)
    assert (told.listed, told.active) == (listed, active)
    assert told.excluded is not active
    assert told.location == ("DE" if active else "")
    assert not facts(None, actor, here=scene.here(READER), at=NOW).listed


def test_who_is_suspended_is_still_listed(scene: Scene, story: Story) -> None:
    """These are two questions."""
    told = {READER: Status.SUSPENDED}
    newest = scene.members_list(8, (*scene.members,), status=told)
    here = scene.here(READER, directory=scene.directory.with_list(newest))
    known = facts(scene.open(story.consent).body, READER, here=here, at=NOW)
    assert known.listed
    assert not known.active

"""From a candidate to a profile: what appears, what is left out, what is never there."""

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.model.candidate import Candidate, Document, DocumentKind, Experience
from fachkraft_share.model.candidate import SpokenLanguage as Speaks
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    Endorsement,
    LanguageSkill,
    Level,
    Profile,
    Rank,
    WorkModel,
    Years,
)
from fachkraft_share.rules.careers import years_band
from fachkraft_share.rules.deidentification import Draft, Notice, describe, profile_of
from fachkraft_share.rules.kanonymity import Coarsened, HeldBack, Row, employment_table
from fachkraft_share.rules.vocabulary import Kind, Vocabulary, shipped, vocabulary

AT = 1_795_305_600  # 22 November 2026
SHIPPED = shipped()

PERSON = Candidate(
    given="Anna",
    family="Geheim",
    email="anna@geheim.example",
    phone="0123456",
    street="Geheimweg 1",
    postcode="38640",
    city="Goslar",
    occupation="43414",
    title="Geheime Entwicklerin",
    experience=(Experience("Entwicklerin", employer="Geheim AG", start="2020-01", end="2025-12"),),
    skills=("Python", "Geheimwissen", "python", "PostgreSQL", "Docker"),
    languages=(Speaks("de", Cefr.C2), Speaks("en", Cefr.B1), Speaks("en", Cefr.B2)),
    availability=Availability.QUARTER,
    work_model=WorkModel.HYBRID,
    current_employer="Geheim AG",
    documents=(Document("Geheim.pdf", DocumentKind.CV, "application/pdf", b"Geheim"),),
)


def counting(count: int, *, years: Years | None = Years.UP_TO_9) -> Vocabulary:
    """A vocabulary whose employment table has so many people like PERSON in region 38."""
    row = Row("43414", Level.EXPERT, "plz:38", years, count)
    return vocabulary(employment=employment_table([row]))


def draft_of(candidate: Candidate, *, vocabulary: Vocabulary = SHIPPED) -> Draft:
    """The draft of a candidate that is not held back."""
    draft = profile_of(candidate, None, vocabulary=vocabulary, at=AT)
    assert isinstance(draft, Draft)
    return draft


def test_with_enough_people_the_profile_is_as_fine_as_it_can_be() -> None:
    """Occupation, level, years and region appear when the table has k people like that."""
    endorsement = Endorsement("second", ["careful", "reliable"], would_have_hired=True)
    draft = profile_of(PERSON, endorsement, vocabulary=counting(5), at=AT)
    assert draft == Draft(
        Profile(
            occupation="43414",
            level=Level.EXPERT,
            years=Years.UP_TO_9,
            region="plz:38",
            skills=("containers", "python", "sql"),
            languages=(LanguageSkill("de", Cefr.C2), LanguageSkill("en", Cefr.B2)),
            availability=Availability.QUARTER,
            work_model=WorkModel.HYBRID,
            endorsement=Endorsement(Rank.SECOND, ("careful", "reliable"), would_have_hired=True),
        ),
        dropped=(Notice("skills-unknown", 1),),
    )


def test_with_too_few_people_the_profile_gets_coarser() -> None:
    """What is made coarser is said; below k even for the whole country nothing is shown."""
    row = Row("43", None, "de", None, 1000)
    wide = vocabulary(employment=employment_table([row]))
    draft = draft_of(PERSON, vocabulary=wide)
    assert (draft.profile.occupation, draft.profile.region) == ("43", "de")
    assert [one.field for one in draft.coarsened] == ["years", "occupation", "region", "level"]
    held = profile_of(PERSON, None, vocabulary=counting(4), at=AT)
    assert held == HeldBack("too-few")
    assert isinstance(profile_of(PERSON, None, vocabulary=counting(4), at=AT, k=4), Draft)


def test_without_a_table_at_most_the_group_the_whole_region_and_the_level_appear() -> None:
    """The fallback shows two digits; the region only if it is the alliance's whole one."""
    draft = draft_of(PERSON)
    profile = draft.profile
    assert (profile.occupation, profile.level, profile.years) == ("43", Level.EXPERT, None)
    assert profile.region == "de"
    assert draft.coarsened == tuple(map(Coarsened, ("years", "occupation", "region")))
    own = profile_of(PERSON, None, vocabulary=SHIPPED, at=AT, alliance_region="plz:38")
    assert isinstance(own, Draft)
    assert own.profile.region == "plz:38"
    other = profile_of(PERSON, None, vocabulary=SHIPPED, at=AT, alliance_region="plz:37")
    assert isinstance(other, Draft)
    assert other.profile.region == "de"


@pytest.mark.parametrize(
    ("code", "title", "occupation", "dropped"),
    [
        ("4341", "", "43", ()),
        ("", "Köchin", "29", ()),
        ("9999", "Köchin", "29", ("occupation-code-unknown",)),
        ("B 51624-113", "Köchin", "29", ("occupation-code-unknown",)),
        ("4", "Köchin", "29", ("occupation-code-unknown",)),
    ],
)
def test_the_occupation_is_the_code_or_follows_from_the_title(
    code: str, title: str, occupation: str, dropped: tuple[str, ...]
) -> None:
    """An unusable code is said and the title is taken."""
    person = attrs.evolve(PERSON, occupation=code, title=title, skills=())
    draft = draft_of(person)
    assert draft.profile.occupation == occupation
    assert tuple(notice.code for notice in draft.dropped) == dropped


def test_an_occupation_nobody_can_tell_holds_the_profile_back() -> None:
    """A person then chooses the code; nothing is guessed."""
    person = attrs.evolve(PERSON, occupation="", title="Alleskönnerin")
    held = profile_of(person, None, vocabulary=SHIPPED, at=AT)
    assert held == HeldBack("occupation-unknown")


def test_what_is_too_much_is_cut_and_counted() -> None:
    """Long lists are fingerprints; the first skills and the best languages stay."""
    skills = SHIPPED.codes(Kind.SKILL)[:20]
    spoken = tuple(Speaks(code, Cefr.A1) for code in ("pl", "tr", "fr", "es", "it", "xx"))
    person = attrs.evolve(PERSON, skills=skills, languages=(*spoken, Speaks("en", Cefr.C1)))
    strengths = (*SHIPPED.codes(Kind.STRENGTH)[:7], "jung und belastbar")
    draft = profile_of(person, Endorsement("third", strengths), vocabulary=SHIPPED, at=AT)
    assert isinstance(draft, Draft)
    assert draft.profile.skills == tuple(sorted(skills[: limits.SKILLS]))
    assert [one.language for one in draft.profile.languages] == ["en", "es", "fr", "it", "pl"]
    assert draft.profile.endorsement is not None
    assert len(draft.profile.endorsement.strengths) == limits.STRENGTHS
    assert set(draft.dropped) == {
        Notice("skills-over-limit", 8),
        Notice("languages-unknown", 1),
        Notice("languages-over-limit", 1),
        Notice("strengths-unknown", 1),
        Notice("strengths-over-limit", 2),
    }


def test_an_unknown_place_and_undated_work_are_said() -> None:
    """What cannot be told is left open, never guessed."""
    person = attrs.evolve(
        PERSON, postcode="US-06511", experience=(Experience("Entwicklerin"),), skills=()
    )
    draft = draft_of(person)
    assert draft.profile.region == "de"
    assert draft.profile.years is None
    assert draft.dropped == (Notice("postcode-unknown"), Notice("experience-undated"))
    assert draft_of(attrs.evolve(person, experience=())).dropped == (Notice("postcode-unknown"),)


def test_every_notice_reads_as_a_sentence_in_both_languages() -> None:
    """The person is told in words, and no word says what was left out."""
    found = [
        *(Notice(code, 3) for code in ("skills-unknown", "skills-over-limit", "languages-unknown")),
        *(Notice(code, 3) for code in ("languages-over-limit", "strengths-unknown")),
        *(Notice(code) for code in ("strengths-over-limit", "postcode-unknown")),
        *(Notice(code) for code in ("experience-undated", "occupation-code-unknown")),
        *(Coarsened(field) for field in ("years", "occupation", "region", "level")),
        *(HeldBack(code) for code in ("occupation-unknown", "too-few")),
    ]
    for one in found:
        assert describe(one).endswith(".")
        assert describe(one, language="en") != describe(one)
    assert "(3)" in describe(found[0])
    assert "(1)" in describe(Notice("skills-unknown"))


SECRETS = st.text(st.characters(categories=("L",)), min_size=4, max_size=12).map("Qx{}xQ".format)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_personal_text_reaches_a_profile(data: st.DataObject) -> None:
    """Whatever stands in names, contact, titles, employers and free skills stays behind (R13)."""
    secret = [data.draw(SECRETS) for _ in range(8)]
    person = attrs.evolve(
        PERSON,
        given=secret[0],
        family=secret[1],
        email=secret[2],
        street=secret[3],
        city=secret[4],
        title=secret[5],
        experience=(Experience(secret[6], employer=secret[7], start="2001"),),
        skills=(secret[5], "Java"),
    )
    draft = profile_of(
        person, Endorsement("second", [secret[0], "careful"]), vocabulary=counting(9), at=AT
    )
    assert isinstance(draft, Draft)
    assert "Qx" not in str(attrs.asdict(draft))


def test_the_profile_has_no_field_for_what_must_never_leave() -> None:
    """The type itself holds the rule: these are all the fields there are (R13, R24)."""
    assert [field.name for field in attrs.fields(Profile)] == [
        *("occupation", "level", "years", "region", "skills", "languages"),
        *("availability", "work_model", "endorsement"),
    ]


@pytest.mark.parametrize(
    ("spans", "band"),
    [
        ((), None),
        ((("", None),), None),
        ((("2026-11", None),), Years.UP_TO_1),
        ((("2030-01", None),), Years.UP_TO_1),
        ((("2023-01", "2024-12"),), Years.UP_TO_4),
        ((("2023-01", "2024-11"),), Years.UP_TO_1),
        ((("2020-01", "2022-12"), ("2021-01", "2024-12")), Years.UP_TO_9),
        ((("2010-01", "2012-12"), ("2020-01", None)), Years.UP_TO_9),
        ((("2000", "2010"),), Years.MORE),
        ((("2014", "2014"),), Years.UP_TO_1),
        ((("2020-05", "2019-01"),), Years.UP_TO_1),
        ((("2010-01", "2020-12"), ("2012-01", "2013-01")), Years.MORE),
    ],
)
def test_years_are_counted_once_and_only_when_dated(
    spans: tuple[tuple[str, str | None], ...], band: Years | None
) -> None:
    """Overlaps count once, the future not at all, a bare year as its middle."""
    experience = [Experience("x", start=start, end=end) for start, end in spans]
    assert years_band(experience, at=AT) is band

"""What each wish gives: its reason, its points, its sentence, and what is just enough."""

import attrs
import pytest

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
from fachkraft_share.rules.matching import Match, Reason, Search, describe, match, weights
from fachkraft_share.rules.places import Places, Postcode, point, shipped_places, with_postcodes
from fachkraft_share.rules.vocabulary import shipped, vocabulary

VOCABULARY = shipped()
PERSON = Profile("43414", Level.SPECIALIST, Years.UP_TO_4, "plz:38")


def reasons(search: Search, profile: Profile = PERSON) -> tuple[Reason, ...]:
    """The reasons of a match that is there."""
    found = match(profile, search, vocabulary=VOCABULARY)
    assert found is not None
    assert found.score == sum(one.points for one in found.reasons)
    return found.reasons


FRENCH = LanguageSkill("fr", Cefr.B1)
NEAR = {"near": "38640", "within_km": 100}


@pytest.mark.parametrize(
    ("wish", "told", "reason"),
    [
        ({"occupation": "434"}, {}, Reason("occupation", 40, "43414")),
        ({"occupation": "434"}, {"occupation": "43"}, Reason("occupation-group", 20, "43")),
        ({"skills": ("sql",)}, {"skills": ("sql",)}, Reason("skill-required", 10, "sql")),
        ({"wished": ("sql",)}, {"skills": ("sql",)}, Reason("skill-wished", 5, "sql")),
        ({"languages": (FRENCH,)}, {"languages": (FRENCH,)}, Reason("language", 5, "fr")),
        (NEAR, {}, Reason("distance", 10, "plz:38")),
        ({"near": "30159", "within_km": 20}, {}, Reason("distance-possible", 5, "plz:38")),
        (NEAR, {"region": "de"}, Reason("distance-unknown", 0, "de")),
        ({"level": Level.SPECIALIST}, {}, Reason("level", 5, "3")),
        ({"level": Level.EXPERT}, {"level": None}, Reason("level-unknown", 0)),
        ({"years": Years.UP_TO_4}, {}, Reason("years", 5, "2-4")),
        ({"years": Years.MORE}, {"years": None}, Reason("years-unknown", 0)),
        (
            {"work_model": WorkModel.REMOTE},
            {"work_model": WorkModel.REMOTE},
            Reason("work-model", 5, "remote"),
        ),
        (
            {"availability": Availability.NOW},
            {"availability": Availability.NOW},
            Reason("availability", 5, "now"),
        ),
        (
            {},
            {"endorsement": Endorsement("second", (), would_have_hired=True)},
            Reason("would-have-hired", 5),
        ),
    ],
)
def test_each_wish_alone_gives_its_reason(
    wish: dict[str, object], told: dict[str, object], reason: Reason
) -> None:
    """Nothing else needs to be wished for."""
    assert reasons(Search("s", **wish), attrs.evolve(PERSON, **told)) == (reason,)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"wished": ("sql",)}, {}),
        ({"work_model": WorkModel.REMOTE}, {"work_model": WorkModel.HYBRID}),
        ({"work_model": WorkModel.REMOTE}, {}),
        ({"availability": Availability.NOW}, {"availability": Availability.LATER}),
        ({}, {"endorsement": Endorsement("second", (), would_have_hired=False)}),
    ],
)
def test_what_is_only_wished_for_and_not_there_gives_nothing(
    wish: dict[str, object], told: dict[str, object]
) -> None:
    """It excludes nobody either."""
    assert reasons(Search("s", **wish), attrs.evolve(PERSON, **told)) == ()


SENTENCES = (
    (
        Reason("occupation", 40, "43414"),
        "Beruf: Informatik, Kommunikationstechnik",
        "Occupation: Computing, communication technology",
    ),
    (
        Reason("occupation-group", 20, "43"),
        "Beruf, nur grob bekannt: Informatik, Kommunikationstechnik",
        "Occupation, known roughly: Computing, communication technology",
    ),
    (
        Reason("skill-required", 10, "welding"),
        "Gefordert und vorhanden: Schweißen",
        "Required and there: Welding",
    ),
    (
        Reason("skill-wished", 5, "welding"),
        "Gewünscht und vorhanden: Schweißen",
        "Wished for and there: Welding",
    ),
    (Reason("language", 5, "fr"), "Sprache: Französisch", "Language: French"),
    (Reason("distance", 10, "de"), "In der Nähe: Deutschland", "Nearby: Germany"),
    (
        Reason("distance-possible", 5, "de"),
        "Möglicherweise in der Nähe: Deutschland",
        "Possibly nearby: Germany",
    ),
    (
        Reason("distance-unknown", 0, "de"),
        "Die Gegend ist nicht bekannt.",
        "The area is not known.",
    ),
    (
        Reason("level", 5, "2"),
        "Anforderungsniveau: Fachkraft",
        "Requirement level: skilled worker",
    ),
    (
        Reason("level-unknown", 0),
        "Das Anforderungsniveau ist nicht bekannt.",
        "The level is not known.",
    ),
    (Reason("years", 5, "2-4"), "zwei bis vier Jahre Erfahrung", "two to four years of experience"),
    (Reason("years-unknown", 0), "Die Berufsjahre sind nicht bekannt.", "The years are not known."),
    (Reason("work-model", 5, "remote"), "Arbeitsort: von zu Hause", "Place of work: remote"),
    (Reason("availability", 5, "now"), "Verfügbar: sofort", "Available: at once"),
    (
        Reason("would-have-hired", 5),
        "Das empfehlende Unternehmen hätte die Person gern eingestellt.",
        "The recommending company would have liked to hire the person.",
    ),
)


@pytest.mark.parametrize(("reason", "german", "english"), SENTENCES)
def test_every_reason_reads_as_this_sentence(reason: Reason, german: str, english: str) -> None:
    """With the words of the vocabulary, never with a code."""
    assert describe(reason, vocabulary=VOCABULARY) == german
    assert describe(reason, vocabulary=VOCABULARY, language="en") == english


def test_the_reasons_of_many_skills_stand_in_the_order_of_their_codes() -> None:
    """Each once, however often and in whatever order they were asked for."""
    codes = ("welding", "java", "sql", "python", "cloud", "cpp", "php", "csharp")
    person = attrs.evolve(PERSON, skills=codes)
    for name, told in (("skills", "skill-required"), ("wished", "skill-wished")):
        found = reasons(Search("s", **{name: (*codes, *codes)}), person)
        assert [(one.code, one.detail) for one in found] == [(told, one) for one in sorted(codes)]


@pytest.mark.parametrize(
    ("wish", "enough", "short"),
    [
        ("level", Level.SPECIALIST, Level.EXPERT),
        ("years", Years.UP_TO_4, Years.UP_TO_9),
        ("languages", (LanguageSkill("de", Cefr.B1),), (LanguageSkill("de", Cefr.B2),)),
        ("languages", (LanguageSkill("de", Cefr.A1),), (LanguageSkill("en", Cefr.A1),)),
        ("occupation", "4341", "4342"),
        ("occupation", "43414", "43413"),
        ("skills", ("sql",), ("sql", "java")),
    ],
)
def test_as_much_as_is_asked_for_is_enough_and_less_is_not(
    wish: str, enough: object, short: object
) -> None:
    """One step above what the profile says, the search does not apply."""
    person = attrs.evolve(PERSON, skills=("sql",), languages=(LanguageSkill("de", Cefr.B1),))
    assert match(person, Search("s", **{wish: enough}), vocabulary=VOCABULARY) is not None
    assert match(person, Search("s", **{wish: short}), vocabulary=VOCABULARY) is None


def around(kilometres: float, *, radius_km: float = 0.0) -> Places:
    """A postcode, and a district so far to the north of it, which reaches so far itself."""
    degree = 111.195
    north = 51 + kilometres / degree
    ends = (north + radius_km / degree, north - radius_km / degree)
    members = [Postcode(f"3810{n}", "ags:03101", point(at, 10)) for n, at in enumerate(ends)]
    town = Postcode("38640", "ags:03153", point(51, 10))
    districts = {"ags:03101": members, "ags:03153": [town]}
    return with_postcodes(shipped_places(), [town, *members], districts=districts, names={})


@pytest.mark.parametrize(
    ("kilometres", "radius", "code"),
    [
        (49.9, 0, "distance"),
        (49.9, 20, "distance"),
        (50.1, 20, "distance-possible"),
        (69.9, 20, "distance-possible"),
        (70.1, 20, None),
        (50.1, 0, None),
    ],
)
def test_the_distance_is_measured_to_the_middle_and_to_the_edge(
    kilometres: float, radius: float, code: str | None
) -> None:
    """Within fifty kilometres the middle is near; as far as the region reaches it may be."""
    known = vocabulary(places=around(kilometres, radius_km=radius))
    person = attrs.evolve(PERSON, region="ags:03101")
    found = match(person, Search("s", near="38640", within_km=50), vocabulary=known)
    assert [one.code for one in found.reasons] == [code] if found else code is None


def test_nobody_can_hand_in_a_score() -> None:
    """It is the sum of the reasons, and a match belongs to no referral until it is said."""
    found = Match("s", (Reason("level", 5), Reason("years", 5)))
    assert (found.score, found.referral) == (10, "")
    with pytest.raises(TypeError, match="score"):
        Match("s", (), score=95)


def test_the_points_of_each_reason_may_be_read() -> None:
    """Rules are no secret (Art. 22 GDPR)."""
    assert weights()["occupation"] > weights()["occupation-group"] > weights()["years"]

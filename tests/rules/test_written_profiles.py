"""What a written profile looks like, field by field, and what is read of a full foreign one."""

import attrs
import pytest

from fachkraft_share.model.candidate import (
    Candidate,
    Document,
    DocumentKind,
    Education,
    Experience,
    SpokenLanguage,
)
from fachkraft_share.model.profile import Availability, Cefr, WorkModel
from fachkraft_share.rules.formats.hr_open import read_hr_open, write_hr_open
from fachkraft_share.rules.formats.json_resume import read_json_resume, write_json_resume

PERSON = Candidate(
    given="Anna",
    family="Muster",
    email="anna@muster.example",
    phone="+49 5321 1",
    street="Am Markt 1",
    postcode="CH-8001",
    city="Zürich",
    occupation="43414",
    title="Entwicklerin",
    experience=(
        Experience("Leitung", employer="Muster AG", start="2020-01"),
        Experience("Azubi", start="2015", end="2018-07"),
    ),
    education=(Education("B. Sc.", institution="Uni", end="2015-03"), Education("Abitur")),
    skills=("Python", "SQL"),
    languages=(SpokenLanguage("de", Cefr.C2), SpokenLanguage("xx", Cefr.A1)),
    availability=Availability.QUARTER,
    work_model=WorkModel.HYBRID,
    current_employer="Muster AG",
    documents=(Document("cv.pdf", DocumentKind.CV, "application/pdf", b"%PDF"),),
)
HR_OPEN = {
    "person": {
        "name": {"formattedName": "Anna Muster", "given": "Anna", "family": "Muster"},
        "communication": {
            "address": [
                {
                    "line": "Am Markt 1",
                    "countryCode": "CH",
                    "postalCode": "8001",
                    "city": "Zürich",
                }
            ],
            "phone": [{"formattedNumber": "+49 5321 1"}],
            "email": [{"address": "anna@muster.example"}],
        },
    },
    "profiles": [
        {
            "distributionGuidelines": {"doNotRedistributeIndicator": True},
            "personAvailability": {
                "immediateStartIndicator": False,
                "noticePeriodMeasure": {"value": 3, "unitCode": "MON"},
            },
            "positionPreferences": [
                {
                    "positionTitles": ["Entwicklerin"],
                    "jobCategories": [{"code": "43414", "schemeId": "KldB 2010"}],
                    "remoteWork": {
                        "remoteWorkIndicator": True,
                        "workLocationCodes": ["Home", "Office"],
                    },
                }
            ],
            "employment": [
                {
                    "organization": {"name": "Muster AG"},
                    "positionHistories": [
                        {"title": "Leitung", "start": "2020-01", "current": True}
                    ],
                },
                {"positionHistories": [{"title": "Azubi", "start": "2015", "end": "2018-07"}]},
            ],
            "education": [
                {
                    "institution": {"name": "Uni"},
                    "educationDegrees": [{"name": "B. Sc.", "date": "2015-03"}],
                    "end": "2015-03",
                },
                {"institution": {}, "educationDegrees": [{"name": "Abitur"}]},
            ],
            "qualifications": [
                {"competencyName": "Python"},
                {"competencyName": "SQL"},
                {
                    "competencyIds": [{"value": "de", "schemeId": "ISO 639-1"}],
                    "competencyName": "Deutsch",
                    "proficiencyLevel": {"scoresText": [{"value": "C2"}]},
                },
                {
                    "competencyIds": [{"value": "xx", "schemeId": "ISO 639-1"}],
                    "competencyName": "xx",
                    "proficiencyLevel": {"scoresText": [{"value": "A1"}]},
                },
            ],
            "attachments": [
                {
                    "descriptions": ["cv"],
                    "content": {
                        "value": "JVBERg==",
                        "encoding": "base64",
                        "mimeType": "application/pdf",
                        "filename": "cv.pdf",
                    },
                }
            ],
        }
    ],
}
JSON_RESUME = {
    "$schema": "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
    "basics": {
        "name": "Anna Muster",
        "label": "Entwicklerin",
        "email": "anna@muster.example",
        "phone": "+49 5321 1",
        "location": {
            "address": "Am Markt 1",
            "countryCode": "CH",
            "postalCode": "8001",
            "city": "Zürich",
        },
    },
    "work": [
        {"name": "Muster AG", "position": "Leitung", "startDate": "2020-01"},
        {"position": "Azubi", "startDate": "2015", "endDate": "2018-07"},
    ],
    "education": [
        {"institution": "Uni", "studyType": "B. Sc.", "endDate": "2015-03"},
        {"studyType": "Abitur"},
    ],
    "skills": [{"name": "Python"}, {"name": "SQL"}],
    "languages": [
        {"language": "Deutsch", "fluency": "C2"},
        {"language": "xx", "fluency": "A1"},
    ],
    "meta": {
        "version": "v1.0.0",
        "fachkraftShare": {
            "given": "Anna",
            "family": "Muster",
            "kldb": "43414",
            "availability": "within_3_months",
            "workModel": "hybrid",
        },
    },
}


def test_hr_open_is_written_field_by_field() -> None:
    """Exactly this, for systems that read what the standard names; and read again the same."""
    assert write_hr_open(PERSON) == HR_OPEN
    known = PERSON.languages[:1]  # an invented code is written as it is, and nobody reads it
    assert read_hr_open(HR_OPEN).candidate == attrs.evolve(PERSON, languages=known)


def test_a_json_resume_is_written_field_by_field() -> None:
    """Exactly this; documents lie beside it."""
    assert write_json_resume(PERSON) == JSON_RESUME
    kept = attrs.evolve(PERSON, documents=(), languages=PERSON.languages[:1])
    assert read_json_resume(JSON_RESUME).candidate == kept


def test_of_somebody_who_tells_nothing_but_a_name_nothing_else_is_written() -> None:
    """No empty field, and no availability or place of work that nobody named."""
    person = Candidate(given="", family="Muster")
    assert write_hr_open(person) == {
        "person": {"name": {"formattedName": "Muster", "family": "Muster"}},
        "profiles": [{"distributionGuidelines": {"doNotRedistributeIndicator": True}}],
    }
    assert write_json_resume(person) == {
        "$schema": JSON_RESUME["$schema"],
        "basics": {"name": "Muster"},
        "meta": {"version": "v1.0.0", "fachkraftShare": {"family": "Muster"}},
    }
    assert read_hr_open(write_hr_open(person)).candidate == person
    assert read_json_resume(write_json_resume(person)).candidate == person


@pytest.mark.parametrize(
    ("model", "remote", "codes"),
    [
        (WorkModel.ONSITE, False, ["Office"]),
        (WorkModel.HYBRID, True, ["Home", "Office"]),
        (WorkModel.REMOTE, True, ["Home"]),
    ],
)
def test_a_work_model_is_a_flag_and_its_places(
    model: WorkModel, remote: bool, codes: list[str]
) -> None:
    """Whoever reads only the flag, or only the places, still understands it."""
    written = write_hr_open(Candidate("A", "B", work_model=model))
    [profile] = written["profiles"]
    assert profile["positionPreferences"] == [
        {"remoteWork": {"remoteWorkIndicator": remote, "workLocationCodes": codes}}
    ]
    assert read_hr_open(written).candidate.work_model is model


@pytest.mark.parametrize(
    ("availability", "at_once", "months"),
    [
        (Availability.NOW, True, 0),
        (Availability.QUARTER, False, 3),
        (Availability.LATER, False, 6),
    ],
)
def test_an_availability_is_a_flag_and_a_notice_period(
    availability: Availability, at_once: bool, months: int
) -> None:
    """Three words here, months in the standard."""
    written = write_hr_open(Candidate("A", "B", availability=availability))
    [profile] = written["profiles"]
    assert profile["personAvailability"] == {
        "immediateStartIndicator": at_once,
        "noticePeriodMeasure": {"value": months, "unitCode": "MON"},
    }
    assert read_hr_open(written).candidate.availability is availability


def test_a_degree_without_a_name_keeps_its_school_and_end() -> None:
    """It has no degree to write, and comes back all the same."""
    school = Education("", institution="Uni", end="2010-02")
    written = write_hr_open(Candidate("A", "B", education=(school,)))
    [profile] = written["profiles"]
    assert profile["education"] == [
        {"institution": {"name": "Uni"}, "educationDegrees": [], "end": "2010-02"}
    ]
    assert read_hr_open(written).candidate.education == (school,)


@pytest.mark.parametrize(
    ("postcode", "fields"),
    [
        ("38640", {"postalCode": "38640"}),
        ("CH-8001", {"countryCode": "CH", "postalCode": "8001"}),
        ("ch-8001", {"postalCode": "ch-8001"}),
        ("ABC", {"postalCode": "ABC"}),
        ("A1-9", {"postalCode": "A1-9"}),
        ("ÄÖ-9", {"postalCode": "ÄÖ-9"}),
        ("-9", {"postalCode": "-9"}),
        ("GB-SW1-A", {"countryCode": "GB", "postalCode": "SW1-A"}),
    ],
)
def test_only_capital_letters_before_a_dash_are_a_country(
    postcode: str, fields: dict[str, str]
) -> None:
    """Whatever else stands there belongs to the postcode, and nothing is lost."""
    person = Candidate("A", "B", postcode=postcode)
    written = write_json_resume(person)
    assert written["basics"] == {"name": "A B", "location": fields}
    assert read_json_resume(written).candidate == person
    assert read_hr_open(write_hr_open(person)).candidate == person


@pytest.mark.parametrize(
    ("country", "postcode"),
    [("", "06511"), ("DE", "06511"), ("deu", "06511"), ("us", "US-06511"), (None, "06511")],
)
def test_a_postcode_of_another_country_says_so(country: str | None, postcode: str) -> None:
    """A German one does not; without a postcode there is no country either."""
    location = {"postalCode": "06511", "countryCode": country}
    named = {"name": "A B", "location": location}
    assert read_json_resume({"basics": named}).candidate.postcode == postcode
    empty = {"name": "A B", "location": {"countryCode": country}}
    assert read_json_resume({"basics": empty}).candidate.postcode == ""

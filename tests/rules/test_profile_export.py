"""A pseudonymous profile in the formats a person takes along."""

from xml.etree import ElementTree as ET

import pytest

from fachkraft_share.model.candidate import Candidate, Education, Experience, SpokenLanguage
from fachkraft_share.model.profile import Availability, Cefr, LanguageSkill, Level, Profile, Years
from fachkraft_share.rules.formats.europass import write_europass
from fachkraft_share.rules.formats.profile_export import (
    Described,
    europass_of,
    hr_open_of,
    resume_of,
)

SAID = Described(
    Profile(
        occupation="434",
        level=Level.SPECIALIST,
        years=Years.UP_TO_9,
        region="plz:38",
        skills=("sql",),
        languages=(LanguageSkill("de", Cefr.C2),),
        availability=Availability.QUARTER,
    ),
    occupation="Softwareentwicklung",
    region="Harz <38>",
    skills=("SQL & Datenbanken",),
    origin="Muster GmbH",
    endorsement=("sorgfältig", "hätte Sie gern eingestellt"),
)
FULL = Candidate(
    given="A",
    family="B & C",
    email="a@example.org",
    phone="+49 1",
    street="Weg 1",
    postcode="38640",
    city="Goslar",
    title="Fräser",
    experience=(Experience("Fräser", "Werk", "2019", None), Experience("Helfer", "", "", "2018")),
    education=(Education("Facharbeiter", "Schule", "2015"), Education("", "Kurs")),
    skills=("CNC",),
    languages=(SpokenLanguage("de", Cefr.C2),),
)


def test_a_profile_as_json_resume_names_no_person() -> None:
    """Occupation, area, skills, languages and the endorsement as reference; no name at all."""
    made = resume_of(SAID)
    assert "name" not in made["basics"]  # type: ignore[operator]
    assert made["basics"]["label"] == "Softwareentwicklung"  # type: ignore[index]
    assert made["references"] == [
        {"name": "Muster GmbH", "reference": "sorgfältig; hätte Sie gern eingestellt"}
    ]
    assert "work" not in made


def test_without_an_endorsement_there_is_no_reference() -> None:
    """An absent field is absent."""
    plain = Described(SAID.profile, "Beruf", "Harz")
    assert "references" not in resume_of(plain)


def test_a_profile_as_hr_open_may_not_be_passed_on() -> None:
    """The format's own flag says so, and no person is named."""
    made = hr_open_of(SAID)
    [profile] = made["profiles"]  # type: ignore[misc]
    assert profile["distributionGuidelines"] == {"doNotRedistributeIndicator": True}  # type: ignore[index]
    assert "name" not in made["person"]  # type: ignore[operator]


def test_a_profile_as_europass_is_well_formed() -> None:
    """Marks in texts are text."""
    made = ET.fromstring(europass_of(SAID))  # noqa: S314
    said = [one.text for one in made.iter() if one.text]
    assert "Harz <38>" in said
    assert "SQL & Datenbanken" in said
    assert said.count("C2") == 5


@pytest.mark.parametrize(
    ("element", "texts"),
    [
        ("{http://www.hr-xml.org/3}FamilyName", ["B & C"]),
        ("{http://www.openapplications.org/oagis/9}URI", ["a@example.org"]),
        ("{http://www.hr-xml.org/3}CurrentIndicator", ["true", "false"]),
        ("{http://www.hr-xml.org/3}DegreeName", ["Facharbeiter"]),
        ("{http://www.hr-xml.org/3}OrganizationName", ["Werk", "Schule", "Kurs"]),
    ],
)
def test_a_candidate_as_europass_has_its_elements(element: str, texts: list[str]) -> None:
    """What is known stands there, and nothing empty does."""
    found = ET.fromstring(write_europass(FULL))  # noqa: S314
    assert [one.text for one in found.iter(element)] == texts
    assert all(one.text or len(one) for one in found.iter())

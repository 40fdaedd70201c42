"""Foreign documents in their many spellings: each field that is read, at its limits."""

import base64
from typing import Any

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import (
    Candidate,
    DocumentKind,
    Education,
    Experience,
    SpokenLanguage,
)
from fachkraft_share.model.profile import Availability, Cefr, WorkModel
from fachkraft_share.rules.formats.documents import document_kind
from fachkraft_share.rules.formats.hr_open import read_hr_open
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.rules.formats.json_resume import read_json_resume
from fachkraft_share.rules.formats.names import split_name


def of_hr_open(*, person: object = None, **profile: object) -> Imported:
    """What is read of an HR Open document with this profile."""
    named = person or {"name": {"family": "Öz"}}
    return read_hr_open({"person": named, "profiles": [profile]})


def of_json_resume(**more: Any) -> Candidate:
    """The candidate of a JSON Resume with these fields."""
    basics = {"name": "A B", **more.pop("basics", {})}
    return read_json_resume({"basics": basics, **more}).candidate


# Names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ({"given": "Cher", "formattedName": "X Y"}, "Cher", ""),
        ({"family": "Cher", "formattedName": "X Y"}, "", "Cher"),
        ({"formattedName": "Anna Muster"}, "Anna", "Muster"),
        ({"formattedName": ", Anna"}, "Anna", ""),
    ],
)
def test_a_given_or_a_family_name_is_enough(name: object, given: str, family: str) -> None:
    """The whole name is split only where both are missing."""
    found = of_hr_open(person={"name": name}).candidate
    assert (found.given, found.family) == (given, family)


@pytest.mark.parametrize(
    ("own", "name", "given", "family"),
    [
        ({"given": "Cher"}, "X Y", "Cher", ""),
        ({"family": "Cher"}, "X Y", "", "Cher"),
        ({}, ", Anna", "Anna", ""),
        ({}, "Muster,", "", "Muster"),
    ],
)
def test_our_own_fields_for_the_name_go_first(
    own: object, name: str, given: str, family: str
) -> None:
    """The standard has only one, which is split where ours are missing."""
    found = of_json_resume(basics={"name": name}, meta={"fachkraftShare": own})
    assert (found.given, found.family) == (given, family)


SALUTATIONS = "Herr Frau Mr Mr. Mrs Ms Miss Mx Hr Hr. Fr Fr.".split()
PARTICLES = (
    "von vom van zu zum zur auf und der den dem de di da del della dos la le ter ten af al el ben "
    "bin"
).split()


@pytest.mark.parametrize("salutation", SALUTATIONS)
def test_every_salutation_is_left_out(salutation: str) -> None:
    """It states the gender (R13), once or twice."""
    assert split_name(f"{salutation} Anna Muster") == ("Anna", "Muster")
    assert split_name(f"{salutation} {salutation} Anna Muster") == ("Anna", "Muster")
    assert split_name(f"{salutation} Muster, Anna") == ("Anna", "Muster")


@pytest.mark.parametrize("particle", PARTICLES)
def test_every_particle_belongs_to_the_family_name(particle: str) -> None:
    """Also in capitals, but never as the first word."""
    assert split_name(f"Anna Eva {particle} Muster") == ("Anna Eva", f"{particle} Muster")
    assert split_name(f"Anna {particle.title()} Muster") == ("Anna", f"{particle.title()} Muster")
    assert split_name(f"{particle} Muster") == (particle, "Muster")


# HR Open ----------------------------------------------------------------------------------------


def test_schools_licences_and_certificates_are_education() -> None:
    """With their issuer and end; a degree's own date goes before the school's end."""
    found = of_hr_open(
        education=[
            {
                "institution": {"name": "Uni"},
                "end": "2012-01-31",
                "educationDegrees": [{"name": "B. Sc.", "date": "2010"}, {"name": "M. Sc."}],
            },
            {
                "institution": {"name": "Schule"},
                "programs": ["Physik", "", "Chemie"],
                "end": "2008",
            },
            {"programs": ["Latein"]},
        ],
        licenses=[
            {
                "name": "Führerschein",
                "issuingAuthority": {"name": "Stadt"},
                "firstIssued": "2009-05-04",
            }
        ],
        certifications=[{"name": "AEVO", "issuingAuthority": {"name": "IHK"}}],
    ).candidate
    assert found.education == (
        Education("B. Sc.", institution="Uni", end="2010"),
        Education("M. Sc.", institution="Uni", end="2012-01"),
        Education("Physik, Chemie", institution="Schule", end="2008"),
        Education("Latein"),
        Education("Führerschein", institution="Stadt", end="2009-05"),
        Education("AEVO", institution="IHK"),
    )


def test_the_employer_is_named_by_the_employment_or_by_the_position() -> None:
    """So is the beginning; whoever is still there has no end, whatever stands there."""
    found = of_hr_open(
        employment=[
            {
                "organization": {"name": "Muster AG"},
                "start": "2010-01",
                "positionHistories": [
                    {"title": "A", "organization": {"name": "Teil"}, "end": "2012-02"},
                    {"title": "B", "start": "2012-03", "end": "2013-01", "current": True},
                    {"title": "C", "start": "2011", "current": False, "end": ""},
                ],
            },
            {"organization": {"name": "Alt"}, "title": "D", "start": "2001", "end": "2009"},
        ]
    ).candidate
    assert found.experience == (
        Experience("A", employer="Muster AG", start="2010-01", end="2012-02"),
        Experience("B", employer="Muster AG", start="2012-03"),
        Experience("C", employer="Muster AG", start="2011"),
        Experience("D", employer="Alt", start="2001", end="2009"),
    )
    assert (found.title, found.current_employer) == ("B", "Muster AG")


def test_the_private_contact_with_the_best_preference_is_taken() -> None:
    """A business one only where there is no other; one without a preference counts as the best."""
    communication = {
        "email": [
            {"useCode": "business", "preference": 1, "address": "firma@example.org"},
            {"useCode": "personal", "preference": 2, "address": "zwei@example.org"},
            {"useCode": "personal", "address": "eins@example.org"},
        ],
        "phone": [{"useCode": "business", "formattedNumber": "+49 1", "dialNumber": "2"}],
        "address": [
            {
                "line": "Am Markt 1",
                "extendedLines": [{"value": "Hof"}, {"value": ""}, {"value": "2. Stock"}],
                "city": "Goslar",
                "postalCode": "38640",
                "countryCode": "DE",
            }
        ],
    }
    found = of_hr_open(person={"name": {"family": "Öz"}, "communication": communication}).candidate
    assert found == Candidate(
        given="",
        family="Öz",
        email="eins@example.org",
        phone="+49 1",
        street="Am Markt 1, Hof, 2. Stock",
        postcode="38640",
        city="Goslar",
    )


def test_of_several_profiles_and_wishes_the_first_is_read() -> None:
    """With its first title that says something."""
    first = {"positionTitles": ["", "Köchin", "Bäckerin"]}
    wishes = [first, {"positionTitles": ["Maurerin"]}]
    document = {
        "person": {"name": {"family": "Öz"}},
        "profiles": [{"positionPreferences": wishes}, {"positionPreferences": wishes[1:]}],
    }
    assert read_hr_open(document).candidate.title == "Köchin"


@pytest.mark.parametrize(
    ("remote", "model"),
    [
        ({}, None),
        ({"workLocationCodes": ["Office"]}, None),
        ({"remoteWorkIndicator": False, "workLocationCodes": ["Home"]}, WorkModel.ONSITE),
        ({"remoteWorkIndicator": True}, WorkModel.REMOTE),
        ({"remoteWorkIndicator": True, "workLocationCodes": ["Home"]}, WorkModel.REMOTE),
        ({"remoteWorkIndicator": True, "workLocationCodes": ["Office"]}, WorkModel.HYBRID),
    ],
)
def test_a_wish_for_remote_work_becomes_a_work_model(
    remote: object, model: WorkModel | None
) -> None:
    """Who names the office as well wants both; who says nothing has no model."""
    found = of_hr_open(positionPreferences=[{"remoteWork": remote}]).candidate
    assert found.work_model is model


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (-1, "DAY", Availability.NOW),
        (0, "MON", Availability.NOW),
        (1, "DAY", Availability.QUARTER),
        (93, "DAY", Availability.QUARTER),
        (94, "DAY", Availability.LATER),
        (13.2, "WEE", Availability.QUARTER),
        (14, "WEE", Availability.LATER),
        (3.1, "MON", Availability.QUARTER),
        (3.2, "MON", Availability.LATER),
        (0.2547, "ANN", Availability.QUARTER),
        (0.2549, "ANN", Availability.LATER),
        (None, "MON", None),
        (3, None, None),
        (3, "mon", None),
    ],
)
def test_a_notice_of_three_long_months_is_a_quarter(
    value: object, unit: object, expected: Availability | None
) -> None:
    """93 days; weeks, months and years are counted in days."""
    notice = {"noticePeriodMeasure": {"value": value, "unitCode": unit}}
    assert of_hr_open(personAvailability=notice).candidate.availability is expected


def test_who_can_start_at_once_needs_no_notice() -> None:
    """The indicator wins over the measure when it says yes, and only then."""
    notice = {"noticePeriodMeasure": {"value": 6, "unitCode": "MON"}}
    for said, expected in ((True, Availability.NOW), (False, Availability.LATER)):
        told = {"immediateStartIndicator": said, **notice}
        assert of_hr_open(personAvailability=told).candidate.availability is expected


def test_a_language_needs_both_its_name_and_its_level() -> None:
    """What has only one is told by its path; a competency of another scheme is a skill."""

    def one(value: str, *scores: str, scheme: str = "ISO 639-1") -> dict[str, object]:
        ids = [{"value": "?", "schemeId": "other"}, {"value": value, "schemeId": scheme}]
        return {
            "competencyIds": ids,
            "competencyName": f"name of {value}",
            "proficiencyLevel": {"scoresText": [{"value": score} for score in scores]},
        }

    found = of_hr_open(
        qualifications=[
            one("fr"),
            one("xx", "B2"),
            one("en", "?", "fließend", "A1"),
            one("pl", "B1", scheme="mine"),
            {"competencyName": "name of pl"},
            {"competencyName": ""},
        ]
    )
    assert found.candidate.languages == (SpokenLanguage("en", Cefr.C1),)
    assert found.candidate.skills == ("name of pl",)
    assert found.notes == (
        "profiles[0].qualifications[0]: language not understood",
        "profiles[0].qualifications[1]: language not understood",
    )


def test_exclusions_are_names_and_hosts_each_once() -> None:
    """An address is reduced to its host; what is none is left out."""
    named = [
        {"name": "Böse AG", "domainName": "https://Boese.example/jobs?x=1"},
        {"name": "Böse AG", "domainName": "boese.example"},
        {"domainName": "http://[kaputt"},
        {"name": ""},
    ]
    refused = [{"organization": one} for one in named]
    found = of_hr_open(distributionGuidelines={"doNotDistributeTo": refused})
    assert found.exclusions == ("Böse AG", "boese.example")


# Documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (DocumentKind.COVER_LETTER, "Anschreiben,Motivation,Cover-Letter,CoverLetter"),
        (DocumentKind.REFERENCE, "Referenz,Reference,Empfehlung,Arbeitszeugnis"),
        (DocumentKind.CERTIFICATE, "Zeugnis,Zertifikat,Certificate,Urkunde,Diplom"),
        (DocumentKind.CV, "Lebenslauf,Resume,Curriculum,CV"),
        (DocumentKind.OTHER, "Scan,Foto"),
    ],
)
def test_every_usual_word_in_a_file_name_tells_the_kind(kind: DocumentKind, words: str) -> None:
    """Anywhere in the name, in any case."""
    for word in words.split(","):
        assert document_kind(f"2026 {word.upper()} Muster.pdf") is kind
        assert document_kind(f"{word}.pdf") is kind


@pytest.mark.parametrize(
    ("descriptions", "kind"),
    [
        (["reference"], DocumentKind.REFERENCE),
        (["", "reference", "cv"], DocumentKind.REFERENCE),
        (["something"], DocumentKind.CV),
        ([], DocumentKind.CV),
        (None, DocumentKind.CV),
    ],
)
def test_the_first_description_tells_the_kind_when_it_is_one(
    descriptions: object, kind: DocumentKind
) -> None:
    """Otherwise the file name does."""
    content = {"value": "eA==", "filename": "cv.pdf"}
    found = of_hr_open(attachments=[{"descriptions": descriptions, "content": content}])
    [document] = found.candidate.documents
    assert (document.kind, document.name) == (kind, "cv.pdf")


@pytest.mark.parametrize(
    ("said", "media_type"),
    [
        ("application/pdf", "application/pdf"),
        ("IMAGE/PNG", "image/png"),
        ("application/vnd.ms-word+xml", "application/vnd.ms-word+xml"),
        ("pdf", "application/octet-stream"),
        ("a/b; charset=x", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_media_type_is_one_or_an_unknown_one(said: str, media_type: str) -> None:
    """In lower case and without parameters."""
    for encoding in ("", "BASE64", "base64"):
        content = {"value": "eA==", "mimeType": said, "encoding": encoding}
        [document] = of_hr_open(attachments=[{"content": content}]).candidate.documents
        assert (document.media_type, document.content) == (media_type, b"x")


def test_as_many_and_as_large_documents_as_allowed_are_taken() -> None:
    """The limit itself is no excess."""
    small = {"content": {"value": "eA=="}}
    found = of_hr_open(attachments=[small] * limits.DOCUMENTS)
    assert len(found.candidate.documents) == limits.DOCUMENTS
    body = base64.b64encode(bytes(limits.BLOB_BYTES)).decode()
    [large] = of_hr_open(attachments=[{"content": {"value": body}}]).candidate.documents
    assert len(large.content) == limits.BLOB_BYTES


# Every format -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Gos\tlar\r\nHarz", "Gos lar Harz"),
        ("Gos\u2028lar\u2029Harz", "Gos lar Harz"),
        ("Gos\x07lar\x85Harz", "Gos lar Harz"),
        ("  Gos  lar ", "Gos lar"),
        ("Mu\u0308ller", "Müller"),
        ("\n", ""),
        ("x" * limits.CV_TEXT, "x" * limits.CV_TEXT),
    ],
)
def test_a_field_is_one_line(text: str, read: str) -> None:
    """Whatever ends a line or controls a terminal becomes a blank."""
    assert of_json_resume(basics={"location": {"city": text}}).city == read


@pytest.mark.parametrize(
    ("said", "month"),
    [
        ("2026", "2026"),
        ("2026-11", "2026-11"),
        ("2026-11-22", "2026-11"),
        ("2026-11-22T10:00:00Z", "2026-11"),
        ("2026-11-22 10:00", "2026-11"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_date_is_read_as_far_as_the_month(said: object, month: str) -> None:
    """Days are nobody's business."""
    [work] = of_json_resume(work=[{"position": "A", "startDate": said}]).experience
    assert work.start == month


@pytest.mark.parametrize(
    "said", ["Present", "CURRENT", "now", "today", "heute", "Aktuell", "", None]
)
def test_who_is_still_there_has_no_end(said: object) -> None:
    """In the words of both languages."""
    [work] = of_json_resume(work=[{"name": "Muster", "position": "A", "endDate": said}]).experience
    assert work == Experience("A", employer="Muster")


def test_a_json_resume_of_an_older_version_names_the_company() -> None:
    """The newer field goes first where both stand."""
    found = of_json_resume(
        work=[{"company": "Alt", "position": "A"}, {"company": "Alt", "name": "Neu"}]
    )
    assert [one.employer for one in found.experience] == ["Alt", "Neu"]


def test_a_skill_of_a_json_resume_may_have_keywords_alone() -> None:
    """Each word once, and no empty one."""
    found = of_json_resume(skills=[{"keywords": ["CNC", "SPS"]}, {"name": "CNC"}, {"name": ""}])
    assert found.skills == ("CNC", "SPS")


def test_education_of_a_json_resume_has_its_school_and_end() -> None:
    """So has a certificate; of kind and area what is there is taken."""
    found = of_json_resume(
        education=[
            {
                "institution": "Uni",
                "studyType": "B. Sc.",
                "area": "Physik",
                "endDate": "2010-01-02",
            },
            {"area": "Chemie"},
            {"studyType": "Abitur"},
        ],
        certificates=[{"name": "AEVO", "issuer": "IHK", "date": "2020-05-04"}, {"name": "PMP"}],
    )
    assert found.education == (
        Education("B. Sc. Physik", institution="Uni", end="2010-01"),
        Education("Chemie"),
        Education("Abitur"),
        Education("AEVO", institution="IHK", end="2020-05"),
        Education("PMP"),
    )


def test_the_title_is_that_of_the_last_employment_when_none_is_named() -> None:
    """Of those that last the one begun last, then the one that ended last."""
    old = {"position": "Alt", "name": "X", "startDate": "2010", "endDate": "2012"}
    newer = {"position": "Neuer", "name": "Y", "startDate": "2005", "endDate": "2015"}
    lasting = {"position": "Noch", "name": "Z", "startDate": "2001"}
    later = {"position": "Auch", "startDate": "2003"}
    assert of_json_resume(work=[newer, old]).title == "Neuer"
    found = of_json_resume(work=[lasting, later, newer])
    assert (found.title, found.current_employer) == ("Auch", "Z")
    both = of_json_resume(work=[{**later, "name": "W"}, lasting])
    assert both.current_employer == "W"
    assert of_json_resume(basics={"label": "Chefin"}, work=[lasting]).title == "Chefin"


def test_as_many_entries_as_allowed_are_read() -> None:
    """The limit itself is no excess, and a tuple is a list."""
    works = tuple({"position": "A"} for _ in range(limits.CV_ENTRIES))
    assert len(of_json_resume(work=works).experience) == limits.CV_ENTRIES


@pytest.mark.parametrize("document", [[], "x", 7, True])
def test_what_is_no_object_is_no_document(document: Any) -> None:
    """The complaint has no path to name, so it names the whole."""
    for read in (read_json_resume, read_hr_open):
        with pytest.raises(MalformedError, match=r"\Adocument: not an object\Z"):
            read(document)


@pytest.mark.parametrize("value", ["1", True, [1]])
def test_a_number_is_a_number(value: object) -> None:
    """Neither text nor a truth value is."""
    notice = {"noticePeriodMeasure": {"value": value, "unitCode": "DAY"}}
    path = r"profiles\[0\].personAvailability.noticePeriodMeasure.value: not a number"
    with pytest.raises(MalformedError, match=path):
        of_hr_open(personAvailability=notice)

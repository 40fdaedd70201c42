"""JSON Resume and HR Open: what comes in, what goes out, and what never does."""

import base64
import glob
import json
import os
import unicodedata
from pathlib import Path

import attrs
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import (
    Candidate,
    Document,
    DocumentKind,
    Education,
    Experience,
    SpokenLanguage,
)
from fachkraft_share.model.profile import Availability, Cefr, Endorsement, WorkModel
from fachkraft_share.rules.deidentification import Draft, profile_of
from fachkraft_share.rules.formats.documents import document_kind
from fachkraft_share.rules.formats.hr_open import read_hr_open, write_hr_open
from fachkraft_share.rules.formats.json_resume import read_json_resume, write_json_resume
from fachkraft_share.rules.formats.names import split_name
from fachkraft_share.rules.vocabulary import shipped

AT = 1_795_305_600  # 22 November 2026
SHARED = Path(os.environ.get("FKS_SHARED", Path(__file__).parents[2] / ".." / "shared"))
HR_OPEN = SHARED / "data" / "standards" / "hropen42_Candidate_general.json"
JSON_RESUME = os.environ.get("FKS_JSON_RESUME", "")

# What the HR Open sample says about the person and nobody beyond the origin may learn.
FORBIDDEN = (
    *("1978", "03-26", "CMT", "KGM", "180", "Male", "Mr.", "height", "weight", "gender"),
    *("birthDate", "80000", "BasePay", "Bonus", "remuneration", "F01335916X1", "facebook"),
    *("doNotDistributeTo", "O-28593058", "otherdepartment", "Other department"),
)


def texts(min_size: int = 0) -> st.SearchStrategy[str]:
    """Cleaned one-line texts, as reading yields them."""
    words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
    lines = st.lists(words, min_size=max(1, min_size), max_size=3).map(" ".join)
    composed = lines.map(lambda line: unicodedata.normalize("NFC", line))
    return composed if min_size else st.just("") | composed


MONTHS = st.builds("{}-{:02}".format, st.integers(1950, 2026), st.integers(1, 12))
EXPERIENCE = st.builds(
    Experience, texts(), texts(), st.just("") | MONTHS, st.none() | MONTHS
).filter(lambda one: one != Experience(""))
EDUCATION = st.builds(Education, texts(1), texts(), st.none() | MONTHS)
LANGUAGES = st.builds(SpokenLanguage, st.sampled_from(("de", "en", "pl")), st.sampled_from(Cefr))
DOCUMENTS = st.builds(
    Document,
    texts(1),
    st.sampled_from(DocumentKind),
    st.sampled_from(("application/pdf", "image/png")),
    st.binary(max_size=200),
)


@st.composite
def candidates(draw: st.DrawFn, *, with_documents: bool) -> Candidate:
    """Candidates as a system may hold them."""
    experience = draw(st.lists(EXPERIENCE, max_size=3).map(tuple))
    lasting = [one for one in experience if one.end is None and one.employer]
    current = max(lasting, key=lambda one: one.start).employer if lasting else ""
    return Candidate(
        given=draw(texts()),
        family=draw(texts(1)),
        email=draw(texts()),
        phone=draw(texts()),
        street=draw(texts()),
        postcode=draw(st.sampled_from(("", "38640", "CH-8001", "12-34"))),
        city=draw(texts()),
        occupation=draw(st.sampled_from(("", "43414"))),
        title=draw(texts(1)),
        experience=experience,
        education=draw(st.lists(EDUCATION, max_size=3).map(tuple)),
        skills=tuple(draw(st.lists(texts(1), max_size=4, unique=True))),
        languages=draw(st.lists(LANGUAGES, max_size=3).map(tuple)),
        availability=draw(st.none() | st.sampled_from(Availability)),
        work_model=draw(st.none() | st.sampled_from(WorkModel)),
        current_employer=current,
        documents=draw(st.lists(DOCUMENTS, max_size=2).map(tuple)) if with_documents else (),
    )


@settings(max_examples=60, deadline=None)
@given(candidates(with_documents=False))
def test_a_candidate_survives_json_resume(candidate: Candidate) -> None:
    """Writing and reading gives the same person back; documents lie beside the file."""
    assert read_json_resume(write_json_resume(candidate)).candidate == candidate


@settings(max_examples=60, deadline=None)
@given(candidates(with_documents=True))
def test_a_candidate_survives_hr_open(candidate: Candidate) -> None:
    """Writing and reading gives the same person back, documents included."""
    assert read_hr_open(write_hr_open(candidate)).candidate == candidate


@settings(max_examples=60, deadline=None)
@given(candidates(with_documents=True))
def test_what_is_written_says_do_not_redistribute_and_names_no_exclusion(
    candidate: Candidate,
) -> None:
    """The recipient policy travels; an exclusion list has no way into a document."""
    written = json.dumps(write_hr_open(candidate))
    assert '"distributionGuidelines": {"doNotRedistributeIndicator": true}' in written
    assert "doNotDistributeTo" not in written


@pytest.mark.skipif(not HR_OPEN.exists(), reason="the HR Open sample is not beside the project")
def test_the_hr_open_sample_keeps_its_person_and_loses_what_must_not_leave() -> None:
    """Height, weight, gender, birth date and pay are in no candidate, profile or export."""
    found = read_hr_open(json.loads(HR_OPEN.read_text(encoding="utf-8")))
    candidate = found.candidate
    assert (candidate.given, candidate.family, candidate.postcode) == (
        "Jason",
        "Nustad",
        "US-06511",
    )
    assert candidate.title == "Research Scientist"
    assert candidate.current_employer == "General Electric"
    assert candidate.email == "jason.nustad@aol.com"
    assert candidate.skills == ("Java",)
    assert [one.title for one in candidate.education][2:] == [
        "Führerschein",
        "Aircraft Maintenance Licence",
    ]
    assert candidate.documents[0].content.startswith(b"This is just an example")
    assert found.exclusions == (
        "Other department of some organization",
        "otherdepartment.someorganization.com",
    )
    endorsement = Endorsement("second", ["careful"])
    draft = profile_of(candidate, endorsement, vocabulary=shipped(), at=AT)
    assert isinstance(draft, Draft)
    written = (
        str(attrs.asdict(candidate)),
        str(attrs.asdict(draft)),
        json.dumps(write_hr_open(candidate), ensure_ascii=False),
        json.dumps(write_json_resume(candidate), ensure_ascii=False),
    )
    leaked = [
        (word, place) for place, text in enumerate(written) for word in FORBIDDEN if word in text
    ]
    assert not leaked
    assert not any(name in str(attrs.asdict(draft)) for name in ("Nustad", "Electric", "Research"))


@pytest.mark.skipif(not JSON_RESUME, reason="FKS_JSON_RESUME names no unpacked @jsonresume/schema")
def test_the_json_resume_samples_are_read_and_written_to_their_schema() -> None:
    """The standard's own samples come in, and what goes out is valid."""
    folder = Path(JSON_RESUME)
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    samples = [*glob.glob(str(folder / "examples" / "*.json")), folder / "sample.resume.json"]
    assert len(samples) >= 2
    for sample in samples:
        candidate = read_json_resume(json.loads(Path(sample).read_text(encoding="utf-8"))).candidate
        assert candidate.family
        assert candidate.experience
        assert candidate.skills
        written = write_json_resume(candidate)
        jsonschema.Draft7Validator(schema).validate(written)
        assert read_json_resume(written).candidate == candidate


def test_a_json_resume_of_everyday_is_understood() -> None:
    """Names, dates, levels and countries are read the way people write them."""
    found = read_json_resume(
        {
            "basics": {
                "name": "Frau Anna-Lena von der  Heide",
                "email": None,
                "image": "https://example.org/photo.jpg",
                "location": {"postalCode": "8001", "city": "Zürich", "countryCode": "ch"},
            },
            "work": [
                {"company": "Alt GmbH", "position": "Tischlerin", "startDate": "2014"},
                {
                    "name": "Muster AG",
                    "position": "Meisterin",
                    "startDate": "2019-03-01",
                    "endDate": "Heute",
                },
                {"name": "Früher", "position": "Azubi", "startDate": "2010-08", "endDate": "2013"},
            ],
            "education": [{"studyType": "Meister", "area": "Tischlerei", "endDate": ""}],
            "certificates": [{"name": "AEVO", "issuer": "HWK", "date": "2020-05-04"}],
            "skills": [{"name": "CNC", "keywords": ["CNC", "Holzbau", ""]}],
            "languages": [
                {"language": "deutsch", "fluency": "Muttersprache"},
                {"language": "Englisch", "fluency": "geht so"},
                {"language": "Klingonisch", "fluency": "B2"},
            ],
        }
    )  # fmt: skip
    person = found.candidate
    assert (person.given, person.family) == ("Anna-Lena", "von der Heide")
    assert person.postcode == "CH-8001"
    assert person.title == "Meisterin"
    assert person.current_employer == "Muster AG"
    assert [(one.start, one.end) for one in person.experience] == [
        ("2014", None),
        ("2019-03", None),
        ("2010-08", "2013"),
    ]
    assert [one.title for one in person.education] == ["Meister Tischlerei", "AEVO"]
    assert person.skills == ("CNC", "Holzbau")
    assert person.languages == (SpokenLanguage("de", Cefr.C2),)
    assert found.notes == (
        "languages[1].fluency: not understood",
        "languages[2].language: not understood",
    )


def test_an_hr_open_candidate_of_everyday_is_understood() -> None:
    """Preferred private contacts, employments without positions, notices and exclusions."""
    profile = {
        "personAvailability": {"noticePeriodMeasure": {"value": 6, "unitCode": "MON"}},
        "positionPreferences": [
            {
                "jobCategories": [{"code": "X1"}, {"code": "43414", "schemeId": "KldB 2010"}],
                "remoteWork": {"remoteWorkIndicator": False},
            }
        ],
        "employment": [
            {
                "organization": {"name": "Muster AG"},
                "title": "Leitung",
                "start": "2020-01",
                "end": "2024-06",
            },
            {"positionHistories": [{"title": "IT", "organization": {"name": "Teil"}}]},
        ],
        "education": [
            {"institution": {"name": "Uni"}, "programs": ["Informatik", "Physik"]},
            {"educationDegrees": [{"name": ""}, {"name": "B. Sc.", "date": "2010"}]},
        ],
        "certifications": [{"name": "PMP"}],
        "qualifications": [
            {
                "competencyIds": [{"value": "fr", "schemeId": "ISO 639-1"}],
                "proficiencyLevel": {"scoresText": [{"value": "?"}, {"value": "B1"}]},
            },
            {"competencyIds": [{"value": "xx", "schemeId": "ISO 639-1"}]},
        ],
        "distributionGuidelines": {
            "doNotDistributeTo": [
                {"organization": {"domainName": "muster.example"}},
                {"organization": {"name": "Böse", "domainName": "http://[kaputt"}},
            ]
        },
    }
    phones = [
        {"useCode": "business", "preference": 1, "formattedNumber": "+49 1"},
        {"preference": 2, "dialNumber": "22"},
        {"preference": 1, "dialNumber": "11"},
    ]
    found = read_hr_open(
        {
            "person": {
                "name": {"formattedName": "Herr Ben Öz"},
                "communication": {"phone": phones},
            },
            "profiles": [profile],
        }
    )
    person = found.candidate
    assert (person.given, person.family, person.phone) == ("Ben", "Öz", "11")
    assert (person.occupation, person.title) == ("43414", "IT")
    assert (person.availability, person.work_model) == (Availability.LATER, WorkModel.ONSITE)
    assert [(one.title, one.employer, one.end) for one in person.experience] == [
        ("Leitung", "Muster AG", "2024-06"),
        ("IT", "Teil", None),
    ]
    assert [one.title for one in person.education] == ["Informatik, Physik", "B. Sc.", "PMP"]
    assert person.languages == (SpokenLanguage("fr", Cefr.B1),)
    assert found.notes == ("profiles[0].qualifications[1]: language not understood",)
    assert found.exclusions == ("muster.example", "Böse")


@pytest.mark.parametrize(
    ("availability", "expected"),
    [
        ({"immediateStartIndicator": True}, Availability.NOW),
        ({"noticePeriodMeasure": {"value": 0, "unitCode": "DAY"}}, Availability.NOW),
        ({"noticePeriodMeasure": {"value": 2.5, "unitCode": "WEE"}}, Availability.QUARTER),
        ({"noticePeriodMeasure": {"value": 1, "unitCode": "ANN"}}, Availability.LATER),
        ({"noticePeriodMeasure": {"value": 1, "unitCode": "?"}}, None),
        ({}, None),
    ],
)
def test_a_notice_period_becomes_an_availability(
    availability: dict[str, object], expected: Availability | None
) -> None:
    """What the format says as a measure is one of three words here."""
    document = {
        "person": {"name": {"family": "Öz"}},
        "profiles": [{"personAvailability": availability}],
    }
    assert read_hr_open(document).candidate.availability is expected


def attachment(**content: object) -> dict[str, object]:
    """An HR Open document with one attachment."""
    return {
        "person": {"name": {"family": "Öz"}},
        "profiles": [{"attachments": [{"content": content}]}],
    }


def test_an_attachment_becomes_a_document() -> None:
    """Line breaks in base64 are fine; an odd media type is an unknown one."""
    body = base64.encodebytes(b"x" * 100).decode()
    [document] = read_hr_open(
        attachment(value=body, filename="Zeugnis.pdf", mimeType="not a type\r\nX: 1")
    ).candidate.documents
    assert document.content == b"x" * 100
    assert document.kind is DocumentKind.CERTIFICATE
    assert document.media_type == "application/octet-stream"


def test_an_attachment_by_reference_is_no_document() -> None:
    """Nothing is fetched: a link without content is left alone."""
    document = attachment()
    assert read_hr_open(document).candidate.documents == ()
    nameless = attachment(value="eA==")
    assert read_hr_open(nameless).candidate.documents[0].name == "document"


NAMED = {"basics": {"name": "A B"}}
BAD_JSON_RESUMES = [
    ({}, "basics.name: missing"),
    ({"basics": []}, "basics: not an object"),
    ({"basics": {"name": 7}}, "basics.name: not text"),
    ({"basics": {"name": "\ud800"}}, "basics.name: not Unicode text"),
    ({"basics": {"name": "x" * 501}}, "basics.name: longer than 500 characters"),
    ({**NAMED, "work": {}}, "work: not a list"),
    ({**NAMED, "work": ["x"]}, "work[0]: not an object"),
    ({**NAMED, "work": [{}] * 201}, "work: more than 200 entries"),
    ({**NAMED, "work": [{"startDate": "gestern"}]}, "work[0].startDate: not a date"),
    ({**NAMED, "work": [{"endDate": "2020-13"}]}, "work[0].endDate: not a date"),
    (
        {**NAMED, "meta": {"fachkraftShare": {"workModel": "moon"}}},
        "meta.fachkraftShare.workModel: not one of onsite, hybrid, remote",
    ),
]


@pytest.mark.parametrize(("document", "complaint"), BAD_JSON_RESUMES)
def test_a_bad_json_resume_is_refused_with_the_fields_path(
    document: dict[str, object], complaint: str
) -> None:
    """The path helps whoever has to mend the file; the content is never quoted."""
    with pytest.raises(MalformedError) as refused:
        read_json_resume(document)
    assert str(refused.value).startswith(complaint)


PERSON = {"name": {"family": "Öz"}}
BAD_HR_OPENS = [
    ({}, "person.name.family: missing"),
    (attachment(value="?"), "profiles[0].attachments[0].content.value: not base64"),
    (attachment(value=1), "profiles[0].attachments[0].content.value: not text"),
    (
        attachment(value="eA==", encoding="uu"),
        "profiles[0].attachments[0].content.encoding: only base64 is read",
    ),
    (
        {"person": PERSON, "profiles": [{"employment": [{"current": "yes"}]}]},
        "profiles[0].employment[0].current: neither true nor false",
    ),
    (
        {"person": {**PERSON, "communication": {"phone": [{"preference": "1"}]}}},
        "person.communication.phone[0].preference: not a number",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("document", "complaint"), BAD_HR_OPENS)
def test_a_bad_hr_open_document_is_refused_with_the_fields_path(
    document: dict[str, object], complaint: str
) -> None:
    """The path helps whoever has to mend the file; the content is never quoted."""
    with pytest.raises(MalformedError) as refused:
        read_hr_open(document)
    assert str(refused.value).startswith(complaint)


def test_too_many_or_too_large_attachments_are_refused() -> None:
    """A dossier has to fit into one sealed blob."""
    one = {"content": {"value": "eA==", "filename": "a.pdf"}}
    many = {"person": PERSON, "profiles": [{"attachments": [one] * (limits.DOCUMENTS + 1)}]}
    with pytest.raises(MalformedError, match="more than 10 documents"):
        read_hr_open(many)
    with pytest.raises(MalformedError, match="longer than"):
        read_hr_open(attachment(value="A" * (limits.BLOB_BYTES * 3 // 2 + 4)))
    with pytest.raises(MalformedError, match="bytes together"):
        read_hr_open(attachment(value="A" * (limits.BLOB_BYTES // 3 * 4 + 8)))


@pytest.mark.parametrize(
    ("full", "given", "family"),
    [
        ("Anna Müller", "Anna", "Müller"),
        ("Müller, Anna", "Anna", "Müller"),
        ("Dr. Ludwig van Beethoven", "Dr. Ludwig", "van Beethoven"),
        ("Mr. Cher", "", "Cher"),
        ("Cher", "", "Cher"),
        ("Otto von und zu Stein", "Otto", "von und zu Stein"),
        ("Herr", "", "Herr"),
        ("", "", ""),
    ],
)
def test_a_full_name_is_split_without_its_salutation(full: str, given: str, family: str) -> None:
    """A salutation states the gender and is not kept (R13)."""
    assert split_name(full) == (given, family)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Lebenslauf_2026.pdf", DocumentKind.CV),
        ("CV.docx", DocumentKind.CV),
        ("Anschreiben.pdf", DocumentKind.COVER_LETTER),
        ("Abschlusszeugnis.pdf", DocumentKind.CERTIFICATE),
        ("Arbeitszeugnis Muster.pdf", DocumentKind.REFERENCE),
        ("scan0001.pdf", DocumentKind.OTHER),
    ],
)
def test_a_file_name_tells_what_a_document_is(name: str, kind: DocumentKind) -> None:
    """A guess for files that come without a kind."""
    assert document_kind(name) is kind


def test_control_characters_do_not_arrive() -> None:
    """A name cannot smuggle a header line; decomposed umlauts are composed."""
    document = {"basics": {"name": "Mu\u0308ller\r\nBcc: x, A\tB"}}
    found = read_json_resume(document).candidate
    assert (found.given, found.family) == ("A B", "Müller Bcc: x")

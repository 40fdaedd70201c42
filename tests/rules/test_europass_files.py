"""Europass files as people download them: what comes in, what never does, what is refused."""

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import Candidate, Education, Experience, SpokenLanguage
from fachkraft_share.model.profile import Cefr
from fachkraft_share.rules.formats.europass import write_europass
from fachkraft_share.rules.formats.profile_file import read_profile
from fachkraft_share.rules.languages import language_code
from fachkraft_share.rules.tables.languages import LANGUAGES

SPACES = (
    'xmlns="http://www.europass.eu/1.0" xmlns:eures="http://www.europass_eures.eu/1.0" '
    'xmlns:hr="http://www.hr-xml.org/3" xmlns:oa="http://www.openapplications.org/oagis/9"'
)
NAME = (
    "<CandidatePerson><PersonName><oa:GivenName>Aylin</oa:GivenName>"
    "<hr:FamilyName>Beispiel</hr:FamilyName></PersonName></CandidatePerson>"
)
# Invented. Words in capitals must never come out of it (R13, R24).
CANDIDATE = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- as downloaded -->
<Candidate {SPACES}>
<hr:DocumentID>SECRET</hr:DocumentID>
<CandidatePerson>
 <PersonName><oa:GivenName>Aylin</oa:GivenName><hr:FamilyName>Beispiel</hr:FamilyName></PersonName>
 <Communication><ChannelCode>Telephone</ChannelCode><UseCode>work</UseCode>
  <oa:DialNumber>SECRET</oa:DialNumber></Communication>
 <Communication><ChannelCode>Telephone</ChannelCode><UseCode>mobile</UseCode>
  <CountryDialing>49</CountryDialing><oa:DialNumber>5321 123</oa:DialNumber></Communication>
 <Communication><ChannelCode>Web</ChannelCode><oa:URI>https://SECRET.example</oa:URI></Communication>
 <Communication><ChannelCode>Email</ChannelCode><oa:URI>aylin@example.org</oa:URI></Communication>
 <Communication><UseCode>home</UseCode><Address><oa:StreetName>Weg</oa:StreetName>
  <oa:BuildingNumber>1</oa:BuildingNumber><oa:CityName>Goslar</oa:CityName>
  <CountryCode>de</CountryCode><oa:PostalCode>38640</oa:PostalCode></Address></Communication>
 <NationalityCode>SECRET</NationalityCode><hr:BirthDate>1985-SECRET</hr:BirthDate>
 <GenderCode>SECRET</GenderCode><PrimaryLanguageCode>pol</PrimaryLanguageCode>
</CandidatePerson>
<CandidateProfile languageCode="de">
 <ExecutiveSummary>SECRET</ExecutiveSummary>
 <EmploymentHistory><EmployerHistory><hr:OrganizationName>Werk</hr:OrganizationName>
  <PositionHistory><PositionTitle>Elektronikerin</PositionTitle>
   <eures:EmploymentPeriod><eures:StartDate><hr:FormattedDateTime>2019-05-01</hr:FormattedDateTime>
   </eures:StartDate><hr:CurrentIndicator>true</hr:CurrentIndicator></eures:EmploymentPeriod>
   <oa:Description>SECRET</oa:Description></PositionHistory>
  <PositionHistory><PositionTitle>Helferin</PositionTitle>
   <eures:EmploymentPeriod><eures:StartDate><hr:FormattedDateTime>2017</hr:FormattedDateTime>
   </eures:StartDate><eures:EndDate><hr:FormattedDateTime>2019-04</hr:FormattedDateTime>
   </eures:EndDate><hr:CurrentIndicator>false</hr:CurrentIndicator></eures:EmploymentPeriod>
  </PositionHistory></EmployerHistory>
  <EmployerHistory><hr:OrganizationName>Hof</hr:OrganizationName></EmployerHistory>
 </EmploymentHistory>
 <EducationHistory><EducationOrganizationAttendance>
  <hr:OrganizationName>Schule</hr:OrganizationName>
  <AttendancePeriod><EndDate><hr:FormattedDateTime>2016-07-31</hr:FormattedDateTime></EndDate>
  </AttendancePeriod><EducationDegree><hr:DegreeName>Facharbeiterin</hr:DegreeName>
  <FinalGrade>SECRET</FinalGrade></EducationDegree></EducationOrganizationAttendance>
 </EducationHistory>
 <Certifications><Certification><hr:CertificationName>Schaltberechtigung</hr:CertificationName>
 </Certification></Certifications>
 <PersonQualifications>
  <PersonCompetency><CompetencyID>SPS</CompetencyID><hr:TaxonomyID>other</hr:TaxonomyID>
  </PersonCompetency>
  <PersonCompetency><CompetencyID>x</CompetencyID><hr:TaxonomyID>other</hr:TaxonomyID>
   <hr:CompetencyName>Excel</hr:CompetencyName></PersonCompetency>
  <PersonCompetency><CompetencyID>eng</CompetencyID><hr:TaxonomyID>language</hr:TaxonomyID>
   <eures:CompetencyDimension><eures:Score><hr:ScoreText>C1</hr:ScoreText></eures:Score>
   </eures:CompetencyDimension><eures:CompetencyDimension><eures:Score>
   <hr:ScoreText>B2</hr:ScoreText></eures:Score></eures:CompetencyDimension></PersonCompetency>
  <PersonCompetency><hr:CompetencyName>Klingonisch</hr:CompetencyName>
   <hr:TaxonomyID>language</hr:TaxonomyID></PersonCompetency>
 </PersonQualifications>
 <Hobbies>SECRET</Hobbies>
</CandidateProfile></Candidate>"""
PASSPORT = """<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="de">
<LearnerInfo><Identification>
 <PersonName><Title><Code>SECRET</Code></Title><FirstName>Aylin</FirstName>
  <Surname>Beispiel</Surname></PersonName>
 <ContactInfo><Address><Contact><AddressLine>Weg 1</AddressLine><AddressLine2>Hof</AddressLine2>
   <PostalCode>8001</PostalCode><Municipality>Zürich</Municipality>
   <Country><Code>CH</Code></Country></Contact></Address>
  <Email><Contact>aylin@example.org</Contact></Email>
  <TelephoneList><Telephone><Contact>SECRET</Contact><Use><Code>work</Code></Use></Telephone>
   <Telephone><Contact>123</Contact><Use><Code>home</Code></Use></Telephone></TelephoneList>
 </ContactInfo>
 <Demographics><Birthdate year="1985" month="--03"/><Gender><Code>SECRET</Code></Gender>
 </Demographics><Photo><Data>SECRET</Data></Photo></Identification>
<Headline><Type><Code>preferred_job</Code></Type><Description><Label>Fräserin</Label></Description>
</Headline>
<WorkExperienceList><WorkExperience><Period><From year="2019" month="--05" day="---01"/>
 <Current>true</Current></Period><Position><Label>Fräserin</Label></Position>
 <Activities>SECRET</Activities><Employer><Name>Werk</Name></Employer></WorkExperience>
</WorkExperienceList>
<EducationList><Education><Period><From year="2012"/><To year="2016"/></Period>
 <Title>Facharbeiterin</Title><Organisation><Name>Schule</Name></Organisation></Education>
</EducationList>
<Skills><Linguistic><MotherTongueList><MotherTongue><Description><Code>tr</Code>
 </Description></MotherTongue></MotherTongueList><ForeignLanguageList><ForeignLanguage>
 <Description><Label>Deutsch</Label></Description><ProficiencyLevel><Listening>C1</Listening>
 <Writing>B1</Writing></ProficiencyLevel></ForeignLanguage></ForeignLanguageList></Linguistic>
 <Communication><Description>SECRET</Description></Communication></Skills>
</LearnerInfo></SkillsPassport>"""


def test_a_downloaded_file_becomes_a_candidate() -> None:
    """Version 3: private channels, jobs with their dates, the lowest level of a language."""
    found = read_profile(CANDIDATE.encode())
    assert found.candidate == Candidate(
        given="Aylin",
        family="Beispiel",
        email="aylin@example.org",
        phone="+49 5321 123",
        street="Weg 1",
        postcode="38640",
        city="Goslar",
        title="Elektronikerin",
        experience=(
            Experience("Elektronikerin", "Werk", "2019-05", None),
            Experience("Helferin", "Werk", "2017", "2019-04"),
            Experience("", "Hof"),
        ),
        education=(
            Education("Facharbeiterin", "Schule", "2016-07"),
            Education("Schaltberechtigung"),
        ),
        skills=("SPS", "Excel"),
        languages=(SpokenLanguage("pl", Cefr.C2), SpokenLanguage("en", Cefr.B2)),
        current_employer="Werk",
    )
    assert found.notes == ("languages[2]: not understood",)


def test_an_older_file_becomes_a_candidate() -> None:
    """Version 3.3, whose skills are free text and stay out."""
    found = read_profile(b"\xef\xbb\xbf" + PASSPORT.encode())
    assert found.candidate == Candidate(
        given="Aylin",
        family="Beispiel",
        email="aylin@example.org",
        phone="123",
        street="Weg 1, Hof",
        postcode="CH-8001",
        city="Zürich",
        title="Fräserin",
        experience=(Experience("Fräserin", "Werk", "2019-05", None),),
        education=(Education("Facharbeiterin", "Schule", "2016"),),
        languages=(SpokenLanguage("tr", Cefr.C2), SpokenLanguage("de", Cefr.B1)),
        current_employer="Werk",
    )


@pytest.mark.parametrize("text", [CANDIDATE, PASSPORT])
def test_what_a_profile_must_not_know_is_never_read(text: str) -> None:
    """Birth date, gender, nationality, picture, grades, statements and free text."""
    assert "SECRET" in text
    found = str(attrs.asdict(read_profile(text.encode())))
    assert "SECRET" not in found
    assert "1985" not in found


def test_a_headline_that_is_a_statement_is_no_title() -> None:
    """Then the latest position is; and no phone is no phone."""
    text = PASSPORT.replace("preferred_job", "personal_statement").replace("Telephone", "Fax")
    found = read_profile(text.replace("<Label>Fräserin", "<Label>Meisterin", 1).encode())
    assert (found.candidate.title, found.candidate.phone) == ("Fräserin", "")


def test_what_we_write_we_read() -> None:
    """Our own export comes back, but for its summary: elsewhere that is free text."""
    whole = Candidate(
        given="A",
        family="B & C",
        email="a@example.org",
        phone="+49 1",
        street="Weg 1",
        postcode="38640",
        city="Goslar",
        title="Fräser",
        experience=(Experience("Fräser", "Werk", "2019", None), Experience("H", "", "", "2018")),
        education=(Education("Facharbeiter", "Schule"),),
        skills=("CNC <5>",),
        languages=(SpokenLanguage("de", Cefr.C2),),
        current_employer="Werk",
    )
    assert read_profile(write_europass(whole)).candidate == whole


def test_every_language_is_known_by_three_letters() -> None:
    """As Europass writes them, each for a language of ours."""
    from fachkraft_share.rules.tables.languages import THREE_LETTERS

    assert {code for code, _ in THREE_LETTERS} == {code for code, *_ in LANGUAGES}
    assert (language_code("GER"), language_code("deu")) == ("de", "de")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        (b"<a", "not well-formed XML in line 1"),
        (b"<a>&b;</a>", "not well-formed"),
        ("<a/>".encode("utf-16"), "not JSON"),
        (b"<a>\xff</a>", "not XML in UTF-8"),
        (b"<a/>", "not Europass"),
        (b"<a>" * 100_000, "deep"),
        (b"<a>" + b"<b/>" * limits.CV_ELEMENTS + b"</a>", "more than 20000 elements"),
        (b"<Candidate/>", "PersonName: missing"),
        (b"<SkillsPassport/>", "PersonName: missing"),
    ],
)
def test_what_is_no_europass_file_is_refused(content: bytes, said: str) -> None:
    """Before anything is expanded or fetched, with a sentence that quotes nothing."""
    with pytest.raises(MalformedError, match=said):
        read_profile(content)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (f"<EmployerHistory>{'<PositionHistory/>' * 201}</EmployerHistory>", "more than 200"),
        (
            f"<EmployerHistory><OrganizationName>{'x' * 501}</OrganizationName></EmployerHistory>",
            "l",
        ),
        (
            (
                "<EmployerHistory><PositionHistory><EmploymentPeriod><EndDate><FormattedDateTime>"
                "bald</FormattedDateTime></EndDate></EmploymentPeriod></PositionHistory>"
                "</EmployerHistory>"
            ),
            "not a date",
        ),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_named(part: str, said: str) -> None:
    """And its content is not quoted."""
    history = f"<CandidateProfile><EmploymentHistory>{part}</EmploymentHistory></CandidateProfile>"
    text = f"<Candidate {SPACES}>{NAME}{history}</Candidate>"
    with pytest.raises(MalformedError, match=said):
        read_profile(text.encode())


def test_a_picture_of_megabytes_takes_no_room() -> None:
    """What nobody asks for is not kept, however long it is."""
    text = PASSPORT.replace("<Data>SECRET", "<Data>" + "A" * 3_000_000)
    assert read_profile(text.encode()).candidate.family == "Beispiel"

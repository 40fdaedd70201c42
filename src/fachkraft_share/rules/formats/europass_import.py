"""Read Europass XML as candidates download it: ECV 3.0 (`Candidate`) and 3.3 (`SkillsPassport`).

Read are the elements named below and nothing else. Birth date, gender, nationality, title,
disability, picture, websites, summaries, hobbies, grades, driving licences and what somebody wrote
about duties or personal skills are never touched (R13, R24). A first language is recorded as C2 and
nothing more. Of the levels a language has the lowest counts: nobody is said to know more than that.
"""

from collections.abc import Iterable

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import Candidate, Education, Experience, SpokenLanguage
from fachkraft_share.model.profile import Cefr
from fachkraft_share.rules import languages
from fachkraft_share.rules.formats.career import current_employer, latest_title
from fachkraft_share.rules.formats.elements import Element, read_elements
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.rules.formats.record import read_postcode, record

_AT_WORK = ("business", "work")  # an address there is the employer's
_WRITTEN = "FormattedDateTime"
_Name = tuple[str, str]  # given and family name


def read_europass(content: bytes) -> Imported:
    """Return the candidate a Europass file describes.

    Raises:
        MalformedError: neither of the two forms, or an element is not what it should be.
    """
    root = read_elements(content)
    if root.name == "Candidate":
        return _candidate(root)
    if root.name == "SkillsPassport":
        return _learner(root.one("LearnerInfo"))
    raise MalformedError("file: XML that is not Europass (Candidate or SkillsPassport)")


def _candidate(root: Element) -> Imported:
    person, profile = root.one("CandidatePerson"), root.one("CandidateProfile")
    competencies = profile.one("PersonQualifications").every("PersonCompetency")
    spoken = [(_named(one), _lowest(_scores(one))) for one in competencies if _is_language(one)]
    first = ((one.words, Cefr.C2) for one in person.every("PrimaryLanguageCode"))
    skills = (
        one.text("CompetencyName") or one.text("CompetencyID")
        for one in competencies
        if not _is_language(one)
    )
    return _imported(
        _demand_name(person.text("PersonName/GivenName"), person.text("PersonName/FamilyName")),
        contact=_channels(person.every("Communication")),
        experience=[
            one
            for employer in profile.one("EmploymentHistory").every("EmployerHistory")
            for one in _positions(employer)
        ],
        education=_schooling(profile),
        skills=skills,
        spoken=[*first, *spoken],
    )


def _channels(found: tuple[Element, ...]) -> dict[str, str]:
    private = sorted(found, key=lambda one: one.text("UseCode").lower() in _AT_WORK)
    mail = _first(private, "Email", "URI")
    phone = _first(private, "Telephone", "DialNumber")
    home = next((one.one("Address") for one in private if one.every("Address")), Element())
    street = " ".join(part for part in (home.text("StreetName"), home.text("BuildingNumber")))
    return {
        "email": mail.text("URI"),
        "phone": _dialled(phone),
        "street": home.text("AddressLine") or street.strip(),
        "postcode": _postcode(home.text("PostalCode"), home.text("CountryCode")),
        "city": home.text("CityName"),
    }


def _first(found: Iterable[Element], channel: str, element: str) -> Element:
    matching = (one for one in found if one.text("ChannelCode") == channel and one.text(element))
    return next(matching, Element())


def _dialled(phone: Element) -> str:
    country, number = phone.text("CountryDialing").lstrip("+"), phone.text("DialNumber")
    return f"+{country} {number}" if country and number else number


def _postcode(code: str, country: str) -> str:
    return read_postcode(record({"postalCode": code, "countryCode": country}))


def _positions(employer: Element) -> list[Experience]:
    name = employer.text("OrganizationName")
    parts = employer.every("PositionHistory") or (employer,)
    return [_position(one, name) for one in parts]


def _position(one: Element, employer: str) -> Experience:
    period = one.one("EmploymentPeriod")
    lasts = period.text("CurrentIndicator").lower() == "true"
    end = None if lasts else period.month(f"EndDate/{_WRITTEN}") or None
    start = period.month(f"StartDate/{_WRITTEN}")
    return Experience(one.text("PositionTitle"), employer=employer, start=start, end=end)


def _schooling(profile: Element) -> list[Education]:
    schools = profile.one("EducationHistory").every("EducationOrganizationAttendance")
    papers = profile.one("Certifications").every("Certification")
    return [
        *(
            Education(
                one.text("EducationDegree/DegreeName"),
                institution=one.text("OrganizationName"),
                end=one.month(f"AttendancePeriod/EndDate/{_WRITTEN}") or None,
            )
            for one in schools
        ),
        *(
            Education(
                one.text("CertificationName"),
                end=one.month(f"FirstIssuedDate/{_WRITTEN}") or None,
            )
            for one in papers
        ),
    ]


def _is_language(competency: Element) -> bool:
    return competency.text("TaxonomyID").lower() == "language"


def _named(competency: Element) -> str:
    return competency.text("CompetencyID") or competency.text("CompetencyName")


def _scores(competency: Element) -> list[str]:
    return [one.text("Score/ScoreText") for one in competency.every("CompetencyDimension")]


def _learner(info: Element) -> Imported:
    own = info.one("Identification")
    spoken = info.one("Skills/Linguistic")
    first = ((_language(one), Cefr.C2) for one in spoken.one("MotherTongueList").children)
    foreign = (
        (_language(one), _lowest(each.words for each in one.one("ProficiencyLevel").children))
        for one in spoken.one("ForeignLanguageList").every("ForeignLanguage")
    )
    return _imported(
        _demand_name(own.text("PersonName/FirstName"), own.text("PersonName/Surname")),
        contact=_contact(own.one("ContactInfo")),
        experience=[_work(one) for one in info.one("WorkExperienceList").every("WorkExperience")],
        education=[_training(one) for one in info.one("EducationList").every("Education")],
        skills=(),  # in this form they are free text
        spoken=[*first, *foreign],
        title=_wish(info.one("Headline")),
    )


def _contact(info: Element) -> dict[str, str]:
    home = info.one("Address/Contact")
    phones = info.one("TelephoneList").every("Telephone")
    private = sorted(phones, key=lambda one: one.text("Use/Code").lower() in _AT_WORK)
    lines = (home.text("AddressLine"), home.text("AddressLine2"))
    return {
        "email": info.text("Email/Contact"),
        "phone": private[0].text("Contact") if private else "",
        "street": ", ".join(line for line in lines if line),
        "postcode": _postcode(home.text("PostalCode"), home.text("Country/Code")),
        "city": home.text("Municipality"),
    }


def _wish(headline: Element) -> str:
    """Return the job somebody wants or has; what else stands there is a personal statement."""
    kind = headline.text("Type/Code")
    return headline.text("Description/Label") if kind in ("preferred_job", "position") else ""


def _work(one: Element) -> Experience:
    start, end = _period(one)
    title = one.text("Position/Label")
    return Experience(title, employer=one.text("Employer/Name"), start=start, end=end)


def _training(one: Element) -> Education:
    return Education(
        one.text("Title"), institution=one.text("Organisation/Name"), end=_period(one)[1]
    )


def _period(one: Element) -> tuple[str, str | None]:
    period = one.one("Period")
    return _year_month(period.one("From")), _year_month(period.one("To")) or None


def _year_month(day: Element) -> str:
    """Return year and month of the attributes; a month is written `--08`."""
    year, month = day.attributes.get("year", ""), day.attributes.get("month", "").strip("-")
    written = "-".join(part for part in (year, month) if part)
    return record({day.name: written}).month(day.name)


def _language(one: Element) -> str:
    return one.text("Description/Code") or one.text("Description/Label")


def _demand_name(given: str, family: str) -> _Name:
    if not (given or family):
        raise MalformedError("PersonName: missing")
    return given, family


def _lowest(texts: Iterable[str]) -> Cefr | None:
    known = (languages.level(text) for text in texts)
    return min((level for level in known if level), default=None)


def _imported(
    name: _Name,
    *,
    contact: dict[str, str],
    experience: Iterable[Experience],
    education: Iterable[Education],
    skills: Iterable[str],
    spoken: Iterable[tuple[str, Cefr | None]],
    title: str = "",
) -> Imported:
    jobs = tuple(experience)
    known: dict[str, SpokenLanguage] = {}
    notes = []
    for place, (named, level) in enumerate(spoken):
        code = languages.language_code(named)
        if code and level:
            known.setdefault(code, SpokenLanguage(code, level))
        else:
            notes.append(f"languages[{place}]: not understood")
    candidate = Candidate(
        given=name[0],
        family=name[1],
        **contact,
        title=title or latest_title(jobs),
        experience=jobs,
        education=tuple(education),
        skills=tuple(dict.fromkeys(one for one in skills if one)),
        languages=tuple(known.values()),
        current_employer=current_employer(jobs),
        documents=(),  # what is embedded there has the picture in it
    )
    return Imported(candidate, notes=tuple(notes))

"""HR Open 4.2.1 JSON, type Candidate: what many applicant-tracking systems exchange.

Read are the fields named below and nothing else; height, weight, gender, birth date, salutation,
pay, photo links, identifiers, licence numbers and free descriptions are never touched (R13, R24).
A list `doNotDistributeTo` comes back as exclusions and is never written: whoever reads an
exclusion list can tell who the person is (R4). What is written says `doNotRedistributeIndicator`.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import Candidate, Education, Experience, SpokenLanguage
from fachkraft_share.model.profile import Availability, Cefr, WorkModel
from fachkraft_share.rules import languages
from fachkraft_share.rules.formats.career import current_employer, latest_title
from fachkraft_share.rules.formats.documents import read_documents
from fachkraft_share.rules.formats.hr_open_export import (
    KLDB_SCHEME,
    LANGUAGE_SCHEME,
    write_hr_open,
)
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.rules.formats.names import split_name
from fachkraft_share.rules.formats.record import Record, read_postcode, record

__all__ = ["read_hr_open", "write_hr_open"]

_NOTICE_DAYS = {"DAY": 1, "WEE": 7, "MON": 30, "ANN": 365}  # UN/CEFACT Recommendation 20
_QUARTER_DAYS = 93


def read_hr_open(document: Mapping[str, object]) -> Imported:
    """Return the candidate an HR Open document describes; of several profiles, the first.

    Raises:
        MalformedError: a field is not what the standard says; the message names its path.
    """
    root = record(document)
    profile = next(iter(root.records("profiles")), record(None, path="profiles[0]"))
    person = root.record("person")
    given, family = _name(person)
    wishes = next(iter(profile.records("positionPreferences")), record(None))
    experience = tuple(one for job in profile.records("employment") for one in _experience(job))
    spoken, notes = _languages(profile)
    candidate = Candidate(
        given=given,
        family=family,
        **_contact(person.record("communication")),
        occupation=_occupation(wishes),
        title=next(iter(wishes.texts("positionTitles")), "") or latest_title(experience),
        experience=experience,
        education=_education(profile),
        skills=_skills(profile),
        languages=spoken,
        availability=_availability(profile.record("personAvailability")),
        work_model=_work_model(wishes.record("remoteWork")),
        current_employer=current_employer(experience),
        documents=read_documents(profile.records("attachments")),
    )
    return Imported(candidate, exclusions=_exclusions(profile), notes=notes)


def _name(person: Record) -> tuple[str, str]:
    name = person.record("name")
    given, family = name.text("given"), name.text("family")
    if not (given or family):
        given, family = split_name(name.text("formattedName"))
    if not (given or family):
        raise MalformedError(f"{name.where('family')}: missing")
    return given, family


def _contact(communication: Record) -> dict[str, str]:
    address = _preferred(communication, "address")
    phone = _preferred(communication, "phone")
    return {
        "email": _preferred(communication, "email").text("address"),
        "phone": phone.text("formattedNumber") or phone.text("dialNumber"),
        "street": _street(address),
        "postcode": read_postcode(address),
        "city": address.text("city"),
    }


def _street(address: Record) -> str:
    more = (one.text("value") for one in address.records("extendedLines"))
    return ", ".join(part for part in (address.text("line"), *more) if part)


def _preferred(communication: Record, key: str) -> Record:
    """Return the private entry with the best preference: a business one is the employer's."""
    found = communication.records(key)
    ranked = sorted(
        found, key=lambda one: (one.text("useCode") == "business", one.number("preference") or 1)
    )
    return ranked[0] if ranked else record(None)


def _occupation(wishes: Record) -> str:
    codes = (
        one.text("code")
        for one in wishes.records("jobCategories")
        if one.text("schemeId") == KLDB_SCHEME
    )
    return next(codes, "")


def _experience(job: Record) -> list[Experience]:
    employer = job.record("organization").text("name")
    parts = job.records("positionHistories") or (job,)
    return [
        Experience(
            title=one.text("title"),
            employer=employer or one.record("organization").text("name"),
            start=one.month("start") or job.month("start"),
            end=None if one.flag("current") else one.month("end") or None,
        )
        for one in parts
    ]


def _education(profile: Record) -> tuple[Education, ...]:
    degrees = [one for school in profile.records("education") for one in _degrees(school)]
    papers = [*profile.records("licenses"), *profile.records("certifications")]
    return (*degrees, *(_paper(one) for one in papers))


def _degrees(school: Record) -> list[Education]:
    where = school.record("institution").text("name")
    end = school.month("end") or None
    named = [
        Education(one.text("name"), institution=where, end=one.month("date") or end)
        for one in school.records("educationDegrees")
        if one.text("name")
    ]
    return named or [Education(", ".join(school.texts("programs")), institution=where, end=end)]


def _paper(one: Record) -> Education:
    issuer = one.record("issuingAuthority").text("name")
    return Education(one.text("name"), institution=issuer, end=one.month("firstIssued") or None)


def _skills(profile: Record) -> tuple[str, ...]:
    named = (
        one.text("competencyName")
        for one in profile.records("qualifications")
        if _language_of(one) is None
    )
    return tuple(dict.fromkeys(name for name in named if name))


def _languages(profile: Record) -> tuple[tuple[SpokenLanguage, ...], tuple[str, ...]]:
    spoken, notes = [], []
    for one in profile.records("qualifications"):
        if (named := _language_of(one)) is None:
            continue
        code, level = languages.language_code(named), _proficiency(one)
        if code and level:
            spoken.append(SpokenLanguage(code, level))
        else:
            notes.append(f"{one.path}: language not understood")
    return tuple(spoken), tuple(notes)


def _language_of(qualification: Record) -> str | None:
    ids = qualification.records("competencyIds")
    codes = (one.text("value") for one in ids if one.text("schemeId") == LANGUAGE_SCHEME)
    return next(codes, None)


def _proficiency(qualification: Record) -> Cefr | None:
    scores = qualification.record("proficiencyLevel").records("scoresText")
    levels = (languages.level(one.text("value")) for one in scores)
    return next((level for level in levels if level), None)


def _availability(one: Record) -> Availability | None:
    if one.flag("immediateStartIndicator"):
        return Availability.NOW
    notice = one.record("noticePeriodMeasure")
    amount, unit = notice.number("value"), _NOTICE_DAYS.get(notice.text("unitCode"))
    if amount is None or unit is None:
        return None
    days = amount * unit
    if days <= 0:
        return Availability.NOW
    return Availability.QUARTER if days <= _QUARTER_DAYS else Availability.LATER


def _work_model(remote: Record) -> WorkModel | None:
    wanted = remote.flag("remoteWorkIndicator")
    if wanted is None:
        return None
    if not wanted:
        return WorkModel.ONSITE
    return WorkModel.HYBRID if "Office" in remote.texts("workLocationCodes") else WorkModel.REMOTE


def _exclusions(profile: Record) -> tuple[str, ...]:
    refused = profile.record("distributionGuidelines").records("doNotDistributeTo")
    named = (
        text
        for one in refused
        for text in (
            one.record("organization").text("name"),
            _host(one.record("organization").text("domainName")),
        )
    )
    return tuple(dict.fromkeys(text for text in named if text))


def _host(address: str) -> str:
    bare = address if "//" in address else f"//{address}"
    try:
        return urlsplit(bare).hostname or ""
    except ValueError:
        return ""

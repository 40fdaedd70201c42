"""Write HR Open 4.2.1 JSON; exclusions have no way into it."""

from fachkraft_share.model.candidate import Candidate, Education, Experience, SpokenLanguage
from fachkraft_share.model.profile import Availability, WorkModel
from fachkraft_share.rules.formats.documents import write_document
from fachkraft_share.rules.formats.record import filled, write_postcode
from fachkraft_share.rules.tables.languages import LANGUAGES

LANGUAGE_SCHEME = "ISO 639-1"
KLDB_SCHEME = "KldB 2010"
_NOTICE = {Availability.NOW: 0, Availability.QUARTER: 3, Availability.LATER: 6}  # months


def write_hr_open(candidate: Candidate) -> dict[str, object]:
    """Return the candidate as an HR Open document, documents included, exclusions never."""
    profile = {
        "distributionGuidelines": {"doNotRedistributeIndicator": True},
        "personAvailability": _write_availability(candidate.availability),
        "positionPreferences": [wishes] if (wishes := _write_wishes(candidate)) else [],
        "employment": [_write_experience(one) for one in candidate.experience],
        "education": [_write_education(one) for one in candidate.education],
        "qualifications": [
            *({"competencyName": skill} for skill in candidate.skills),
            *(_write_language(one) for one in candidate.languages),
        ],
        "attachments": [write_document(one) for one in candidate.documents],
    }
    return {"person": _write_person(candidate), "profiles": [filled(profile)]}


def _write_person(candidate: Candidate) -> dict[str, object]:
    address = {
        "line": candidate.street,
        **write_postcode(candidate.postcode),
        "city": candidate.city,
    }
    communication = {
        "address": [filled(address)] if filled(address) else [],
        "phone": [{"formattedNumber": candidate.phone}] if candidate.phone else [],
        "email": [{"address": candidate.email}] if candidate.email else [],
    }
    name = {
        "formattedName": f"{candidate.given} {candidate.family}".strip(),
        "given": candidate.given,
        "family": candidate.family,
    }
    return filled({"name": filled(name), "communication": filled(communication)})


def _write_availability(availability: Availability | None) -> dict[str, object]:
    if availability is None:
        return {}
    return {
        "immediateStartIndicator": availability is Availability.NOW,
        "noticePeriodMeasure": {"value": _NOTICE[availability], "unitCode": "MON"},
    }


def _write_wishes(candidate: Candidate) -> dict[str, object]:
    wishes: dict[str, object] = {
        "positionTitles": [candidate.title] if candidate.title else [],
        "jobCategories": (
            [{"code": candidate.occupation, "schemeId": KLDB_SCHEME}]
            if candidate.occupation
            else []
        ),
    }
    if candidate.work_model is not None:
        wishes["remoteWork"] = _write_work_model(candidate.work_model)
    return filled(wishes)


def _write_work_model(model: WorkModel) -> dict[str, object]:
    places = {WorkModel.ONSITE: ["Office"], WorkModel.HYBRID: ["Home", "Office"]}
    return {
        "remoteWorkIndicator": model is not WorkModel.ONSITE,
        "workLocationCodes": places.get(model, ["Home"]),
    }


def _write_experience(one: Experience) -> dict[str, object]:
    position = {
        "title": one.title,
        "start": one.start,
        "end": one.end,
        "current": one.end is None,
    }
    organisation = {"organization": {"name": one.employer}} if one.employer else {}
    return {**organisation, "positionHistories": [filled(position)]}


def _write_education(one: Education) -> dict[str, object]:
    degree = {"name": one.title, "date": one.end}
    return {
        "institution": filled({"name": one.institution}),
        "educationDegrees": [filled(degree)] if one.title else [],
        **filled({"end": one.end}),
    }


def _write_language(one: SpokenLanguage) -> dict[str, object]:
    names = {code: german for code, german, _, _ in LANGUAGES}
    return {
        "competencyIds": [{"value": one.language, "schemeId": LANGUAGE_SCHEME}],
        "competencyName": names.get(one.language, one.language),
        "proficiencyLevel": {"scoresText": [{"value": one.level.value}]},
    }

"""JSON Resume 1.x: the default format for taking a candidate in and for handing the data out.

The standard has one field for the name and none for occupation code, availability and work
model; these stand under `meta.fachkraftShare`, which its schema allows. Documents lie beside the
file, not in it. Never read, because a profile must not know it or because it is free text
(R13, R24): picture, summaries, links, volunteering, interests, awards, publications, references.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from fachkraft_share.errors import MalformedError
from fachkraft_share.model.candidate import Candidate, Education, Experience, SpokenLanguage
from fachkraft_share.model.profile import Availability, WorkModel
from fachkraft_share.rules import languages
from fachkraft_share.rules.formats.career import current_employer, latest_title
from fachkraft_share.rules.formats.imported import Imported
from fachkraft_share.rules.formats.names import split_name
from fachkraft_share.rules.formats.record import (
    Record,
    filled,
    read_postcode,
    record,
    write_postcode,
)
from fachkraft_share.rules.tables.languages import LANGUAGES

_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_STILL_THERE = {"present", "current", "now", "today", "heute", "aktuell"}
_Kind = TypeVar("_Kind", bound=StrEnum)


def read_json_resume(document: Mapping[str, object]) -> Imported:
    """Return the candidate a JSON Resume describes.

    Raises:
        MalformedError: a field is not what the standard says; the message names its path.
    """
    root = record(document)
    basics = root.record("basics")
    location = basics.record("location")
    own = root.record("meta").record("fachkraftShare")
    given, family = _name(basics, own=own)
    experience = tuple(_experience(one) for one in root.records("work"))
    spoken, notes = _languages(root)
    candidate = Candidate(
        given=given,
        family=family,
        email=basics.text("email"),
        phone=basics.text("phone"),
        street=location.text("address"),
        postcode=read_postcode(location),
        city=location.text("city"),
        occupation=own.text("kldb"),
        title=basics.text("label") or latest_title(experience),
        experience=experience,
        education=(*map(_education, root.records("education")), *_certificates(root)),
        skills=_skills(root),
        languages=spoken,
        availability=_choice(own, "availability", kind=Availability),
        work_model=_choice(own, "workModel", kind=WorkModel),
        current_employer=current_employer(experience),
    )
    return Imported(candidate, notes=notes)


def write_json_resume(candidate: Candidate) -> dict[str, object]:
    """Return the candidate as a JSON Resume, without documents and empty fields."""
    resume = {
        "basics": _write_basics(candidate),
        "work": [_write_experience(one) for one in candidate.experience],
        "education": [_write_education(one) for one in candidate.education],
        "skills": [{"name": skill} for skill in candidate.skills],
        "languages": [_write_language(one) for one in candidate.languages],
    }
    own = {
        "given": candidate.given,
        "family": candidate.family,
        "kldb": candidate.occupation,
        "availability": candidate.availability and candidate.availability.value,
        "workModel": candidate.work_model and candidate.work_model.value,
    }
    meta = {"version": "v1.0.0", "fachkraftShare": filled(own)}
    return {"$schema": _SCHEMA, **filled(resume), "meta": meta}


def _name(basics: Record, *, own: Record) -> tuple[str, str]:
    given, family = own.text("given"), own.text("family")
    if not (given or family):
        given, family = split_name(basics.text("name"))
    if not (given or family):
        raise MalformedError(f"{basics.where('name')}: missing")
    return given, family


def _experience(work: Record) -> Experience:
    return Experience(
        title=work.text("position"),
        employer=work.text("name") or work.text("company"),  # `company` until version 0.x
        start=work.month("startDate"),
        end=_end(work),
    )


def _end(work: Record) -> str | None:
    lasts = work.text("endDate").casefold() in {"", *_STILL_THERE}
    return None if lasts else work.month("endDate")


def _education(one: Record) -> Education:
    title = " ".join(part for part in (one.text("studyType"), one.text("area")) if part)
    return Education(title, institution=one.text("institution"), end=one.month("endDate") or None)


def _certificates(root: Record) -> list[Education]:
    return [
        Education(one.text("name"), institution=one.text("issuer"), end=one.month("date") or None)
        for one in root.records("certificates")
    ]


def _skills(root: Record) -> tuple[str, ...]:
    named = (
        word
        for one in root.records("skills")
        for word in (one.text("name"), *one.texts("keywords"))
    )
    return tuple(dict.fromkeys(word for word in named if word))


def _languages(root: Record) -> tuple[tuple[SpokenLanguage, ...], tuple[str, ...]]:
    spoken, notes = [], []
    for one in root.records("languages"):
        code = languages.language_code(one.text("language"))
        level = languages.level(one.text("fluency"))
        if code and level:
            spoken.append(SpokenLanguage(code, level))
        else:
            notes.append(f"{one.where('fluency' if code else 'language')}: not understood")
    return tuple(spoken), tuple(notes)


def _choice(own: Record, key: str, *, kind: type[_Kind]) -> _Kind | None:
    text = own.text(key)
    if not text:
        return None
    if text not in set(kind):
        raise MalformedError(f"{own.where(key)}: not one of {', '.join(kind)}")
    return kind(text)


def _write_basics(candidate: Candidate) -> dict[str, object]:
    location = {
        "address": candidate.street,
        **write_postcode(candidate.postcode),
        "city": candidate.city,
    }
    return filled(
        {
            "name": f"{candidate.given} {candidate.family}".strip(),
            "label": candidate.title,
            "email": candidate.email,
            "phone": candidate.phone,
            "location": filled(location),
        }
    )


def _write_experience(one: Experience) -> dict[str, object]:
    return filled(
        {"name": one.employer, "position": one.title, "startDate": one.start, "endDate": one.end}
    )


def _write_education(one: Education) -> dict[str, object]:
    return filled({"institution": one.institution, "studyType": one.title, "endDate": one.end})


def _write_language(one: SpokenLanguage) -> dict[str, object]:
    names = {code: german for code, german, _, _ in LANGUAGES}
    return {"language": names.get(one.language, one.language), "fluency": one.level.value}

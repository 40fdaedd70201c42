"""Write Europass CV XML (ECV 3.0, root `Candidate`): minimal, what other tools read of it.

No official schema of it can be had, so the elements follow what candidates download.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from fachkraft_share.model.candidate import Candidate, Education, Experience, SpokenLanguage

_SPACES: Final = (
    'xmlns="http://www.europass.eu/1.0" '
    'xmlns:eures="http://www.europass_eures.eu/1.0" '
    'xmlns:hr="http://www.hr-xml.org/3" '
    'xmlns:oa="http://www.openapplications.org/oagis/9"'
)
_DIMENSIONS: Final = (  # the level is known as one, the format asks for five
    "CEF-Understanding-Listening",
    "CEF-Understanding-Reading",
    "CEF-Speaking-Interaction",
    "CEF-Speaking-Production",
    "CEF-Writing-Production",
)


def write_europass(candidate: Candidate) -> bytes:
    """Return the candidate as Europass XML, without documents and empty elements."""
    profile = "".join(
        (
            _text("ExecutiveSummary", candidate.title),
            _listed("EmploymentHistory", map(_employment, candidate.experience)),
            _listed("EducationHistory", map(_education, candidate.education)),
            _listed(
                "PersonQualifications",
                (*map(_skill, candidate.skills), *map(_language, candidate.languages)),
            ),
        )
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Candidate {_SPACES}>'
        f"<CandidatePerson>{_person(candidate)}</CandidatePerson>"
        f'<CandidateProfile languageCode="de">{profile}</CandidateProfile></Candidate>\n'
    )
    return text.encode("utf-8")


def _person(candidate: Candidate) -> str:
    name = _text("oa:GivenName", candidate.given) + _text("hr:FamilyName", candidate.family)
    address = _text("oa:AddressLine", candidate.street) + _text("oa:CityName", candidate.city)
    return "".join(
        (
            _inside("PersonName", name),
            _channel("Email", _text("oa:URI", candidate.email)),
            _channel("Telephone", _text("oa:DialNumber", candidate.phone)),
            _inside("Communication", _inside("Address", address + _postcode(candidate))),
        )
    )


def _postcode(candidate: Candidate) -> str:
    return _text("oa:PostalCode", candidate.postcode)


def _channel(kind: str, inside: str) -> str:
    found = _text("ChannelCode", kind) + inside if inside else ""
    return _inside("Communication", found)


def _employment(one: Experience) -> str:
    position = _text("PositionTitle", one.title) + _inside(
        "eures:EmploymentPeriod", _period(one.start, one.end)
    )
    return _inside(
        "EmployerHistory",
        _text("hr:OrganizationName", one.employer) + _inside("PositionHistory", position),
    )


def _period(start: str, end: str | None) -> str:
    begun = _inside("eures:StartDate", _text("hr:FormattedDateTime", start))
    ended = _inside("eures:EndDate", _text("hr:FormattedDateTime", end or ""))
    return begun + ended + _text("hr:CurrentIndicator", "false" if end else "true")


def _education(one: Education) -> str:
    degree = _inside("EducationDegree", _text("hr:DegreeName", one.title))
    return _inside(
        "EducationOrganizationAttendance",
        _text("hr:OrganizationName", one.institution) + degree,
    )


def _skill(name: str) -> str:
    named = _text("hr:CompetencyName", name)
    return _inside("PersonCompetency", _text("hr:TaxonomyID", "skill") + named)


def _language(one: SpokenLanguage) -> str:
    scores = "".join(
        _inside(
            "eures:CompetencyDimension",
            _text("hr:CompetencyDimensionTypeCode", dimension)
            + _inside("eures:Score", _text("hr:ScoreText", one.level.value)),
        )
        for dimension in _DIMENSIONS
    )
    named = _text("CompetencyID", one.language) + _text("hr:TaxonomyID", "language")
    return _inside("PersonCompetency", named + scores)


def _listed(name: str, inside: Iterable[str]) -> str:
    return _inside(name, "".join(inside))


def _text(name: str, text: str) -> str:
    return _inside(name, escape(text, quote=False))


def _inside(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>" if text else ""

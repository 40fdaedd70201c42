"""The candidate and the application as the origin's system has them: all personal."""

from collections.abc import Iterable
from enum import StrEnum

import attrs

from fachkraft_share.model.profile import Availability, Cefr, WorkModel


class DocumentKind(StrEnum):
    """What a document is."""

    CV = "cv"
    COVER_LETTER = "cover_letter"
    CERTIFICATE = "certificate"
    REFERENCE = "reference"
    OTHER = "other"


@attrs.frozen
class Document:
    """One file of a candidate; `name` is the candidate's own and never trusted as a path."""

    name: str = attrs.field(repr=False)
    kind: DocumentKind = attrs.field(converter=DocumentKind)
    media_type: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class Experience:
    """One employment: `start`, `end` as YYYY-MM or YYYY; `end` None means still there."""

    title: str = attrs.field(repr=False)
    employer: str = attrs.field(default="", repr=False)
    start: str = ""
    end: str | None = None


@attrs.frozen
class Education:
    """One degree or training."""

    title: str = attrs.field(repr=False)
    institution: str = attrs.field(default="", repr=False)
    end: str | None = None


@attrs.frozen
class SpokenLanguage:
    """A language (ISO 639-1) and its CEFR level."""

    language: str
    level: Cefr = attrs.field(converter=Cefr)


def _experience(given: Iterable[Experience]) -> tuple[Experience, ...]:
    return tuple(given)


def _education(given: Iterable[Education]) -> tuple[Education, ...]:
    return tuple(given)


def _skills(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


def _languages(given: Iterable[SpokenLanguage]) -> tuple[SpokenLanguage, ...]:
    return tuple(given)


def _documents(given: Iterable[Document]) -> tuple[Document, ...]:
    return tuple(given)


@attrs.frozen
class Candidate:
    """A person as known to the origin, and as disclosed to one member after the person agreed."""

    given: str = attrs.field(repr=False)
    family: str = attrs.field(repr=False)
    email: str = attrs.field(default="", repr=False)
    phone: str = attrs.field(default="", repr=False)
    street: str = attrs.field(default="", repr=False)
    postcode: str = attrs.field(default="", repr=False)
    city: str = attrs.field(default="", repr=False)
    occupation: str = attrs.field(default="", repr=False)  # KldB code if known
    title: str = attrs.field(default="", repr=False)  # job title as the person writes it
    experience: tuple[Experience, ...] = attrs.field(default=(), converter=_experience, repr=False)
    education: tuple[Education, ...] = attrs.field(default=(), converter=_education, repr=False)
    skills: tuple[str, ...] = attrs.field(default=(), converter=_skills, repr=False)
    languages: tuple[SpokenLanguage, ...] = attrs.field(
        default=(), converter=_languages, repr=False
    )
    availability: Availability | None = attrs.field(
        default=None, converter=attrs.converters.optional(Availability), repr=False
    )
    work_model: WorkModel | None = attrs.field(
        default=None, converter=attrs.converters.optional(WorkModel), repr=False
    )
    current_employer: str = attrs.field(default="", repr=False)
    documents: tuple[Document, ...] = attrs.field(default=(), converter=_documents, repr=False)


class Stage(StrEnum):
    """Where an application stands, in the words every ATS has."""

    OPEN = "open"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HIRED = "hired"
    UNMAPPED = "unmapped"


@attrs.frozen
class Application:
    """An application in the origin's system; `rejected_on` is when the rejection arrived."""

    id: str
    stage: Stage
    candidate_id: str = ""
    job: str = ""
    rejected_on: str | None = None  # YYYY-MM-DD
    runner_up: bool = False
    updated_at: int = 0

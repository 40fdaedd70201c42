"""The pseudonymous profile: closed, coarse, capped vocabularies and no free text (R12-R15, R24)."""

from collections.abc import Iterable
from enum import StrEnum

import attrs


class Level(StrEnum):
    """Requirement level, the fifth digit of KldB 2010."""

    HELPER = "1"
    SKILLED = "2"
    SPECIALIST = "3"
    EXPERT = "4"


class Years(StrEnum):
    """Band of years in the occupation."""

    UP_TO_1 = "0-1"
    UP_TO_4 = "2-4"
    UP_TO_9 = "5-9"
    MORE = "10+"


class Availability(StrEnum):
    """When the person could start."""

    NOW = "now"
    QUARTER = "within_3_months"
    LATER = "later"


class WorkModel(StrEnum):
    """Where the person wants to work."""

    ONSITE = "onsite"
    HYBRID = "hybrid"
    REMOTE = "remote"


class Cefr(StrEnum):
    """Common European Framework of Reference for Languages."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class Rank(StrEnum):
    """Band in the origin's final choice; the exact rank stays there (R14)."""

    SECOND = "second"
    THIRD = "third"
    SHORTLIST = "shortlist"


@attrs.frozen
class LanguageSkill:
    """A language (ISO 639-1) and its level."""

    language: str
    level: Cefr


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Endorsement:
    """What the origin says of the person: structured, no reasons, no free text (R14, § 22 AGG).

    Without a rank nobody chose among applicants (somebody presents themselves), or it is held back.
    """

    rank: Rank | None = attrs.field(default=None, converter=attrs.converters.optional(Rank))
    strengths: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    would_have_hired: bool = False


@attrs.frozen
class Profile:
    """What other members may see.

    `occupation` is a KldB 2010 code of 2 to 5 digits; `region` is `ags:03153` (district), `plz:38`
    (postcode region), or `de`; `skills` are codes of the loaded vocabulary. None means: held back.
    """

    occupation: str
    level: Level | None
    years: Years | None
    region: str
    skills: tuple[str, ...] = ()
    languages: tuple[LanguageSkill, ...] = ()
    availability: Availability | None = None
    work_model: WorkModel | None = None
    endorsement: Endorsement | None = None

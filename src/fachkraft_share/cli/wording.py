"""A profile in words: labels instead of codes, in the member's language."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from fachkraft_share.rules.vocabulary import Kind

if TYPE_CHECKING:
    from fachkraft_share.model.profile import Profile
    from fachkraft_share.rules.vocabulary import Vocabulary

_TITLES: Final = {
    "occupation": ("Beruf", "Occupation"),
    "level": ("Niveau", "Level"),
    "years": ("Erfahrung", "Experience"),
    "region": ("Gegend", "Area"),
    "skills": ("Kenntnisse", "Skills"),
    "languages": ("Sprachen", "Languages"),
    "availability": ("Verfügbar", "Available"),
    "work_model": ("Arbeitsort", "Place of work"),
    "rank": ("In der Auswahl", "In the selection"),
    "strengths": ("Stärken", "Strengths"),
}
_HELD_BACK: Final = ("nicht angegeben", "held back")


def profile_lines(
    profile: "Profile", *, vocabulary: "Vocabulary", language: str, whole: bool = False
) -> list[str]:
    """Return the profile line by line; `whole` also names what it holds back."""
    at = 1 if language == "en" else 0
    lines = []
    for field, codes in _fields(profile):
        words = [vocabulary.label(kind, code, language=language) for kind, code in codes]
        if words or whole:
            lines.append(f"{_TITLES[field][at]}: {', '.join(words) or _HELD_BACK[at]}")
    return lines


def _fields(profile: "Profile") -> Iterator[tuple[str, list[tuple[Kind, str]]]]:
    one = profile
    yield "occupation", [(Kind.OCCUPATION, one.occupation)]
    yield "level", _maybe(Kind.LEVEL, one.level)
    yield "years", _maybe(Kind.YEARS, one.years)
    yield "region", [(Kind.REGION, one.region)]
    yield "skills", [(Kind.SKILL, code) for code in one.skills]
    spoken = [[(Kind.LANGUAGE, s.language), (Kind.CEFR, str(s.level))] for s in one.languages]
    yield "languages", [pair for pairs in spoken for pair in pairs]
    yield "availability", _maybe(Kind.AVAILABILITY, one.availability)
    yield "work_model", _maybe(Kind.WORK_MODEL, one.work_model)
    said = one.endorsement
    yield "rank", _maybe(Kind.RANK, said.rank if said else None)
    yield "strengths", [(Kind.STRENGTH, code) for code in (said.strengths if said else ())]


def _maybe(kind: Kind, code: str | None) -> list[tuple[Kind, str]]:
    return [] if code is None else [(kind, str(code))]

"""A profile in words: labels instead of codes, in the member's language."""

from typing import TYPE_CHECKING, Final

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
    from fachkraft_share.member.profile_words import fields_of

    at = 1 if language == "en" else 0
    lines = []
    for field, codes in fields_of(profile):
        words = [vocabulary.label(kind, code, language=language) for kind, code in codes]
        if words or whole:
            lines.append(f"{_TITLES[field][at]}: {', '.join(words) or _HELD_BACK[at]}")
    return lines

"""The closed vocabularies of a profile: every code with a German and an English label."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

import attrs

from fachkraft_share.rules.esco import EscoCodes
from fachkraft_share.rules.folding import fold
from fachkraft_share.rules.kanonymity import EmploymentTable
from fachkraft_share.rules.places import WHOLE, Places, shipped_places
from fachkraft_share.rules.tables import fields
from fachkraft_share.rules.tables.languages import LANGUAGES
from fachkraft_share.rules.tables.occupations import GROUPS
from fachkraft_share.rules.tables.skills import SKILLS
from fachkraft_share.rules.tables.strengths import STRENGTHS
from fachkraft_share.rules.titles import TitleIndex

_KLDB = re.compile(r"[0-9]{2,5}")
_SEVERAL = re.compile(r"[,;/&|()]|\b(?:und|and)\b", re.IGNORECASE)


class Kind(StrEnum):
    """The vocabularies, by the profile field they fill; plugins name them by these words."""

    OCCUPATION = "occupation"
    LEVEL = "level"
    YEARS = "years"
    REGION = "region"
    SKILL = "skill"
    LANGUAGE = "language"
    CEFR = "cefr"
    AVAILABILITY = "availability"
    WORK_MODEL = "work_model"
    RANK = "rank"
    STRENGTH = "strength"


@attrs.frozen
class Label:
    """What a code is called."""

    de: str
    en: str

    def text(self, language: str) -> str:
        """Return the label in a language: English for "en", German otherwise."""
        return self.en if language == "en" else self.de


@attrs.frozen(eq=False, repr=False)
class Vocabulary:
    """All tables; the official ones are there only when an operator loaded them."""

    labels: Mapping[Kind, Mapping[str, Label]]
    skill_names: Mapping[str, str]
    places: Places
    titles: TitleIndex | None = None
    employment: EmploymentTable | None = None
    own_titles: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)  # codes by title key
    esco: EscoCodes = attrs.field(factory=EscoCodes)
    official: frozenset[str] | None = None  # all codes of KldB 2010, where its list is loaded

    def codes(self, kind: Kind) -> tuple[str, ...]:
        """Return the codes of one vocabulary in their order."""
        return tuple(self.labels[kind])

    def knows(self, kind: Kind, code: str) -> bool:
        """Tell whether the code belongs to that vocabulary."""
        return code in self.labels[kind]

    def is_code(self, text: str) -> bool:
        """Tell whether this is a KldB 2010 code of 2 to 5 digits of a main group."""
        return bool(_KLDB.fullmatch(text)) and self.knows(Kind.OCCUPATION, text[:2])

    def lists(self, code: str) -> bool:
        """Tell whether the classification has this code, as far as it is loaded."""
        return self.is_code(code) and (self.official is None or code in self.official)

    def label(self, kind: Kind, code: str, *, language: str = "de") -> str:
        """Return what a code is called; an unknown one is called by itself.

        An occupation code without a title of its own is called after its group.
        """
        table = self.labels[kind]
        known = code
        while kind is Kind.OCCUPATION and known not in table and len(known) > 2:
            known = known[:-1]
        return table[known].text(language) if known in table else code

    def skill_codes(self, text: str) -> tuple[str, ...]:
        """Return the codes of the skills a text names; `HTML/CSS` or `Java und SQL` are two."""
        if whole := self.skill_names.get(fold(text)):
            return (whole,)
        parts = (self.skill_names.get(fold(part)) for part in _SEVERAL.split(text))
        return tuple(dict.fromkeys(code for code in parts if code))


@lru_cache(maxsize=1)
def shipped() -> Vocabulary:
    """Return the hand-made vocabulary: enough to work without any official list."""
    return vocabulary()


def vocabulary(
    *,
    occupations: Mapping[str, str] | None = None,
    titles: TitleIndex | None = None,
    places: Places | None = None,
    employment: EmploymentTable | None = None,
    esco: EscoCodes | None = None,
) -> Vocabulary:
    """Return the hand-made vocabulary with what was loaded put over it."""
    known_places = places or shipped_places()
    labels = {
        Kind.OCCUPATION: _occupations(occupations or {}),
        Kind.LEVEL: _labels(fields.LEVELS),
        Kind.YEARS: _labels(fields.YEARS),
        Kind.REGION: _regions(known_places),
        Kind.SKILL: _labels(row[:3] for row in SKILLS),
        Kind.LANGUAGE: _labels(row[:3] for row in LANGUAGES),
        Kind.CEFR: _labels(fields.CEFR),
        Kind.AVAILABILITY: _labels(fields.AVAILABILITY),
        Kind.WORK_MODEL: _labels(fields.WORK_MODELS),
        Kind.RANK: _labels(fields.RANKS),
        Kind.STRENGTH: _labels(STRENGTHS),
    }
    return Vocabulary(
        labels,
        _skill_names(),
        known_places,
        titles=titles,
        employment=employment,
        esco=esco or EscoCodes(),
        official=frozenset(occupations) if occupations else None,
    )


def _labels(rows: Iterable[tuple[str, str, str]]) -> dict[str, Label]:
    return {code: Label(german, english) for code, german, english in rows}


def _occupations(loaded: Mapping[str, str]) -> dict[str, Label]:
    """Return our own group labels, then the loaded titles, which exist in German only."""
    official = {code: Label(title, title) for code, title in loaded.items() if len(code) > 2}
    return {**_labels(GROUPS), **official}


def _regions(places: Places) -> dict[str, Label]:
    named = {code: Label(one.name, one.name) for code, one in places.regions.items()}
    return {**named, WHOLE: Label("Deutschland", "Germany")}


def _skill_names() -> dict[str, str]:
    return {
        fold(name): code
        for code, german, english, others in SKILLS
        for name in (code, german, english, *others)
    }

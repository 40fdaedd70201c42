"""Does a search apply to a profile, and why: rules a person can read, never a verdict.

1. A match hides and rejects nobody (R12): a search that does not apply says nothing about the
   person, and what a profile does not tell never counts against it.
2. Required are occupation, required skills, languages, and distance, level and years as far as
   the profile tells them. Everything else only adds points.
3. Equal input gives equal output; the score is the sum of its reasons' points.
4. Fields that R13 and R24 keep out do not exist here.
"""

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    LanguageSkill,
    Level,
    Profile,
    WorkModel,
    Years,
)
from fachkraft_share.rules.places import EARTH_KM, Places, Point, Region, cosine
from fachkraft_share.rules.vocabulary import Kind, Vocabulary

_KLDB = re.compile(r"[0-9]{2,5}")
_YEARS = list(Years)
_CEFR = list(Cefr)
_points_of = attrgetter("points")
_POINTS = {
    "occupation": 40,
    "occupation-group": 20,
    "skill-required": 10,
    "skill-wished": 5,
    "language": 5,
    "distance": 10,
    "distance-possible": 5,
    "distance-unknown": 0,
    "level": 5,
    "level-unknown": 0,
    "years": 5,
    "years-unknown": 0,
    "work-model": 5,
    "availability": 5,
    "would-have-hired": 5,
}
_TEXTS = {
    "occupation": ("Beruf: {}", "Occupation: {}"),
    "occupation-group": ("Beruf, nur grob bekannt: {}", "Occupation, known roughly: {}"),
    "skill-required": ("Gefordert und vorhanden: {}", "Required and there: {}"),
    "skill-wished": ("Gewünscht und vorhanden: {}", "Wished for and there: {}"),
    "language": ("Sprache: {}", "Language: {}"),
    "distance": ("In der Nähe: {}", "Nearby: {}"),
    "distance-possible": ("Möglicherweise in der Nähe: {}", "Possibly nearby: {}"),
    "distance-unknown": ("Die Gegend ist nicht bekannt.", "The area is not known."),
    "level": ("Anforderungsniveau: {}", "Requirement level: {}"),
    "level-unknown": ("Das Anforderungsniveau ist nicht bekannt.", "The level is not known."),
    "years": ("{}", "{}"),
    "years-unknown": ("Die Berufsjahre sind nicht bekannt.", "The years are not known."),
    "work-model": ("Arbeitsort: {}", "Place of work: {}"),
    "availability": ("Verfügbar: {}", "Available: {}"),
    "would-have-hired": (
        "Das empfehlende Unternehmen hätte die Person gern eingestellt.",
        "The recommending company would have liked to hire the person.",
    ),
}
# What a profile does not say: it never speaks against somebody, and is no reason either.
OPEN = frozenset({"distance-unknown", "level-unknown", "years-unknown"})
_KINDS = {
    "occupation": Kind.OCCUPATION,
    "occupation-group": Kind.OCCUPATION,
    "skill-required": Kind.SKILL,
    "skill-wished": Kind.SKILL,
    "language": Kind.LANGUAGE,
    "distance": Kind.REGION,
    "distance-possible": Kind.REGION,
    "level": Kind.LEVEL,
    "years": Kind.YEARS,
    "work-model": Kind.WORK_MODEL,
    "availability": Kind.AVAILABILITY,
}


@attrs.frozen
class Search:
    """What a member looks for; every field may be left open.

    `occupation` is a KldB code of 2 to 5 digits, `skills` are required, `wished` are not, `years`
    is the least band, `near` a postcode that counts together with `within_km`. `name` is what
    people call it; nothing is matched by it.
    """

    id: str
    occupation: str | None = attrs.field(default=None)
    skills: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...])
    wished: tuple[str, ...] = attrs.field(default=(), converter=tuple[str, ...])
    languages: tuple[LanguageSkill, ...] = ()
    near: str | None = None
    within_km: int | None = None
    level: Level | None = None
    years: Years | None = None
    work_model: WorkModel | None = None
    availability: Availability | None = None
    name: str = attrs.field(default="")

    @occupation.validator
    def _is_code(self, _: object, value: str | None) -> None:
        if value is not None and not _KLDB.fullmatch(value):
            raise MalformedError("occupation: not a KldB code of 2 to 5 digits")

    @name.validator
    def _is_short(self, _: object, value: str) -> None:
        if len(value) > limits.SHORT_TEXT:
            raise MalformedError(f"name: more than {limits.SHORT_TEXT} characters")


@attrs.frozen
class Reason:
    """One thing that speaks for a meeting; `detail` is a code of the vocabulary or empty."""

    code: str
    points: int
    detail: str = ""


@attrs.frozen
class Match:
    """A search that applies to a profile; the reasons are kept (Art. 22 GDPR)."""

    search: str
    reasons: tuple[Reason, ...]
    referral: str = ""
    score: int = attrs.field(init=False)

    @score.default
    def _sum(self) -> int:
        return sum(map(_points_of, self.reasons))


@attrs.frozen(eq=False)
class Wanted:
    """A search made ready for many comparisons; `reasons` are those of all its matches.

    `centre` is set where it names a known place and a distance; `more` tells whether it asks for
    anything beside occupation, skills and place.
    """

    search: Search
    skills: frozenset[str]
    centre: Point | None
    reasons: tuple[Reason, ...]
    more: bool


@attrs.frozen(eq=False)
class Offered:
    """A profile made ready for many comparisons; what many searches share is looked at once.

    `occupations` remembers by the code searched for and `distances` by the circle why they fit;
    None where they do not.
    """

    profile: Profile
    skills: frozenset[str]
    levels: dict[str, Cefr]
    region: Region | None
    praise: tuple[Reason, ...]
    occupations: dict[str, Reason | None] = attrs.field(factory=dict)
    distances: dict[tuple[str | None, int | None], Reason | None] = attrs.field(factory=dict)


def match(profile: Profile, search: Search, *, vocabulary: Vocabulary) -> Match | None:
    """Return why the search applies to the profile, or None when it does not."""
    return compare(offer(profile, places=vocabulary.places), want(search, places=vocabulary.places))


def want(search: Search, *, places: Places) -> Wanted:
    """Return the search, ready for comparing."""
    bounded = search.near is not None and search.within_km is not None
    centre = places.centre_of(search.near or "") if bounded else None
    reasons = (
        *(_reason("skill-required", code) for code in sorted(set(search.skills))),
        *(_reason("language", one.language) for one in search.languages),
    )
    more = any((search.languages, search.wished, search.work_model, search.availability))
    more = more or search.level is not None or search.years is not None
    return Wanted(search, frozenset(search.skills), centre, reasons, more)


def offer(profile: Profile, *, places: Places) -> Offered:
    """Return the profile, ready for comparing."""
    levels = {one.language: one.level for one in profile.languages}
    region = places.regions.get(profile.region)
    praised = profile.endorsement is not None and profile.endorsement.would_have_hired
    praise = (_reason("would-have-hired", ""),) if praised else ()
    return Offered(profile, frozenset(profile.skills), levels, region, praise)


def compare(offered: Offered, wanted: Wanted) -> Match | None:
    """Return why the search applies to the profile, or None when it does not."""
    if not _applies(offered, wanted):
        return None
    return Match(wanted.search.id, _reasons(offered, wanted))


def weights() -> Mapping[str, int]:
    """Return how many points each reason counts, for whoever wants to know the rules."""
    return MappingProxyType(_POINTS)


def related(one: str, other: str) -> bool:
    """Tell whether one occupation code is the other or a coarser name of it."""
    return one.startswith(other) or other.startswith(one)


def describe(reason: Reason, *, vocabulary: Vocabulary, language: str = "de") -> str:
    """Return the reason as a sentence for a person."""
    detail = ""
    if kind := _KINDS.get(reason.code):
        detail = vocabulary.label(kind, reason.detail, language=language)
    return _TEXTS[reason.code][1 if language == "en" else 0].format(detail)


def _applies(offered: Offered, wanted: Wanted) -> bool:
    search = wanted.search
    if not wanted.skills <= offered.skills:
        return False
    if search.occupation is not None and _occupation(offered, search.occupation) is None:
        return False
    if wanted.more and not _fits(offered, search):
        return False
    return wanted.centre is None or _distance(offered, wanted) is not None


def _fits(offered: Offered, search: Search) -> bool:
    profile = offered.profile
    if search.level is not None and profile.level is not None and profile.level < search.level:
        return False
    return _experienced(profile, search) and _speaks(offered, search)


def _occupation(offered: Offered, code: str) -> Reason | None:
    """Return how the profile's occupation fits the code, looked at once for each that occurs."""
    if code not in offered.occupations:
        mine = offered.profile.occupation
        name = "occupation" if mine.startswith(code) else "occupation-group"
        fits = related(mine, code)
        offered.occupations[code] = _reason(name, mine) if fits else None
    return offered.occupations[code]


def _experienced(profile: Profile, search: Search) -> bool:
    if search.years is None or profile.years is None:
        return True
    return _YEARS.index(profile.years) >= _YEARS.index(search.years)


def _speaks(offered: Offered, search: Search) -> bool:
    return all(
        (spoken := offered.levels.get(one.language)) is not None
        and _CEFR.index(spoken) >= _CEFR.index(one.level)
        for one in search.languages
    )


def _distance(offered: Offered, wanted: Wanted) -> Reason | None:
    """Return how near the person may live, or None if too far; looked at once for each circle."""
    circle = (wanted.search.near, wanted.search.within_km)
    if circle not in offered.distances:
        name = _nearness(offered, wanted)
        offered.distances[circle] = _reason(name, offered.profile.region) if name else None
    return offered.distances[circle]


def _nearness(offered: Offered, wanted: Wanted) -> str:
    """Tell whether the middle of the profile's region, or anybody in it, is near enough."""
    within_km = wanted.search.within_km
    if offered.region is None or wanted.centre is None or within_km is None:
        return "distance-unknown"
    between = cosine(offered.region.centre, wanted.centre)
    if between >= _limit(within_km):
        return "distance"
    return "distance-possible" if between >= _limit(within_km + offered.region.radius_km) else ""


def _limit(kilometres: float) -> float:
    """Return the cosine of a distance."""
    return math.cos(min(kilometres / EARTH_KM, math.pi))


def _reasons(offered: Offered, wanted: Wanted) -> tuple[Reason, ...]:
    search = wanted.search
    found: list[Reason | None] = []
    if search.occupation is not None:
        found.append(_occupation(offered, search.occupation))
    found += wanted.reasons
    if search.wished:
        wished = sorted(offered.skills.intersection(search.wished))
        found += [_reason("skill-wished", code) for code in wished]
    if wanted.centre is not None:
        found.append(_distance(offered, wanted))
    if wanted.more:
        found += _further(offered.profile, search)
    found += offered.praise
    return tuple(filter(None, found))


def _further(profile: Profile, search: Search) -> Iterator[Reason]:
    if search.level is not None:
        yield _told("level", profile.level)
    if search.years is not None:
        yield _told("years", profile.years)
    if search.work_model is not None and search.work_model is profile.work_model:
        yield _reason("work-model", search.work_model)
    if search.availability is not None and search.availability is profile.availability:
        yield _reason("availability", search.availability)


def _told(code: str, value: Level | Years | None) -> Reason:
    return _reason(f"{code}-unknown", "") if value is None else _reason(code, value)


# The same few hundred reasons occur again and again; making each anew was most of the work.
@lru_cache(maxsize=limits.REASONS_CACHED)
def _reason(code: str, detail: str) -> Reason:
    return Reason(code, _POINTS[code], detail)

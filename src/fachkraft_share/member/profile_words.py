"""A profile as fields and codes in the order people read it; whoever shows it adds the words."""

from collections.abc import Iterator

from fachkraft_share.model.profile import Profile
from fachkraft_share.rules.vocabulary import Kind

Codes = tuple[tuple[Kind, str], ...]


def fields_of(profile: Profile) -> Iterator[tuple[str, Codes]]:
    """Yield each field's name with its codes; none where the profile holds it back."""
    one, said = profile, profile.endorsement
    yield "occupation", ((Kind.OCCUPATION, one.occupation),)
    yield "level", _maybe(Kind.LEVEL, one.level)
    yield "years", _maybe(Kind.YEARS, one.years)
    yield "region", ((Kind.REGION, one.region),)
    yield "skills", tuple((Kind.SKILL, code) for code in one.skills)
    spoken = (((Kind.LANGUAGE, s.language), (Kind.CEFR, str(s.level))) for s in one.languages)
    yield "languages", tuple(pair for pairs in spoken for pair in pairs)
    yield "availability", _maybe(Kind.AVAILABILITY, one.availability)
    yield "work_model", _maybe(Kind.WORK_MODEL, one.work_model)
    yield "rank", _maybe(Kind.RANK, said.rank if said else None)
    yield "strengths", tuple((Kind.STRENGTH, code) for code in (said.strengths if said else ()))


def _maybe(kind: Kind, code: str | None) -> Codes:
    return () if code is None else ((kind, str(code)),)

"""The profile as people read it: labels instead of codes, one block per category."""

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from fachkraft_share.model.consent import Category
from fachkraft_share.model.profile import Profile
from fachkraft_share.node.desk.views import Shown
from fachkraft_share.protocol.parts import FIELDS, join_profile, read_part
from fachkraft_share.protocol.records import Part
from fachkraft_share.rules.formats.profile_export import Described
from fachkraft_share.rules.places import WHOLE
from fachkraft_share.rules.vocabulary import Kind, Vocabulary
from fachkraft_share.web.catalogue import Catalogue


@attrs.frozen
class Wording:
    """The words of one language for codes and sentences."""

    vocabulary: Vocabulary
    texts: Catalogue

    def label(self, kind: Kind, code: str) -> str:
        """Return what a code is called."""
        return self.vocabulary.label(kind, code, language=self.texts.base)

    def said(self, kind: Kind, code: str) -> str:
        """Return a code's easy words where there are any, else what it is called."""
        easy = f"label.{kind}.{code}"
        return self.texts.text(easy) if self.texts.has(easy) else self.label(kind, code)


def shown(parts: Iterable[Part], *, wording: Wording) -> tuple[Shown, ...]:
    """Return what the parts say, category by category, in the order of the protocol."""
    texts = _texts(parts)
    if Category.OCCUPATION not in texts:
        return ()
    profile = join_profile(texts)
    code = wording.texts.text("profile.occupation_code", code=profile.occupation)
    return tuple(
        Shown(
            category,
            _LINES[category](profile, wording),
            category is not Category.OCCUPATION,
            code if category is Category.OCCUPATION else "",
        )
        for category in FIELDS
        if category in texts
    )


def described(parts: Iterable[Part], *, origin: str, wording: Wording) -> Described | None:
    """Return the profile with the words for its codes, or None once it is erased."""
    texts = _texts(parts)
    if Category.OCCUPATION not in texts:
        return None
    profile = join_profile(texts)
    return Described(
        profile,
        occupation=wording.label(Kind.OCCUPATION, profile.occupation),
        region=wording.label(Kind.REGION, profile.region),
        skills=_skills(profile, wording),
        origin=origin,
        endorsement=_endorsement(profile, wording),
    )


def _texts(parts: Iterable[Part]) -> dict[str, Any]:
    return {part.category: read_part(part.text)[1] for part in parts}


def _occupation(profile: Profile, say: Wording) -> tuple[str, ...]:
    lines = [say.said(Kind.OCCUPATION, profile.occupation)]
    if profile.level is not None:
        lines.append(say.said(Kind.LEVEL, profile.level))
    return tuple(lines)


def _years(profile: Profile, say: Wording) -> tuple[str, ...]:
    return (say.said(Kind.YEARS, profile.years),) if profile.years else ()


def _region(profile: Profile, say: Wording) -> tuple[str, ...]:
    name = say.said(Kind.REGION, profile.region)
    if profile.region == WHOLE:
        return (say.texts.text("profile.whole", name=name),)
    scheme, _, code = profile.region.partition(":")
    if scheme == "plz":
        return (say.texts.text("profile.postcodes", name=name, code=code),)
    return (name,)


def _skills(profile: Profile, say: Wording) -> tuple[str, ...]:
    return tuple(say.said(Kind.SKILL, code) for code in profile.skills)


def _languages(profile: Profile, say: Wording) -> tuple[str, ...]:
    return tuple(
        f"{say.said(Kind.LANGUAGE, one.language)}: {say.said(Kind.CEFR, one.level)}"
        for one in profile.languages
    )


def _availability(profile: Profile, say: Wording) -> tuple[str, ...]:
    lines = []
    if profile.availability is not None:
        name = say.said(Kind.AVAILABILITY, profile.availability)
        lines.append(say.texts.text("profile.availability", name=name))
    if profile.work_model is not None:
        name = say.said(Kind.WORK_MODEL, profile.work_model)
        lines.append(say.texts.text("profile.work_model", name=name))
    return tuple(lines)


def _endorsement(profile: Profile, say: Wording) -> tuple[str, ...]:
    given = profile.endorsement
    if given is None:
        return ()
    lines = [say.said(Kind.STRENGTH, code) for code in given.strengths]
    if given.would_have_hired:
        lines.append(say.texts.text("profile.would_have_hired"))
    return tuple(lines) or (say.texts.text("profile.no_strengths"),)


def _rank(profile: Profile, say: Wording) -> tuple[str, ...]:
    given = profile.endorsement
    return (say.said(Kind.RANK, given.rank),) if given and given.rank else ()


_LINES: dict[Category, Callable[[Profile, Wording], tuple[str, ...]]] = {
    Category.OCCUPATION: _occupation,
    Category.EXPERIENCE: _years,
    Category.REGION: _region,
    Category.SKILLS: _skills,
    Category.LANGUAGES: _languages,
    Category.AVAILABILITY: _availability,
    Category.ENDORSEMENT: _endorsement,
    Category.RANK: _rank,
}

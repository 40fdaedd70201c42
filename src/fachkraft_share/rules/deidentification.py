"""From a candidate to the pseudonymous profile: closed vocabularies in, everything else out.

1. Only the fields named here are read; names, contact, employers, titles, documents and free
   text have no way into a profile, whose type has no field for them (R12-R15, R24).
2. What has no code is left out and counted, never passed on as text.
3. The result has gone through the k gate; what was made coarser is said to the person.
"""

from collections.abc import Iterable

import attrs

from fachkraft_share import limits
from fachkraft_share.model.candidate import Candidate, SpokenLanguage
from fachkraft_share.model.profile import Cefr, Endorsement, LanguageSkill, Level, Profile
from fachkraft_share.rules import coding
from fachkraft_share.rules.careers import years_band
from fachkraft_share.rules.kanonymity import Coarsened, HeldBack, release
from fachkraft_share.rules.places import WHOLE
from fachkraft_share.rules.vocabulary import Kind, Vocabulary

_NOTICES = {
    "occupation-code-unknown": (
        "Der angegebene Berufsschlüssel ist unbekannt; der Beruf folgt aus der Bezeichnung.",
        "The occupation code is unknown; the occupation was taken from the job title.",
    ),
    "skills-unknown": (
        "Nicht in der Liste und darum weggelassen: Kenntnisse ({count}).",
        "Not on the list and therefore left out: skills ({count}).",
    ),
    "skills-over-limit": (
        "Weggelassen, damit das Profil niemanden verrät: weitere Kenntnisse ({count}).",
        "Left out so that the profile gives nobody away: more skills ({count}).",
    ),
    "languages-unknown": (
        "Nicht in der Liste und darum weggelassen: Sprachen ({count}).",
        "Not on the list and therefore left out: languages ({count}).",
    ),
    "languages-over-limit": (
        "Weggelassen, damit das Profil niemanden verrät: weitere Sprachen ({count}).",
        "Left out so that the profile gives nobody away: more languages ({count}).",
    ),
    "strengths-unknown": (
        "Nicht in der Liste und darum weggelassen: Stärken ({count}).",
        "Not on the list and therefore left out: strengths ({count}).",
    ),
    "strengths-over-limit": (
        "Weggelassen, weil es zu viele sind: weitere Stärken ({count}).",
        "Left out because there are too many: more strengths ({count}).",
    ),
    "postcode-unknown": (
        "Der Wohnort ist keine bekannte deutsche Postleitzahl; die Gegend erscheint nicht.",
        "The place is no known German postcode; the area does not appear.",
    ),
    "experience-undated": (
        "Keine Beschäftigung trägt ein Datum; die Berufsjahre erscheinen nicht.",
        "No employment has a date; the years of experience do not appear.",
    ),
}
_COARSENED = {
    "years": ("Die Berufsjahre erscheinen nicht.", "The years of experience do not appear."),
    "occupation": ("Der Beruf erscheint nur grob.", "The occupation appears only roughly."),
    "region": ("Die Gegend erscheint nur grob.", "The area appears only roughly."),
    "level": ("Das Anforderungsniveau erscheint nicht.", "The requirement level does not appear."),
}
_HELD_BACK = {
    "occupation-unknown": (
        "Der Beruf lässt sich nicht zuordnen; bitte wählen Sie einen Berufsschlüssel.",
        "The occupation cannot be told; please choose an occupation code.",
    ),
    "too-few": (
        "Zu wenige Menschen in der Gegend haben diesen Beruf; das Profil würde Sie verraten.",
        "Too few people in the area have this occupation; the profile would give you away.",
    ),
}


@attrs.frozen
class Notice:
    """Something that was left out, for the person and the origin to see; never what it was."""

    code: str
    count: int = 1


@attrs.frozen
class Draft:
    """A profile as others would see it, what was left out and what was made coarser."""

    profile: Profile
    dropped: tuple[Notice, ...] = ()
    coarsened: tuple[Coarsened, ...] = ()


def profile_of(
    candidate: Candidate,
    endorsement: Endorsement | None,
    *,
    vocabulary: Vocabulary,
    at: int,
    k: int = limits.K_ANONYMITY,
    alliance_region: str = WHOLE,
) -> Draft | HeldBack:
    """Return the candidate's profile, or why there can be none."""
    notices: list[Notice] = []
    occupation = _occupation(candidate, vocabulary=vocabulary, notices=notices)
    if occupation is None:
        return HeldBack("occupation-unknown")
    ladder = vocabulary.places.ladder(candidate.postcode)
    if ladder == (WHOLE,):
        notices.append(Notice("postcode-unknown"))
    years = years_band(candidate.experience, at=at)
    if years is None and candidate.experience:
        notices.append(Notice("experience-undated"))
    fine = Profile(
        occupation=occupation,
        level=_level(occupation),
        years=years,
        region=ladder[0],
        skills=_skills(candidate.skills, vocabulary=vocabulary, notices=notices),
        languages=_languages(candidate.languages, vocabulary=vocabulary, notices=notices),
        availability=candidate.availability,
        work_model=candidate.work_model,
        endorsement=_endorsement(endorsement, vocabulary=vocabulary, notices=notices),
    )
    released = release(
        fine,
        table=vocabulary.employment,
        k=k,
        places=vocabulary.places,
        ladder=ladder,
        alliance_region=alliance_region,
    )
    if isinstance(released, HeldBack):
        return released
    return Draft(released.profile, tuple(notices), released.coarsened)


def describe(found: Notice | Coarsened | HeldBack, *, language: str = "de") -> str:
    """Return one sentence for the person."""
    place = 1 if language == "en" else 0
    if isinstance(found, Notice):
        return _NOTICES[found.code][place].format(count=found.count)
    if isinstance(found, Coarsened):
        return _COARSENED[found.field][place]
    return _HELD_BACK[found.code][place]


def _occupation(
    candidate: Candidate, *, vocabulary: Vocabulary, notices: list[Notice]
) -> str | None:
    own = coding.own_code(candidate.occupation, vocabulary=vocabulary)
    if own is not None:
        return own
    if candidate.occupation:
        notices.append(Notice("occupation-code-unknown"))
    return coding.settle(coding.suggest(candidate.title, vocabulary=vocabulary))


def _level(occupation: str) -> Level | None:
    """Return the requirement level, the fifth digit of KldB 2010."""
    digit = occupation[4:]
    return Level(digit) if digit in set(Level) else None


def _skills(
    named: Iterable[str], *, vocabulary: Vocabulary, notices: list[Notice]
) -> tuple[str, ...]:
    codes = [vocabulary.skill_codes(one) for one in named]
    _count(notices, "skills-unknown", sum(not found for found in codes))
    unique = list(dict.fromkeys(code for found in codes for code in found))
    _count(notices, "skills-over-limit", len(unique) - limits.SKILLS)
    return tuple(sorted(unique[: limits.SKILLS]))  # sorted: the person's own order is a trace


def _languages(
    spoken: Iterable[SpokenLanguage], *, vocabulary: Vocabulary, notices: list[Notice]
) -> tuple[LanguageSkill, ...]:
    levels: dict[str, Cefr] = {}
    unknown = 0
    for one in spoken:
        if vocabulary.knows(Kind.LANGUAGE, one.language):
            levels[one.language] = max(one.level, levels.get(one.language, one.level))
        else:
            unknown += 1
    _count(notices, "languages-unknown", unknown)
    _count(notices, "languages-over-limit", len(levels) - limits.LANGUAGES)
    best = sorted(levels, key=lambda code: (-list(Cefr).index(levels[code]), code))
    return tuple(LanguageSkill(code, levels[code]) for code in sorted(best[: limits.LANGUAGES]))


def _endorsement(
    endorsement: Endorsement | None, *, vocabulary: Vocabulary, notices: list[Notice]
) -> Endorsement | None:
    if endorsement is None:
        return None
    named = dict.fromkeys(endorsement.strengths)
    known = [one for one in named if vocabulary.knows(Kind.STRENGTH, one)]
    _count(notices, "strengths-unknown", len(named) - len(known))
    _count(notices, "strengths-over-limit", len(known) - limits.STRENGTHS)
    return attrs.evolve(endorsement, strengths=tuple(sorted(known[: limits.STRENGTHS])))


def _count(notices: list[Notice], code: str, number: int) -> None:
    if number > 0:
        notices.append(Notice(code, number))

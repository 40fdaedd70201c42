"""A search as somebody typed it: what is wrong or not clear, the search, and back for changing it.

1. A title that means one occupation, and a town there is once, are taken; several are asked about.
2. What was chosen counts for the words it was shown for (`titled`, `towned`), not for others.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final, TypeVar

import attrs

from fachkraft_share import limits
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    LanguageSkill,
    Level,
    WorkModel,
    Years,
)
from fachkraft_share.rules.coding import Suggestion, suggest
from fachkraft_share.rules.matching import Search
from fachkraft_share.rules.places import Town, german
from fachkraft_share.rules.vocabulary import Kind, Vocabulary
from fachkraft_share.web.forms import Form

LANGUAGE_FIELDS: Final = ("1", "2", "3")  # a job asks for few; a search keeps what it had beyond
SKILL_FIELDS: Final = ("skills_required", "wished")
_Kind = TypeVar("_Kind", bound=StrEnum)


@attrs.frozen
class Asked:
    """What somebody must choose before the search can be saved, and what means nothing."""

    occupations: tuple[Suggestion, ...] = ()
    towns: tuple[Town, ...] = ()
    faults: dict[str, str] = attrs.field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.occupations or self.towns)


def made_clear(form: Form, *, vocabulary: Vocabulary, language: str) -> tuple[Form, Asked]:
    """Return the form with what its words can only mean, and what must be asked about."""
    form, occupations, wrong = _occupation(form, vocabulary=vocabulary, language=language)
    form, towns, lost = _town(form, vocabulary=vocabulary)
    return form, Asked(occupations, towns, wrong | lost)


def _occupation(
    form: Form, *, vocabulary: Vocabulary, language: str
) -> tuple[Form, tuple[Suggestion, ...], dict[str, str]]:
    title = form.one("title").strip()
    shown_for = form.one("titled").strip() if "titled" in form.fields else title
    if not title or (form.one("occupation") and title == shown_for):
        return form, (), {}
    found = suggest(title, vocabulary=vocabulary, language=language)
    if len(found) == 1:
        return _with(form, occupation=found[0].code), (), {}
    return _with(form, occupation=""), found, {} if found else {"title": "unknown-title"}


def _town(form: Form, *, vocabulary: Vocabulary) -> tuple[Form, tuple[Town, ...], dict[str, str]]:
    near, chosen, places = form.one("near").strip(), form.one("town"), vocabulary.places
    if not near:
        return form, (), {}
    if chosen and near == form.one("towned").strip():
        return _with(form, near=chosen), (), {}
    if german(near) or near[0].isdigit():
        known = places.centre_of(near) is not None
        return form, (), {} if known else {"near": "no-postcode"}
    found = places.named(near)
    if len(found) == 1:
        return _with(form, near=found[0].postcode), (), {}
    if 1 < len(found) <= limits.TOWNS_ASKED:
        return form, found, {}
    missing = "unknown-town" if places.towns else "no-town"
    return form, (), {"near": "many-towns" if found else missing}


def _with(form: Form, **fields: str) -> Form:
    return attrs.evolve(form, fields={**form.fields, **{k: (v,) for k, v in fields.items()}})


def faults_of(form: Form, *, vocabulary: Vocabulary) -> dict[str, str]:
    """Return what is wrong with the rest, by field."""
    code, faults = form.one("occupation"), {}
    if code and not vocabulary.lists(code):
        faults["occupation"] = "no-code"
    for name in SKILL_FIELDS:
        asked = _parts(form.one(name))
        if not all(vocabulary.skill_codes(one) for one in asked):
            faults[name] = "unknown-skill"
        elif len(asked) > limits.SKILLS:
            faults[name] = "too-many"
    return faults


def read_search(form: Form, *, vocabulary: Vocabulary, id: str) -> Search:
    """Return the search; raise ValueError for values our lists do not have."""
    near = german(form.one("near")) or None
    spoken = (
        LanguageSkill(form.one(f"language{n}"), Cefr(form.one(f"cefr{n}") or Cefr.B1))
        for n in LANGUAGE_FIELDS
        if form.one(f"language{n}")
    )

    def codes(text: str) -> tuple[str, ...]:
        found = (code for one in _parts(text) for code in vocabulary.skill_codes(one))
        return tuple(dict.fromkeys(found))

    return Search(
        id,
        form.one("occupation") or None,
        codes(form.one("skills_required")),
        codes(form.one("wished")),
        tuple(spoken),
        near,
        int(form.one("within_km") or limits.SEARCH_KM) if near else None,
        _choice(Level, form.one("level")),
        _choice(Years, form.one("years")),
        _choice(WorkModel, form.one("work_model")),
        _choice(Availability, form.one("availability")),
        form.one("called").strip()[: limits.SHORT_TEXT],
    )


def written(search: Search, title: str, label: Callable[[str, str], str], city: str = "") -> Form:
    """Return a search as the form that would make it; a vacancy may name a town alone."""
    fields: dict[str, tuple[str, ...]] = {
        "title": (title,),
        "called": (search.name,),
        "occupation": (search.occupation or "",),
        "near": (search.near or city,),
        "within_km": (str(search.within_km or limits.SEARCH_KM),),
        "skills_required": (", ".join(label(Kind.SKILL, one) for one in search.skills),),
        "wished": (", ".join(label(Kind.SKILL, one) for one in search.wished),),
    }
    for name in ("level", "years", "work_model", "availability"):
        fields[name] = (str(getattr(search, name) or ""),)
    for number, one in zip(LANGUAGE_FIELDS, search.languages, strict=False):
        fields |= {f"language{number}": (one.language,), f"cefr{number}": (str(one.level),)}
    return Form(fields)


def _parts(text: str) -> tuple[str, ...]:
    words = (one.strip() for one in text.replace("\n", ",").replace(";", ",").split(","))
    return tuple(one for one in words if one)


def _choice(kind: type[_Kind], text: str) -> _Kind | None:
    return kind(text) if text else None

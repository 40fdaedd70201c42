"""A runner-up as somebody typed it: from the form to a candidate, and back for changing it."""

import datetime as dt
import re
from enum import StrEnum
from typing import Final, TypeVar

import attrs

from fachkraft_share import limits
from fachkraft_share.model.candidate import Candidate, Document, Experience, SpokenLanguage
from fachkraft_share.model.profile import Availability, Cefr, WorkModel
from fachkraft_share.ports.documents import media_type
from fachkraft_share.rules.formats.documents import document_kind
from fachkraft_share.rules.languages import language_code
from fachkraft_share.web.forms import Form

TEXTS: Final = ("given", "family", "email", "phone", "postcode", "city", "title")
NEEDED: Final = ("given", "family", "title", "rejected_on")
LANGUAGE_FIELDS: Final = ("1", "2", "3")
_Kind = TypeVar("_Kind", bound=StrEnum)
_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,189}")


@attrs.frozen
class Typed:
    """What the form says, or what is wrong with it by field."""

    candidate: Candidate = attrs.field(repr=False)
    application: str = attrs.field(repr=False)
    rejected_on: dt.date | None
    faults: dict[str, str]


def read_typed(form: Form, *, today: dt.date) -> Typed:
    """Read the form; documents come from its files."""
    faults = {name: "needed" for name in NEEDED if not form.one(name).strip()}
    text = {name: form.one(name).strip() for name in TEXTS}
    long = {name: "too-long" for name, said in text.items() if len(said) > limits.CV_TEXT}
    if text["email"] and not _MAIL.fullmatch(text["email"]):
        faults["email"] = "no-mail"
    day = read_day(form.one("rejected_on"))
    if form.one("rejected_on").strip() and (day is None or day > today):
        faults["rejected_on"] = "no-day" if day is None else "not-yet"
    if form.one("since").strip() and not _year(form.one("since"), today=today):
        faults["since"] = "no-year"
    documents, wrong = read_documents(form)
    candidate = Candidate(
        given=text["given"],
        family=text["family"],
        email=text["email"],
        phone=text["phone"],
        postcode=text["postcode"],
        city=text["city"],
        title=text["title"],
        experience=_experience(form, text["title"], today=today),
        skills=_parts(form.one("skills")),
        languages=tuple(_languages(form)),
        availability=_choice(Availability, form.one("availability")),
        work_model=_choice(WorkModel, form.one("work_model")),
        documents=documents,
    )
    return Typed(candidate, form.one("application").strip(), day, faults | long | wrong)


def read_documents(form: Form) -> tuple[tuple[Document, ...], dict[str, str]]:
    """Return the files that came along, or what is wrong with them."""
    files = form.files.get("documents", ())
    if len(files) > limits.DOCUMENTS:
        return (), {"documents": "too-many-files"}
    if any(not media_type(one.name) for one in files):
        return (), {"documents": "unknown-file"}
    found = (
        Document(one.name, document_kind(one.name), media_type(one.name), one.content)
        for one in files
    )
    return tuple(found), {}


def written(candidate: Candidate, *, application: str, rejected_on: dt.date | None) -> Form:
    """Return a candidate as the form that would make it; documents stay where they are."""
    fields: dict[str, tuple[str, ...]] = {name: (getattr(candidate, name),) for name in TEXTS}
    fields |= {
        "skills": (", ".join(candidate.skills),),
        "availability": (str(candidate.availability or ""),),
        "work_model": (str(candidate.work_model or ""),),
        "since": (next((one.start[:4] for one in candidate.experience if one.start), ""),),
        "application": (application,),
        "rejected_on": (rejected_on.isoformat() if rejected_on else "",),
    }
    for number, one in zip(LANGUAGE_FIELDS, candidate.languages, strict=False):
        fields |= {f"language{number}": (one.language,), f"cefr{number}": (str(one.level),)}
    return Form(fields)


def changed(kept: Candidate, typed: Candidate) -> Candidate:
    """Return what was kept with what the form says; what it has no field for stays as it was."""
    same = typed.title == kept.title
    return attrs.evolve(
        typed,
        street=kept.street,
        occupation=kept.occupation if same else "",
        experience=_changed_experience(kept, typed),
        education=kept.education,
        languages=(*typed.languages, *kept.languages[len(LANGUAGE_FIELDS) :]),
        current_employer=kept.current_employer,
        documents=typed.documents or kept.documents,
    )


def _changed_experience(kept: Candidate, typed: Candidate) -> tuple[Experience, ...]:
    """Return the employments: the form knows title and year of the first one that has a day."""
    began = next((one for one in kept.experience if one.start), None)
    said = next(iter(typed.experience), None)
    if began is None or said is None:
        others = tuple(one for one in kept.experience if one is not began)
        return (*typed.experience, *others)
    start = began.start if said.start == began.start[:4] else said.start
    title = began.title if typed.title == kept.title else typed.title
    now = attrs.evolve(began, title=title, start=start)
    return tuple(now if one is began else one for one in kept.experience)


def read_day(text: str) -> dt.date | None:
    """Return a day as browsers send it (2026-11-19) or as people type it (19.11.2026)."""
    for pattern in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text.strip(), pattern).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
    return None


def _experience(form: Form, title: str, *, today: dt.date) -> tuple[Experience, ...]:
    since = _year(form.one("since"), today=today)
    return (Experience(title, start=since),) if since else ()


def _year(text: str, *, today: dt.date) -> str:
    """Return the year that is named, also within `12/2019`, or ""."""
    found = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    known = found is not None and today.year - limits.AGE_YEARS <= int(found[0]) <= today.year
    return found[0] if found is not None and known else ""


def _parts(text: str) -> tuple[str, ...]:
    words = (one.strip() for one in re.split(r"[,;\n]", text))
    return tuple(dict.fromkeys(one[: limits.CV_TEXT] for one in words if one))


def _languages(form: Form) -> list[SpokenLanguage]:
    found = []
    for number in LANGUAGE_FIELDS:
        code = language_code(form.one(f"language{number}"))
        if code:
            level = _choice(Cefr, form.one(f"cefr{number}")) or Cefr.B1
            found.append(SpokenLanguage(code, level))
    return found


def _choice(kind: type[_Kind], text: str) -> _Kind | None:
    try:
        return kind(text)
    except ValueError:
        return None

"""What a person enters about themselves: from a form, to a candidate, and back."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import InvalidRecordError
from fachkraft_share.member.dossier import read_dossier, write_dossier
from fachkraft_share.model.candidate import (
    Candidate,
    Document,
    DocumentKind,
    Education,
    Experience,
    SpokenLanguage,
)
from fachkraft_share.model.profile import Availability, Cefr, WorkModel
from fachkraft_share.ports.documents import check_content, is_photo, media_type, opaque_name
from fachkraft_share.rules.vocabulary import Kind, Vocabulary
from fachkraft_share.web.addresses import is_mail_address
from fachkraft_share.web.forms import Form
from fachkraft_share.wire.encoding import b64, unb64

SPOKEN: Final = (1, 2, 3)  # languages one form has room for
PLAIN: Final = ("given", "family", "email", "phone", "postcode", "city", "title")
NEEDED: Final = ("given", "family", "email", "postcode", "title")
# What each page of the form asks for, in turn.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    ("given", "family", "email", "phone", "postcode", "city"),
    ("title", "occupation", "from", "until"),
    ("degree", "school", "degree_year"),
    ("skills", *(f"{name}{n}" for n in SPOKEN for name in ("language", "level"))),
    ("availability", "work_model", "cv", "no_cv", "age"),
)
ASKED: Final = frozenset(name for names in STEPS for name in names)
_POSTCODE = re.compile(r"[0-9]{5}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@attrs.frozen
class Entered:
    """All of it, and the links that belong to it; stored as ciphertext alone."""

    candidate: Candidate = attrs.field(repr=False)
    occupation: str = attrs.field(default="", repr=False)  # a code the person chose
    parent_link: str = attrs.field(default="", repr=False)
    parent_name: str = attrs.field(default="", repr=False)
    parent_words: str = attrs.field(default="", repr=False)  # what the parent agreed to
    desk_link: str = attrs.field(default="", repr=False)


def write_entered(entered: Entered) -> bytes:
    """Return it as bytes to encrypt."""
    plain = attrs.asdict(entered, recurse=False)
    return json.dumps({**plain, "candidate": b64(write_dossier(entered.candidate))}).encode()


def read_entered(data: bytes) -> Entered:
    """Read what `write_entered` wrote."""
    plain = json.loads(data)
    return Entered(**{**plain, "candidate": read_dossier(unb64(plain["candidate"]))})


def merged(form: Form, before: Entered | None, *, step: int) -> Form:
    """Return what was answered before as a form, with one step's answers in its place."""
    known = {name: (str(value),) for name, value in fields_of(before).items() if name in ASKED}
    asked = STEPS[step - 1] if step else ()
    return Form({**known, **{name: form.all(name) for name in asked}}, form.files)


def entered_of(
    sent: Form, before: Entered | None, *, step: int, vocabulary: Vocabulary
) -> tuple[Entered, dict[str, str]]:
    """Return what is known after a step, and what is wrong with its answers.

    A CV stays, and a new one that is in order is kept whatever else is wrong: no browser fills in
    a file again.
    """
    form, asked = merged(sent, before, step=step), STEPS[step - 1]
    faults = {one: why for one, why in faults_of(form, vocabulary).items() if one in asked}
    documents = _documents(form, before, faults)
    if faults.keys() - {"age"}:
        known = before or Entered(Candidate("", ""))
        return _with_documents(known, documents if "cv" not in faults else None), faults
    plain = {name: form.one(name).strip() for name in PLAIN}
    candidate = Candidate(
        **plain,
        skills=tuple(one.strip() for one in re.split(r"[,;\n]", form.one("skills")) if one.strip()),
        languages=_spoken(form),
        experience=_experience(form),
        education=_education(form),
        availability=form.one("availability") or None,
        work_model=form.one("work_model") or None,
        documents=documents,
    )
    kept = before or Entered(candidate)
    same = before is None or before.candidate.title == candidate.title
    chosen = form.one("occupation") if same or "occupation" in sent.fields else ""
    return attrs.evolve(kept, candidate=candidate, occupation=chosen), faults


def faults_of(form: Form, vocabulary: Vocabulary) -> dict[str, str]:
    """Return what is missing or wrong, by field."""
    faults = {name: f"host.fault.needed_{name}" for name in NEEDED if not form.one(name).strip()}
    if not faults.get("email") and not is_mail_address(form.one("email").strip()):
        faults["email"] = "host.fault.email"
    if not faults.get("postcode") and not _POSTCODE.fullmatch(form.one("postcode").strip()):
        faults["postcode"] = "host.fault.postcode"
    long = (*PLAIN, "school", "degree")
    faults |= {one: "fault.too-long" for one in long if len(form.one(one)) > limits.SHORT_TEXT}
    for name in ("from", "until", "degree_year"):
        if form.one(name).strip() and not _YEAR.fullmatch(form.one(name).strip()):
            faults[name] = "host.fault.year"
    for name, kind in (("availability", Availability), ("work_model", WorkModel)):
        if form.one(name) and form.one(name) not in set(kind):
            faults[name] = "host.fault.choice"
    faults |= _language_faults(form, vocabulary)
    if form.one("occupation") and not vocabulary.lists(form.one("occupation")):
        faults["occupation"] = "host.fault.choice"
    if form.one("age") not in ("adult", "minor"):
        faults["age"] = "host.fault.age"
    if len(form.one("skills")) > limits.LONG_TEXT:
        faults["skills"] = "fault.too-long"
    return faults


def _language_faults(form: Form, vocabulary: Vocabulary) -> dict[str, str]:
    found = {}
    for n in SPOKEN:
        language, level = form.one(f"language{n}"), form.one(f"level{n}")
        known = not language or vocabulary.knows(Kind.LANGUAGE, language)
        if not known or (level and level not in set(Cefr)):
            found[f"language{n}"] = "host.fault.choice"
        elif bool(language) != bool(level):
            found[f"language{n}"] = "host.fault.language"
    return found


def brings_cv(form: Form, faults: Mapping[str, str], *, step: int) -> bool:
    """Tell whether this step brought a CV that can be kept."""
    given = form.file("cv") if "cv" in STEPS[step - 1] else None
    return bool(given and given.content) and "cv" not in faults


def _documents(form: Form, before: Entered | None, faults: dict[str, str]) -> tuple[Document, ...]:
    given = form.file("cv")
    if given is None or not given.content:
        kept = before.candidate.documents if before is not None else ()
        return () if form.has("no_cv", "yes") else kept
    document = Document("cv", DocumentKind.CV, media_type(given.name), given.content)
    try:
        check_content(document)
    except InvalidRecordError:
        faults["cv"] = "host.fault.cv"
    if not document.media_type or is_photo(document.media_type, DocumentKind.OTHER):
        faults["cv"] = "host.fault.cv"
    if len(given.content) > limits.PRESENTED_CV:
        faults["cv"] = "host.fault.cv_large"
    return (document,)


def _with_documents(entered: Entered, documents: tuple[Document, ...] | None) -> Entered:
    if documents is None:
        return entered
    return attrs.evolve(entered, candidate=attrs.evolve(entered.candidate, documents=documents))


def _spoken(form: Form) -> tuple[SpokenLanguage, ...]:
    pairs = ((form.one(f"language{n}"), form.one(f"level{n}")) for n in SPOKEN)
    return tuple(SpokenLanguage(code, Cefr(level)) for code, level in pairs if code)


def _experience(form: Form) -> tuple[Experience, ...]:
    start, end = form.one("from").strip(), form.one("until").strip()
    return (Experience(form.one("title").strip(), "", start, end or None),) if start else ()


def _education(form: Form) -> tuple[Education, ...]:
    title, school = form.one("degree").strip(), form.one("school").strip()
    return (Education(title, school, form.one("degree_year").strip() or None),) if title else ()


def fields_of(entered: Entered | None) -> Mapping[str, Any]:
    """Return the values a form shows of what was entered before."""
    one = entered.candidate if entered is not None else Candidate("", "")
    worked = one.experience[0] if one.experience else Experience("")
    learned = one.education[0] if one.education else Education("")
    spoken = {
        f"{name}{n}": str(value)
        for n, skill in enumerate(one.languages, 1)
        for name, value in (("language", skill.language), ("level", skill.level))
    }
    return {
        **{name: getattr(one, name) for name in PLAIN},
        **spoken,
        "skills": ", ".join(one.skills),
        "from": worked.start,
        "until": worked.end or "",
        "degree": learned.title,
        "school": learned.institution,
        "degree_year": learned.end or "",
        "availability": str(one.availability or ""),
        "work_model": str(one.work_model or ""),
        "occupation": entered.occupation if entered is not None else "",
        "has_cv": bool(one.documents),
        **{f"cv_{name}": value for name, value in _cv_facts(one.documents).items()},
    }


def _cv_facts(documents: tuple[Document, ...]) -> Mapping[str, Any]:
    """Return of which kind a CV is, and how large."""
    if not documents:
        return {}
    [one] = documents
    kind = opaque_name(one).rpartition(".")[2].upper()
    return {"kind": kind, "size": -(-len(one.content) // 1024)}

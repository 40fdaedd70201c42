"""Searches and open jobs: a form with the occupation found by its title, or a vacancy read in."""

from collections.abc import Callable
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.member import matching
from fachkraft_share.member.inbox.room import ACT, READ, Room
from fachkraft_share.model.profile import (
    Availability,
    Cefr,
    LanguageSkill,
    Level,
    WorkModel,
    Years,
)
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.coding import suggest
from fachkraft_share.rules.formats.job_posting import JobPosting, read_job_posting, search_for
from fachkraft_share.rules.matching import Search
from fachkraft_share.rules.places import german
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.forms import Form
from fachkraft_share.web.saying import Saying
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

LANGUAGE_FIELDS = ("1", "2", "3")  # a job asks for few; a search keeps what it had beyond them
SKILL_FIELDS = ("skills_required", "wished")
DISTANCES = (10, 25, 50, 100, 200)


def summary(search: Search, label: Callable[[str, str], str], say: Saying) -> str:
    """Return a search in one line, as people would name it."""
    occupation = search.occupation
    name = label(Kind.OCCUPATION, occupation) if occupation else say.t("inbox.search.any")
    if search.near and search.within_km:
        return say.t("inbox.search.around", name=name, km=search.within_km, near=search.near)
    return name


@attrs.frozen
class Row:
    """A saved search as a list shows it."""

    search: Search
    title: str
    asks: tuple[str, ...]
    matches: int


@attrs.frozen
class Searches:
    """The pages about searches."""

    room: Room

    def every(self, visit: Visit) -> Response:
        """List the saved searches."""
        return self.room.page("searches.html", visit, rows=self._rows(visit))

    def new(self, visit: Visit, search: Search | None = None, **more: Any) -> Response:
        """Show the form, empty, with a proposal or with what was typed."""
        return self._form(visit, search or Search(""), **more)

    def edit(self, visit: Visit) -> Response:
        """Show the form of a saved search."""
        return self._form(visit, self._demand(visit))

    def save(self, visit: Visit) -> Response:
        """Save a new search or a changed one; ask again where the title is not clear."""
        old = self._demand(visit).id if "id" in visit.params else ""
        faults = self._faults(visit.form)
        if faults:
            return self._form(visit, Search(old), faults=faults, status=422)
        member = self.room.member()
        try:
            search = self._read(visit.form, id=old or member.engine.voice.new_id())
        except ValueError as error:  # no browser sends that: our lists have other values
            raise RefusedError("malformed") from error
        matching.add(member.engine, search)
        return self.room.back(visit, "/profiles", "changed" if old else "saved")

    def remove(self, visit: Visit) -> Response:
        """Forget a search."""
        self.room.member().remove_search(self._demand(visit))
        return self.room.back(visit, "/searches", "removed")

    def offer(self, visit: Visit, **more: Any) -> Response:
        """Show where a vacancy can be given."""
        return self.room.page("search_import.html", visit, **more)

    def take(self, visit: Visit) -> Response:
        """Read a vacancy and show the search it stands for; nothing is saved yet."""
        file = visit.form.file("file")
        text = file.content.decode("utf-8", "replace") if file else visit.form.one("text")
        try:
            posting = read_job_posting(text)
        except MalformedError:
            return self.offer(visit, faults={"text": "no-posting"}, status=422)
        words, language = self.room.member().engine.vocabulary, self.room.language(visit)
        search = search_for(posting, id="", vocabulary=words, language=language)
        return self._form(attrs.evolve(visit, form=Form()), search, posting=posting)

    def _rows(self, visit: Visit) -> list[Row]:
        member, label, say = self.room.member(), self.room.label(visit), self.room.say(visit)
        counts = matching.counts(member.engine)
        return [
            Row(one, summary(one, label, say), tuple(_asks(one, label)), counts.get(one.id, 0))
            for one in member.searches()
        ]

    def _demand(self, visit: Visit) -> Search:
        wanted = visit.params["id"]
        found = next((one for one in self.room.member().searches() if one.id == wanted), None)
        if found is None:
            raise RefusedError("not-found")
        return found

    def _form(
        self, visit: Visit, search: Search, *, posting: JobPosting | None = None, **more: Any
    ) -> Response:
        member = self.room.member()
        words, language = member.engine.vocabulary, self.room.language(visit)
        title = visit.form.one("title") or (posting.title if posting else "")
        found = suggest(title, vocabulary=words, language=language) if title else ()
        form = visit.form if visit.form.fields else _written(search, title, self.room.label(visit))
        values = {
            "search": search,
            "form": form,
            "posting": posting,
            "suggestions": found,
            "label": self.room.label(visit),
            "codes": {kind: words.codes(Kind(kind)) for kind in ("skill", "language")},
            "enums": {"level": Level, "years": Years, "cefr": Cefr}
            | {"availability": Availability, "work_model": WorkModel},
            "distances": DISTANCES,
            "language_fields": LANGUAGE_FIELDS,
        }
        return self.room.page("search.html", visit, **values, **more)

    def _faults(self, form: Form) -> dict[str, str]:
        words = self.room.member().engine.vocabulary
        code, near = form.one("occupation"), form.one("near").strip()
        faults = {}
        if code and not words.lists(code):
            faults["occupation"] = "no-code"
        if form.one("title").strip() and not code:
            faults["occupation"] = "choose-occupation"
        if near and words.places.centre_of(near) is None:
            faults["near"] = "no-postcode" if near[0].isdigit() else "no-town"
        for name in SKILL_FIELDS:
            asked = _parts(form.one(name))
            if not all(words.skill_codes(one) for one in asked):
                faults[name] = "unknown-skill"
            elif len(asked) > limits.SKILLS:
                faults[name] = "too-many"
        return faults

    def _read(self, form: Form, *, id: str) -> Search:
        near = german(form.one("near")) or None
        spoken = (
            LanguageSkill(form.one(f"language{n}"), Cefr(form.one(f"cefr{n}") or Cefr.B1))
            for n in LANGUAGE_FIELDS
            if form.one(f"language{n}")
        )
        return Search(
            id,
            form.one("occupation") or None,
            self._codes(form.one("skills_required")),
            self._codes(form.one("wished")),
            tuple(spoken),
            near,
            int(form.one("within_km") or limits.SEARCH_KM) if near else None,
            _choice(Level, form.one("level")),
            _choice(Years, form.one("years")),
            _choice(WorkModel, form.one("work_model")),
            _choice(Availability, form.one("availability")),
        )

    def _codes(self, text: str) -> tuple[str, ...]:
        words = self.room.member().engine.vocabulary
        found = (code for one in _parts(text) for code in words.skill_codes(one))
        return tuple(dict.fromkeys(found))


def _parts(text: str) -> tuple[str, ...]:
    words = (one.strip() for one in text.replace("\n", ",").replace(";", ",").split(","))
    return tuple(one for one in words if one)


def _choice(kind: Any, text: str) -> Any:
    return kind(text) if text else None


def _written(search: Search, title: str, label: Callable[[str, str], str]) -> Form:
    """Return a search as the form that would make it."""
    fields: dict[str, tuple[str, ...]] = {
        "title": (title,),
        "occupation": (search.occupation or "",),
        "near": (search.near or "",),
        "within_km": (str(search.within_km or limits.SEARCH_KM),),
        "skills_required": (", ".join(label(Kind.SKILL, one) for one in search.skills),),
        "wished": (", ".join(label(Kind.SKILL, one) for one in search.wished),),
    }
    for name in ("level", "years", "work_model", "availability"):
        fields[name] = (str(getattr(search, name) or ""),)
    for number, one in zip(LANGUAGE_FIELDS, search.languages, strict=False):
        fields |= {f"language{number}": (one.language,), f"cefr{number}": (str(one.level),)}
    return Form(fields)


def _asks(search: Search, label: Callable[[str, str], str]) -> list[str]:
    asked = [label(Kind.SKILL, code) for code in (*search.skills, *search.wished)]
    asked += [
        f"{label(Kind.LANGUAGE, one.language)} {label(Kind.CEFR, one.level)}"
        for one in search.languages
    ]
    for name in ("level", "years", "work_model", "availability"):
        value = getattr(search, name)
        asked += [label(name, value)] if value else []
    return asked


def search_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the pages about searches."""
    pages = Searches(room)
    return (
        Route("/searches", get=pages.every, roles=READ),
        Route("/searches/new", get=pages.new, post=pages.save, roles=ACT),
        Route(
            "/searches/import",
            get=pages.offer,
            post=pages.take,
            roles=ACT,
            bytes=limits.JOB_POSTING + limits.FORM_BYTES,
        ),
        Route("/searches/{id}", get=pages.edit, post=pages.save, roles=ACT),
        Route("/searches/{id}/remove", post=pages.remove, roles=ACT),
    )

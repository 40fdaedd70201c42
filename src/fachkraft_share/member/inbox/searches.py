"""Searches and open jobs: a form with the occupation found by its title, or a vacancy read in."""

from collections.abc import Callable
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import MalformedError, RefusedError
from fachkraft_share.member import matching
from fachkraft_share.member.inbox.room import ACT, READ, Room
from fachkraft_share.member.inbox.search_form import (
    LANGUAGE_FIELDS,
    Asked,
    faults_of,
    made_clear,
    read_search,
    written,
)
from fachkraft_share.model.profile import Availability, Cefr, Level, WorkModel, Years
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.coding import suggest
from fachkraft_share.rules.formats.job_posting import JobPosting, read_job_posting, search_for
from fachkraft_share.rules.matching import Search
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.forms import Form
from fachkraft_share.web.saying import Saying
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

DISTANCES = (10, 25, 50, 100, 200)


def summary(search: Search, label: Callable[[str, str], str], say: Saying) -> str:
    """Return what people call a search, or what it looks for."""
    return search.name or described(search, label, say)


def described(search: Search, label: Callable[[str, str], str], say: Saying) -> str:
    """Return in one line what a search looks for."""
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
        """Save a new search or a changed one; ask where title or town mean several things."""
        old = self._demand(visit).id if "id" in visit.params else ""
        member, language = self.room.member(), self.room.language(visit)
        words = member.engine.vocabulary
        form, asked = made_clear(visit.form, vocabulary=words, language=language)
        visit, faults = attrs.evolve(visit, form=form), faults_of(form, vocabulary=words)
        faults |= asked.faults
        if faults or asked:
            status = 422 if faults else 200
            return self._form(visit, Search(old), asked=asked, faults=faults, status=status)
        try:
            id = old or member.engine.voice.new_id()
            search = read_search(form, vocabulary=words, id=id)
        except ValueError as error:  # no browser sends that: our lists have other values
            raise RefusedError("malformed") from error
        if search == Search(id, name=search.name) and not form.has("everything", "yes"):
            return self._form(visit, Search(old), empty=True)
        matching.add(member.engine, search)
        said = "changed" if old else "saved"
        return self.room.back(visit, "/profiles", said, search=search.id)

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
        search = attrs.evolve(search, name=posting.title[: limits.SHORT_TEXT])
        return self._form(attrs.evolve(visit, form=Form()), search, posting=posting)

    def _rows(self, visit: Visit) -> list[Row]:
        member, label, say = self.room.member(), self.room.label(visit), self.room.say(visit)
        counts = matching.counts(member.engine)
        return [
            Row(one, summary(one, label, say), _asks(one, label, say), counts.get(one.id, 0))
            for one in member.searches()
        ]

    def _demand(self, visit: Visit) -> Search:
        wanted = visit.params["id"]
        found = next((one for one in self.room.member().searches() if one.id == wanted), None)
        if found is None:
            raise RefusedError("not-found")
        return found

    def _form(
        self,
        visit: Visit,
        search: Search,
        *,
        posting: JobPosting | None = None,
        asked: Asked | None = None,
        **more: Any,
    ) -> Response:
        words, language = self.room.member().engine.vocabulary, self.room.language(visit)
        title = visit.form.one("title") or (posting.title if posting else "")
        label, towns = self.room.label(visit), words.places.towns
        city = posting.city if posting and towns else ""
        values = {
            "search": search,
            "form": visit.form if visit.form.fields else written(search, title, label, city),
            "posting": posting,
            "asked": asked or Asked(),
            "suggestions": suggest(title, vocabulary=words, language=language) if title else (),
            "titled": title,
            "by_town": bool(towns),
            "label": label,
            "codes": {"skill": words.codes(Kind.SKILL), "language": self.room.spoken(visit)},
            "enums": {"level": Level, "years": Years, "cefr": Cefr}
            | {"availability": Availability, "work_model": WorkModel},
            "distances": sorted({*DISTANCES, search.within_km or limits.SEARCH_KM}),
            "language_fields": LANGUAGE_FIELDS,
        }
        return self.room.page("search.html", visit, **values, **more)


def _asks(search: Search, label: Callable[[str, str], str], say: Saying) -> tuple[str, ...]:
    asked = [described(search, label, say)] if search.name else []
    asked += [label(Kind.SKILL, code) for code in (*search.skills, *search.wished)]
    asked += [
        f"{label(Kind.LANGUAGE, one.language)} {label(Kind.CEFR, one.level)}"
        for one in search.languages
    ]
    for name in ("level", "years", "work_model", "availability"):
        value = getattr(search, name)
        asked += [label(name, value)] if value else []
    return tuple(asked)


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

"""Recommending a runner-up: type it, read it from a file, or take what a connected system proposes.

Each way leads to one page that shows exactly what others would see, and from there to the link. The
link is shown once and is kept nowhere: whoever holds it can decide for the person.
"""

import datetime as dt
from typing import Any, Final

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import AdapterError, MalformedError, RefusedError
from fachkraft_share.member import drafting
from fachkraft_share.member.inbox.letters import Letters, read_language
from fachkraft_share.member.inbox.room import ACT, Room
from fachkraft_share.member.inbox.typed import (
    LANGUAGE_FIELDS,
    changed,
    read_day,
    read_documents,
    read_typed,
    written,
)
from fachkraft_share.member.proposals import Proposal
from fachkraft_share.member.recommending import may_present, readers
from fachkraft_share.model.profile import Availability, Cefr, Endorsement, Rank, WorkModel
from fachkraft_share.ports.ats import AtsAdapter
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.deidentification import Draft, describe
from fachkraft_share.rules.formats.profile_file import read_profile
from fachkraft_share.rules.tables.strengths import CONFIRMED
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.catalogue import LANGUAGES
from fachkraft_share.web.forms import TYPE, Form, read_form
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

STAYS: Final = ("name", "address", "phone", "mail", "employers", "documents")
BY_LETTER, BY_MAIL = "letter", "mail"


@attrs.frozen
class Preview:
    """What others would see, what was left out, or why there can be no profile."""

    draft: Draft | None = None
    refused: str = ""


@attrs.frozen
class Recommending:
    """The pages on which somebody recommends."""

    room: Room

    def start(self, visit: Visit, **more: Any) -> Response:
        """Show who is proposed, the form, and where a file can be given."""
        member = self.room.member()
        systems = [one for one in member.engine.adapters.values() if isinstance(one, AtsAdapter)]
        values = {
            "proposals": member.proposals(),
            "systems": sorted(one.name for one in systems),
            "enums": {"availability": Availability, "work_model": WorkModel, "cefr": Cefr},
            "label": self.room.label(visit),
            "languages_known": self.room.spoken(visit),
            "language_fields": LANGUAGE_FIELDS,
            "today": self._today(),
            "ref": "",
        }
        return self.room.page("recommend.html", visit, **(values | more))

    def type_in(self, visit: Visit) -> Response:
        """Keep what was typed and lead to the preview; a draft that is named is changed."""
        typed = read_typed(visit.form, today=self._today())
        ref = visit.params.get("ref", "")
        if typed.faults or typed.rejected_on is None:
            return self.start(visit, faults=typed.faults, status=422, ref=ref)
        candidate = typed.candidate
        if ref:
            candidate = changed(self._demand(visit).candidate, candidate)
        engine = self.room.member().engine
        try:
            made = drafting.draft(
                engine,
                candidate,
                application=typed.application,
                rejected_on=typed.rejected_on,
                ref=ref,
            )
        except MalformedError:
            return self.start(visit, faults={"documents": "too-many-files"}, status=422, ref=ref)
        return self.room.back(visit, f"/recommend/{made}", "")

    def edit(self, visit: Visit) -> Response:
        """Show the form of a draft again."""
        found = self._demand(visit)
        if found.adapter != drafting.HAND:
            raise RefusedError("not-found")
        form = written(
            found.candidate, application=found.application, rejected_on=found.rejected_on
        )
        return self.start(visit, form=form, ref=found.ref)

    def read_file(self, visit: Visit) -> Response:
        """Keep what a file says and lead to the preview."""
        file, day = visit.form.file("file"), read_day(visit.form.one("rejected_on"))
        documents, faults = read_documents(visit.form)
        faults |= {} if file else {"file": "no-file"}
        faults |= {} if day and day <= self._today() else {"rejected_on": "no-day"}
        if faults or file is None or day is None:
            return self.start(visit, faults=_of_file(faults), status=422)
        try:
            candidate = read_profile(file.content).candidate
            made = drafting.draft(
                self.room.member().engine,
                attrs.evolve(candidate, documents=(*candidate.documents, *documents)),
                application=visit.form.one("application").strip(),
                rejected_on=day,
            )
        except MalformedError:
            return self.start(visit, faults={"file": "unknown-format"}, status=422)
        return self.room.back(visit, f"/recommend/{made}", "")

    def pull(self, visit: Visit) -> Response:
        """Read who is new from a connected system."""
        name = visit.form.one("system")
        try:
            pulled = self.room.member().pull(name)
        except AdapterError as error:
            raise RefusedError("system") from error
        said = "pulled" if pulled.proposed else "nothing-new"
        return self.room.back(visit, "/recommend", "unread" if pulled.problems else said)

    def preview(self, visit: Visit, **more: Any) -> Response:
        """Show exactly what others would see, and what stays here; nothing is sent."""
        found, member = self._demand(visit), self.room.member()
        form = visit.form if visit.form.fields else _asked(visit)
        occupation = form.one("occupation")
        coding = member.coding(found.candidate, application=found.application)
        seen = self._seen(visit, found, self._endorsement(form), occupation)
        values = {
            "one": found,
            "typed": found.adapter == drafting.HAND,
            "preview": seen,
            "shown": self.room.profile(visit, seen.draft.profile) if seen.draft else (),
            "notes": self._notes(visit, seen.draft),
            "coding": coding,
            "form": _filled(form, occupation=occupation or coding.code or "", way=BY_LETTER),
            "ranks": Rank,
            "strengths": self._strengths(),
            "label": self.room.label(visit),
            "stays": STAYS,
            "letter_languages": LANGUAGES,
            "readers": readers(member.engine),
            "most": limits.STRENGTHS,
            "htmx": True,  # the preview follows each choice; without it there is a button
        }
        return self.room.page("preview.html", visit, **(values | more))

    def recommend(self, visit: Visit) -> Response:
        """Prepare the referral and hand out the link, or let the node mail it."""
        found, form, member = self._demand(visit), visit.form, self.room.member()
        faults = _endorsement_faults(form)
        day = found.rejected_on or read_day(form.one("rejected_on"))
        faults |= {} if day else {"rejected_on": "no-day"}
        if faults:
            return self.preview(visit, faults=faults, status=422)
        by_mail = form.one("way") == BY_MAIL
        language = read_language(form.one("language"))
        made = member.recommend(
            found,
            self._endorsement(form),
            rejected_on=day,
            mail=by_mail,
            language=language,
            occupation=form.one("occupation"),
            person_asks=form.has("person_asks", "yes"),
        )
        self.room.send()
        if made.link is None:
            return self.room.back(visit, "/recommended", "mailed")
        return Letters(self.room).show(
            visit, made.link, referral=made.referral, person=found.candidate, language=language
        )

    def dismiss(self, visit: Visit) -> Response:
        """Forget a proposal without recommending."""
        self.room.member().dismiss(self._demand(visit))
        return self.room.back(visit, "/recommend", "dismissed")

    def _strengths(self) -> tuple[str, ...]:
        """Return what this member may say: to confirm is for education and advice alone."""
        engine = self.room.member().engine
        every = tuple(engine.vocabulary.codes(Kind.STRENGTH))
        if may_present(engine):
            return every
        return tuple(one for one in every if one not in CONFIRMED)

    def _endorsement(self, form: Form) -> Endorsement | None:
        rank = form.one("rank")
        if rank not in set(Rank):
            return None
        said = tuple(one for one in form.all("strength") if one in self._strengths())
        return Endorsement(
            Rank(rank), said[: limits.STRENGTHS], form.has("would_have_hired", "yes")
        )

    def _seen(
        self, visit: Visit, found: Proposal, said: Endorsement | None, occupation: str
    ) -> Preview:
        member, application = self.room.member(), found.application
        try:
            return Preview(
                member.preview(
                    found.candidate, said, application=application, occupation=occupation
                )
            )
        except RefusedError as error:
            known = self.room.say(visit).texts.has(f"inbox.held_back.{error.code}")
            return Preview(refused=error.code if known else "unknown")

    def _notes(self, visit: Visit, draft: Draft | None) -> list[str]:
        if draft is None:
            return []
        language = self.room.language(visit)
        dropped = [describe(one, language=language) for one in draft.dropped]
        return dropped + [describe(one, language=language) for one in draft.coarsened]

    def _today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self.room.member().engine.now(), dt.UTC).date()

    def _demand(self, visit: Visit) -> Proposal:
        return drafting.proposal(self.room.member().engine, visit.params["ref"])


def _asked(visit: Visit) -> Form:
    """Return what the address asks to see; nothing personal stands in it."""
    return read_form(visit.call.query.encode("ascii", "ignore"), TYPE)


def _filled(form: Form, **usual: str) -> Form:
    """Return the form with what is chosen until somebody chooses otherwise."""
    missing = {name: (value,) for name, value in usual.items() if not form.one(name)}
    return attrs.evolve(form, fields={**form.fields, **missing})


def _endorsement_faults(form: Form) -> dict[str, str]:
    said = form.all("strength") or form.has("would_have_hired", "yes")
    if said and form.one("rank") not in set(Rank):
        return {"rank": "rank-needed"}
    return {"strength": "too-many"} if len(form.all("strength")) > limits.STRENGTHS else {}


def _of_file(faults: dict[str, str]) -> dict[str, str]:
    """Name the fields of the second form apart from those of the first."""
    return {name if name == "file" else f"file_{name}": code for name, code in faults.items()}


def recommend_routes(room: Room) -> tuple[Route, ...]:
    """Return the routes of the pages on which somebody recommends."""
    pages, large = Recommending(room), limits.RECOMMEND_BYTES
    return (
        Route("/recommend", get=pages.start, post=pages.type_in, roles=ACT, bytes=large),
        Route("/recommend/file", post=pages.read_file, roles=ACT, bytes=large),
        Route("/recommend/pull", post=pages.pull, roles=ACT),
        Route("/recommend/{ref}", get=pages.preview, post=pages.recommend, roles=ACT),
        Route("/recommend/{ref}/edit", get=pages.edit, post=pages.type_in, roles=ACT, bytes=large),
        Route("/recommend/{ref}/dismiss", post=pages.dismiss, roles=ACT),
    )

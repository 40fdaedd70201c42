"""Entering step by step: each page asks for little, and what was answered is kept at once."""

from collections.abc import Mapping
from typing import Any

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError, StateError
from fachkraft_share.host.opened import Firm
from fachkraft_share.host.presenting.by_link import PREFIX, LinkPages
from fachkraft_share.host.presenting.entry import (
    SPOKEN,
    STEPS,
    Entered,
    brings_cv,
    entered_of,
    faults_of,
    fields_of,
    merged,
)
from fachkraft_share.host.records import Presentation
from fachkraft_share.member.recommending import roles_of
from fachkraft_share.model.candidate import Candidate
from fachkraft_share.model.organisation import Role
from fachkraft_share.node.desk.profile import Wording
from fachkraft_share.ports.runtime import Response
from fachkraft_share.rules.vocabulary import Kind
from fachkraft_share.web.forms import Form
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

LAST = len(STEPS)


@attrs.frozen
class EntryPages(LinkPages):
    """`/p/…/enter` leads to where one stopped, `/p/…/enter/1` and so on are the steps."""

    def routes(self) -> tuple[Route, ...]:
        """Return the routes."""
        most = limits.PRESENTED_CV + limits.FORM_BYTES
        step = Route(f"{PREFIX}/enter/{{step}}", get=self.show, post=self.answer, bytes=most)
        return (Route(f"{PREFIX}/enter", get=self.go_on), step)

    def go_on(self, visit: Visit) -> Response:
        """Lead to the first step that needs an answer."""
        row = self._row(visit)
        if row.referral is not None:
            return see_other(self._at(visit))
        return self._to(visit, 1 if row.entered_at else self._open(row, LAST))

    def show(self, visit: Visit) -> Response:
        """Show one step, with what was answered before."""
        row, step = self._row(visit), _step(visit)
        if row.referral is not None:
            return see_other(self._at(visit))
        return self._form(visit, row, step)

    def answer(self, visit: Visit) -> Response:
        """Keep what one step asks for and lead on; `go` says which of the other buttons it was."""
        row, step, go = self._row(visit), _step(visit), visit.form.one("go")
        if go == "search":
            return self._form(visit, row, step, searched=True)
        before, words = self._kept().begun(row), self.firm().member.engine.vocabulary
        entered, faults = entered_of(visit.form, before, step=step, vocabulary=words)
        uploaded = brings_cv(visit.form, faults, step=step)
        if uploaded or (go == "back" and faults.keys() <= {"age"}):
            row = self._noted(row, entered)
        if go == "back":
            return self._to(visit, max(1, step - 1))
        if faults:
            return self._form(visit, row, step, faults=faults, uploaded=uploaded, status=422)
        return self._keep(visit, row, entered, step)

    def _noted(self, row: Presentation, entered: Entered) -> Presentation:
        try:
            return self._kept().note(row, entered)
        except StateError as error:
            raise RefusedError("unknown") from error

    def _keep(self, visit: Visit, row: Presentation, entered: Entered, step: int) -> Response:
        kept, row = self._kept(), self._noted(row, entered)
        if step < LAST:
            return self._to(visit, step + 1)
        if (open := self._open(row, LAST)) < LAST:
            return self._to(visit, open)
        self._tried(lambda: kept.enter(row, entered, minor=visit.form.one("age") == "minor"))
        return see_other(self._at(visit))

    def _open(self, row: Presentation, most: int) -> int:
        """Return the first step with something missing, or the last."""
        words = self.firm().member.engine.vocabulary
        known = merged(Form(), self._kept().begun(row), step=0)
        faults = faults_of(known, words)
        wrong = (n for n, names in enumerate(STEPS, 1) if faults.keys() & set(names))
        return min(next(wrong, most), most)

    def _form(self, visit: Visit, row: Presentation, step: int, **more: Any) -> Response:
        entered, firm = self._kept().begun(row), self.firm()
        title = visit.form.one("title") or (entered.candidate.title if entered else "")
        age = ("minor" if row.minor else "adult") if row.entered_at else ""
        return self._page(
            "enter.html",
            visit,
            row,
            step=step,
            last=LAST,
            values={**fields_of(entered), "age": age},
            school=firm.row.name if Role.EDUCATION in roles_of(firm.member.engine) else "",
            spoken=SPOKEN,
            options=options(self._wording(visit)) if step > 1 else {},
            found=suggested(firm, title, self._language(visit)) if step == 2 else (),
            **{"searched": False, "uploaded": False, **more},
        )

    def _to(self, visit: Visit, step: int) -> Response:
        return see_other(visit.url(f"/p/{visit.params['secret']}/enter/{step}"))


def _step(visit: Visit) -> int:
    wanted = visit.params["step"]
    if wanted not in map(str, range(1, LAST + 1)):
        raise RefusedError("not-found")
    return int(wanted)


def options(words: Wording) -> Mapping[str, list[tuple[str, str]]]:
    """Return what the form's lists offer."""
    kinds = (Kind.LANGUAGE, Kind.CEFR, Kind.AVAILABILITY, Kind.WORK_MODEL)
    found = {
        str(kind): [(one, words.said(kind, one)) for one in words.vocabulary.codes(kind)]
        for kind in kinds
    }
    found["language"].sort(key=lambda pair: pair[1])
    return found


def suggested(firm: Firm, title: str, language: str) -> list[tuple[str, str]]:
    """Return the occupations that fit a title in words, the best first."""
    if not title.strip():
        return []
    coded = firm.member.coding(Candidate("", "", title=title[: limits.SHORT_TEXT]))
    words = firm.member.engine.vocabulary
    every = dict.fromkeys(
        ([coded.code] if coded.code else []) + [one.code for one in coded.suggestions]
    )
    return [(code, words.label(Kind.OCCUPATION, code, language=language)) for code in every]

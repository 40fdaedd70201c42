"""The pages of set-up: one step a page, each with its trials; nothing of it needs JavaScript."""

import secrets
from collections.abc import Callable, Mapping
from threading import Thread, Timer
from typing import Any

import attrs

from fachkraft_share.cli.setup import kept
from fachkraft_share.cli.setup.case import Case
from fachkraft_share.cli.setup.questions import Step
from fachkraft_share.cli.setup.trials import Surroundings
from fachkraft_share.cli.setup.words import Words
from fachkraft_share.errors import RefusedError
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.assets import asset_routes
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.jobs import Jobs
from fachkraft_share.web.look import Look, see_other
from fachkraft_share.web.site import Route, Site
from fachkraft_share.web.visit import Visit

_FAULTS, _MORE = "faults", "more"  # what a step's page says of what was sent
_GRACE = 0.5  # seconds for the last page to arrive before serving ends


@attrs.frozen
class Frame:
    """What the frame of these pages names: nobody's imprint, this is the visitor's own machine."""

    name: str = "fachkraft-share"
    imprint: str = ""
    privacy: str = ""
    documentation: str = ""


def setup_site(around: Surroundings, *, language: str, dry: bool = False) -> tuple[Site, Case]:
    """Return the site, and the case it works on."""
    case = Case(around, around.systems(), kept.kept(around.folder), dry=dry)
    look = Look("fachkraft_share.cli.setup", Frame, default=language)
    jobs = Jobs(look, start=_start, new_id=lambda: secrets.token_urlsafe(16))
    pages = Pages(case, look, jobs)
    routes = (
        Route("/", get=pages.home),
        Route("/step/{id}", get=pages.show, post=pages.send),
        Route("/review", get=pages.review, post=pages.apply),
        Route("/done", get=pages.done, post=pages.end),
        *jobs.routes(),
        *asset_routes(),
    )
    return Site(routes, look=look), case


def _start(work: Callable[[], None]) -> None:
    Thread(target=work, daemon=True).start()


@attrs.frozen
class Pages:
    """What each address answers."""

    case: Case
    look: Look
    jobs: Jobs

    def home(self, visit: Visit) -> Response:
        """Lead to where set-up stands."""
        if self.case.done is not None:
            return see_other(visit.url("/done"))
        step = self.case.open()
        return see_other(visit.url(f"/step/{step.id}" if step else "/review"))

    def show(self, visit: Visit) -> Response:
        """Show a step, and what was said of what was sent."""
        step, told = self._demand(visit), visit.query.get("told", "")
        faults = step.faults(self.case.answers) if told == _FAULTS else {}
        return self._page(visit, step, faults=faults, more=told == _MORE)

    def send(self, visit: Visit) -> Response:
        """Keep what was filled in, then go where the button says.

        Every answer is an address: there the language can be changed, and nothing is lost.
        """
        step, wish = self._demand(visit), visit.form.one("do")
        with self.case.lock:
            more = self.case.take(step, visit.form)
            if wish == "back":
                before = self.case.beside(step, -1)
                return see_other(visit.url(f"/step/{(before or step).id}"))
            if more:
                return see_other(visit.url(f"/step/{step.id}", told=_MORE))
            if step.faults(self.case.answers):
                return see_other(visit.url(f"/step/{step.id}", told=_FAULTS))
            return self._onward(visit, step, wish)

    def _onward(self, visit: Visit, step: Step, wish: str) -> Response:
        case = self.case
        if wish == "test" or (wish == "continue" and not case.good(step)):
            case.run(step)
        if wish == "anyway" and not step.must:
            case.accept(step)
        if wish == "test" or not case.good(step):
            return see_other(visit.url(f"/step/{step.id}") + "#results")
        after = case.beside(step, 1)
        return see_other(visit.url(f"/step/{after.id}" if after else "/review"))

    def review(self, visit: Visit) -> Response:
        """Show everything once more, and why it could not be set up."""
        error = self.case.failed
        return self.look.page(
            "review.html",
            visit,
            answers=self.case.complete(),
            results=self.case.results,
            unfinished=self.case.open(),
            failed=self._words(visit).failure(error) if error else "",
            dry=self.case.dry,
            **self._common(visit),
        )

    def apply(self, visit: Visit) -> Response:
        """Set it up."""
        if self.case.open() is not None or self.case.dry:
            return see_other(visit.url("/review"))
        return self.jobs.begin(
            visit, self.case.apply, title="setup.web.applying", to="/done", failed="/review"
        )

    def done(self, visit: Visit) -> Response:
        """Say what was set up and what comes next."""
        if self.case.done is None:
            return self.home(visit)
        return self.look.page("done.html", visit, done=self.case.done, ended=False)

    def end(self, visit: Visit) -> Response:
        """End serving once this answer has arrived."""
        if self.case.done is None:
            return self.home(visit)
        Timer(_GRACE, self.case.when_done).start()
        return self.look.page("done.html", visit, done=self.case.done, ended=True)

    def _demand(self, visit: Visit) -> Step:
        step = self.case.step(visit.params["id"])
        if step is None or self.case.done is not None:
            raise RefusedError("not-found")
        return step

    def _page(self, visit: Visit, step: Step, *, faults: Mapping[str, str], more: bool) -> Response:
        given = {**step.given(self.case.answers), **self.case.answers}
        return self.look.page(
            "step.html",
            visit,
            step=step,
            asked=step.asked(self.case.answers),
            given=given,
            faults={name: f"setup.fault.{code}" for name, code in faults.items()},
            more=more,
            results=self.case.results(step),
            good=self.case.good(step),
            before=self.case.beside(step, -1),
            **self._common(visit),
        )

    def _words(self, visit: Visit) -> Words:
        return Words(catalogue(visit.language(self.look.default)))

    def _common(self, visit: Visit) -> dict[str, Any]:
        return {
            "words": self._words(visit),
            "steps": self.case.steps(),
            "good_step": self.case.good,
        }

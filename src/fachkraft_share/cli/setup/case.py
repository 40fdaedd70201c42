"""One set-up going on in a browser: what was answered, what was tried, what came of it."""

from collections.abc import Callable, Sequence
from threading import RLock

import attrs

from fachkraft_share.cli.setup import kept, trials
from fachkraft_share.cli.setup.applying import Done, apply
from fachkraft_share.cli.setup.plan import System, steps
from fachkraft_share.cli.setup.questions import Step
from fachkraft_share.cli.setup.trials import Surroundings
from fachkraft_share.errors import FachkraftShareError
from fachkraft_share.ports.progress import Tell
from fachkraft_share.ports.trial import Trial
from fachkraft_share.web.forms import Form


def _nobody() -> None:
    return


@attrs.define
class Case:
    """Answers and results; a result counts only for the answers it was made with."""

    around: Surroundings
    systems: Sequence[System]
    answers: dict[str, str] = attrs.field(factory=dict, repr=False)
    dry: bool = False
    done: Done | None = None
    failed: FachkraftShareError | None = None
    when_done: Callable[[], None] = _nobody
    _results: dict[str, tuple[dict[str, str], tuple[Trial, ...]]] = attrs.field(
        factory=dict, repr=False
    )
    _accepted: set[str] = attrs.field(factory=set)
    lock: RLock = attrs.field(factory=RLock, repr=False)  # a browser may send a form twice

    def steps(self) -> tuple[Step, ...]:
        """Return the steps as far as they are known."""
        return steps(self.answers, systems=self.systems)

    def step(self, id: str) -> Step | None:
        """Return one of the steps."""
        return next((one for one in self.steps() if one.id == id), None)

    def beside(self, step: Step, by: int) -> Step | None:
        """Return the step before (-1) or after (1)."""
        found = self.steps()
        at = next(at for at, one in enumerate(found) if one.id == step.id) + by
        return found[at] if 0 <= at < len(found) else None

    def take(self, step: Step, form: Form) -> bool:
        """Keep what was filled in; tell whether there is now more to fill in."""
        before, self.failed = step.asked(self.answers), None
        for one in before:
            if one.id not in form.fields or (one.secret and not form.one(one.id)):
                continue  # a secret that is not typed again is the one we have
            self.answers[one.id] = one.tidy(form.one(one.id))
        if not self.dry:
            kept.keep(self.around.folder, self.answers, systems=tuple(self.systems))
        return any(one not in before for one in step.asked(self.answers))

    def results(self, step: Step) -> tuple[Trial, ...]:
        """Return how the trials went with exactly these answers; nothing if they were not made."""
        given, found = self._results.get(step.id, ({}, ()))
        return found if given == self._relevant(step) else ()

    def tried(self, step: Step) -> bool:
        """Tell whether the trials were made with exactly these answers."""
        return step.id in self._results and self._results[step.id][0] == self._relevant(step)

    def run(self, step: Step) -> tuple[Trial, ...]:
        """Make the trials."""
        found = trials.run(step, self.answers, self.around)
        self._results[step.id] = (self._relevant(step), found)
        self._accepted.discard(step.id)
        return found

    def accept(self, step: Step) -> None:
        """Go on although a trial failed."""
        self._accepted.add(step.id)

    def good(self, step: Step) -> bool:
        """Tell whether one may go on behind this step."""
        if step.faults(self.answers):
            return False
        if not step.trials:
            return True
        if not self.tried(step):
            return False
        accepted = step.id in self._accepted and not step.must
        return accepted or all(one.passed for one in self.results(step))

    def open(self) -> Step | None:
        """Return the first step that is not good yet."""
        return next((one for one in self.steps() if not self.good(one)), None)

    def complete(self) -> dict[str, str]:
        """Return all answers, with what was left open as its default."""
        return {
            id: value for step in self.steps() for id, value in step.given(self.answers).items()
        }

    def apply(self, _: Tell) -> None:
        """Set it up; once is enough. Why it did not succeed stays in `failed`.

        Raises:
            FachkraftShareError: it did not succeed.
        """
        with self.lock:
            if self.done is not None:
                return
            try:
                self.done = apply(self.complete(), self.around)
            except FachkraftShareError as error:
                self.failed = error
                raise
            kept.forget(self.around.folder)

    def _relevant(self, step: Step) -> dict[str, str]:
        """Return what a trial's end depends on: everything answered up to this step."""
        found: dict[str, str] = {}
        for one in self.steps():
            found |= one.given(self.answers)
            if one.id == step.id:
                break
        return found

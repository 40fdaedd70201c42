"""Set-up in the terminal: one question at a time, back with `<`, each step tried before the next.

Every answer is kept at once: whoever stops goes on from there.
"""

from collections.abc import Sequence
from typing import Final

import attrs
import click

from fachkraft_share.cli.output import inert
from fachkraft_share.cli.setup import kept, trials
from fachkraft_share.cli.setup.plan import System, steps
from fachkraft_share.cli.setup.questions import Question, Step
from fachkraft_share.cli.setup.trials import Surroundings
from fachkraft_share.cli.setup.words import Words
from fachkraft_share.ports.health import Level
from fachkraft_share.ports.trial import Trial

BACK: Final = "<"
_SIGN: Final = {Level.OK: "ok  ", Level.WARN: "!   ", Level.FAIL: "FAIL"}
_COLOUR: Final = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@attrs.define
class Talk:
    """The conversation so far."""

    words: Words
    around: Surroundings
    systems: Sequence[System]
    answers: dict[str, str] = attrs.field(factory=dict, repr=False)
    dry: bool = False  # keep nothing

    def lead(self) -> dict[str, str]:
        """Ask everything that is to be asked, and return the answers."""
        say = self.words.say
        self._tell(say("terminal.hello", folder=self.around.folder))
        if self.answers:
            self._tell(say("terminal.resumed"))
        at = 0
        while at < len(found := self._steps()):
            self._head(found[at], number=at + 1, of=len(found))
            at = max(at - 1, 0) if self._step(found[at]) == BACK else at + 1
        return self.answers

    def _steps(self) -> tuple[Step, ...]:
        return steps(self.answers, systems=self.systems)

    def _head(self, step: Step, *, number: int, of: int) -> None:
        title = self.words.say(f"step.{step.id}.title")
        count = f"[{number}/{of}] " if self.answers.get("who") else ""
        self._tell("", click.style(f"{count}{title}", bold=True))
        self._tell(self.words.say(f"step.{step.id}.lead"))

    def _step(self, step: Step) -> str:
        """Ask until the step's trials are good enough; return `<` to go back one step."""
        while True:
            if self._ask_all(step) == BACK:
                return BACK
            found = self._try(step)
            bad = [one for one in found if not one.passed]
            if not bad:
                return ""
            ways = ("again", "change") if step.must else ("again", "change", "anyway")
            if self._choose(ways) == "anyway":
                return ""

    def _ask_all(self, step: Step) -> str:
        at = 0
        while at < len(asked := step.asked(self.answers)):
            answer = self._ask(asked[at])
            if answer == BACK:
                if at == 0:
                    return BACK
                at -= 1
                continue
            self.answers[asked[at].id] = answer
            if not self.dry:
                kept.keep(self.around.folder, self.answers, systems=tuple(self.systems))
            at += 1
        return ""

    def _ask(self, question: Question) -> str:
        label, hint = self.words.asked(question), self.words.hint(question)
        self._tell("", label)
        if hint:
            self._tell(click.style(f"  {hint}", dim=True))
        for number, value in enumerate(question.choices, 1):
            self._tell(f"  {number}) {self.words.choice(question, value)}")
        while True:
            value = self._prompt(question)
            if value == BACK:
                return BACK
            fault = question.judge(value)
            if not fault:
                return value
            self._tell(click.style(f"  {self.words.fault(fault)}", fg="red"))

    def _prompt(self, question: Question) -> str:
        known = self.answers.get(question.id) or question.default(self.answers)
        shown = known if not question.choices else _number(question, known)
        given: str = click.prompt(
            click.style(">", bold=True),
            default=shown,
            show_default=bool(shown) and not question.secret,
            hide_input=question.secret and question.id != "code",
            prompt_suffix=" ",
        )
        if given.strip() == "-" and question.optional:
            return ""
        return _chosen(question, question.tidy(given))

    def _try(self, step: Step) -> tuple[Trial, ...]:
        if not step.trials:
            return ()
        self._tell("", self.words.say("terminal.trying"))
        found = trials.run(step, self.answers, self.around)
        for one in found:
            self._tell(*told(self.words, one))
        if not found:
            self._tell(f"  {self.words.say('terminal.nothing')}")
        return found

    def _choose(self, ways: Sequence[str]) -> str:
        for number, way in enumerate(ways, 1):
            self._tell(f"  {number}) {self.words.say(f'terminal.{way}')}")
        numbers = [str(one) for one in range(1, len(ways) + 1)]
        picked: str = click.prompt(
            click.style(">", bold=True),
            type=click.Choice(numbers),
            show_choices=False,
            default="1",
            prompt_suffix=" ",
        )
        return ways[int(picked) - 1]

    def once_more(self, why: str) -> bool:
        """Say that setting up did not succeed; tell whether it shall be tried as it is."""
        self._tell("", click.style(self.words.say("terminal.failed", why=inert(why)), fg="red"))
        return self._choose(("apply_again", "change")) == "apply_again"

    def _tell(self, *lines: str) -> None:
        for line in lines:
            click.echo(line)


def told(words: Words, trial: Trial) -> list[str]:
    """Return how a trial went as lines for a terminal."""
    sign = click.style(_SIGN[trial.level], fg=_COLOUR[trial.level])
    lines = [f"  {sign} {inert(words.cause(trial))}"]
    if fix := words.fix(trial):
        lines.append(f"       {inert(fix)}")
    return lines


def _number(question: Question, value: str) -> str:
    return str(question.choices.index(value) + 1) if value in question.choices else ""


def _chosen(question: Question, given: str) -> str:
    """Take a number of the list for the answer it stands for."""
    if question.choices and given.isdecimal() and 0 < int(given) <= len(question.choices):
        return question.choices[int(given) - 1]
    return given

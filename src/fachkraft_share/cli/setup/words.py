"""The words of set-up in one language: questions, faults, trials; for terminal and pages alike."""

import attrs

from fachkraft_share.cli import exits
from fachkraft_share.cli.setup.questions import Question
from fachkraft_share.errors import FachkraftShareError, RefusedError
from fachkraft_share.ports.trial import Trial, failed
from fachkraft_share.web.catalogue import Catalogue


@attrs.frozen
class Words:
    """What set-up says."""

    texts: Catalogue

    def say(self, name: str, /, **values: object) -> str:
        """Return one of set-up's texts."""
        return self.texts.text(f"setup.{name}", **values)

    def label(self, question: Question) -> str:
        """Return what is asked."""
        if question.words:
            said = f"setup.{question.id}"  # of the adapters we know; another speaks for itself
            words = self.texts.text(said) if self.texts.has(said) else question.words
            return words[:1].upper() + words[1:]
        return self.say(f"ask.{question.id}.label")

    def asked(self, question: Question) -> str:
        """Return what is asked, and whether it need not be answered."""
        optional = f" ({self.texts.text('page.optional')})" if question.optional else ""
        return self.label(question) + optional

    def hint(self, question: Question) -> str:
        """Return what helps to answer, with an example."""
        return "" if question.words else self.say(f"ask.{question.id}.hint")

    def choice(self, question: Question, value: str) -> str:
        """Return what one of several answers means; a system is called by its own name."""
        if value in question.names:
            return question.names[value]
        name = f"setup.ask.{question.id}.{value}"
        return self.texts.text(name) if self.texts.has(name) else value

    def fault(self, code: str) -> str:
        """Return what is wrong with an answer, and how it would be right."""
        return self.say(f"fault.{code}")

    def failure(self, error: FachkraftShareError) -> str:
        """Return why setting up did not succeed, and what to do."""
        if isinstance(error, RefusedError) and error.code == "code":
            used = failed("code-used")
            return f"{self.cause(used)} {self.fix(used)}"
        return exits.sentence(error)

    def cause(self, trial: Trial) -> str:
        """Return how a trial ended."""
        return self.say(f"trial.{trial.code}.cause", **self._said(trial))

    def fix(self, trial: Trial) -> str:
        """Return what to do about it; "" where nothing is."""
        name = f"setup.trial.{trial.code}.fix"
        return self.texts.text(name, **self._said(trial)) if self.texts.has(name) else ""

    def _said(self, trial: Trial) -> dict[str, object]:
        """Say what a trial only names: ids of `setup.named`, as a list."""
        return {
            name: ", ".join(self.say(f"named.{id}") for id in value)
            if isinstance(value, tuple)
            else value
            for name, value in trial.values.items()
        }

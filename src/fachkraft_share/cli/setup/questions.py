"""A question of set-up and the step it stands in, as values that terminal and pages both read."""

from collections.abc import Callable, Mapping
from typing import Final

import attrs

Answers = Mapping[str, str]
SETTING: Final = "setting."  # answers that are an adapter's settings: `setting.files.folder`


def _always(_: Answers) -> bool:
    return True


def _nothing(_: Answers) -> str:
    return ""


def _fine(_: str) -> str:
    return ""


@attrs.frozen
class Question:
    """One thing to be told; its words are `setup.ask.<id>`, unless an adapter brings its own."""

    id: str
    fault: Callable[[str], str] = _fine  # the code of what is wrong with a value, or ""
    default: Callable[[Answers], str] = _nothing
    choices: tuple[str, ...] = ()
    names: Mapping[str, str] = attrs.field(factory=dict)  # of choices that have one in any language
    secret: bool = False  # never shown again and never kept between two runs
    optional: bool = False
    wanted: Callable[[Answers], bool] = _always
    words: str = ""  # an adapter's own
    tidy: Callable[[str], str] = str.strip  # what may be mended without asking

    def judge(self, value: str) -> str:
        """Return what is wrong with a value, as a code; "" if nothing is."""
        if not value:
            return "" if self.optional else "missing"
        if self.choices:
            return "" if value in self.choices else self.fault(value) or "choice"
        if any(ord(one) < ord(" ") for one in value):
            return "control"
        return self.fault(value)


@attrs.frozen
class Step:
    """What is asked together, and tried together before the next step; words `setup.step.<id>`."""

    id: str
    questions: tuple[Question, ...]
    trials: tuple[str, ...] = ()
    must: bool = False  # without a good end of the trials nothing can be set up

    def asked(self, answers: Answers) -> tuple[Question, ...]:
        """Return the questions that arise from what was answered."""
        return tuple(one for one in self.questions if one.wanted(answers))

    def given(self, answers: Answers) -> dict[str, str]:
        """Return this step's answers, tidy, with what was left open as its default."""
        found: dict[str, str] = {}
        for one in self.questions:
            known = {**answers, **found}
            if one.wanted(known):
                given = one.id in answers
                found[one.id] = one.tidy(answers[one.id]) if given else one.default(known)
        return found

    def faults(self, answers: Answers) -> dict[str, str]:
        """Return what is wrong, by question."""
        given = self.given(answers)
        asked = {one.id: one for one in self.questions if one.id in given}
        judged = {name: asked[name].judge(value) for name, value in given.items()}
        return {name: code for name, code in judged.items() if code}

"""What became of the mutants: told, compared with what is answered, and written into the docs."""

import datetime as dt
import shutil
import subprocess
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs
import trial
from mutate import Mutant

ANSWERED = Path(__file__).with_name("answered.toml")
BEGIN, END = "<!-- begin {} -->\n", "<!-- end {} -->\n"


@attrs.frozen
class Outcome:
    """What a mutant's trial ended with."""

    mutant: Mutant
    code: int

    @property
    def alive(self) -> bool:
        """Tell whether no test noticed it."""
        return self.code in trial.ALIVE


@attrs.frozen
class Answer:
    """Why some mutants of a module may live."""

    module: str
    kind: str  # equivalent: nobody can tell them apart; accepted: somebody could
    because: str
    mutants: tuple[str, ...]


def answers() -> tuple[Answer, ...]:
    """Return what `answered.toml` says."""
    read = tomllib.loads(ANSWERED.read_text("utf-8"))["answer"]
    return tuple(
        Answer(one["module"], one["kind"], one["because"], tuple(one["mutants"])) for one in read
    )


def answered() -> dict[tuple[str, str], str]:
    """Return the kind of answer to each mutant."""
    return {(one.module, key): one.kind for one in answers() for key in one.mutants}


def judge(outcomes: Sequence[Outcome], *, whole: bool) -> int:
    """Tell which survivors nobody has answered, and which answers are stale; 1 if any."""
    known = answered()
    alive = {(one.mutant.module, one.mutant.key) for one in outcomes if one.alive}
    tried = {one.mutant.module for one in outcomes} if whole else set()
    stale = [one for one in known if one[0] in tried and one not in alive]
    unanswered = sorted(alive - known.keys())
    for title, found in (("unanswered", unanswered), ("answered, but not alive", stale)):
        for module, key in found:
            print(f"{title}: {module}  {key}")
    return 1 if unanswered or stale else 0


def rows(
    outcomes: Iterable[Outcome], totals: Mapping[str, int], *, commit: str, day: str
) -> dict[str, str]:
    """Return a row of the table for each module."""
    known = answered()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in outcomes:
        name = one.mutant.module
        verdict = known.get((name, one.mutant.key), "left") if one.alive else "killed"
        counts[name].update(["tried", verdict])
    order = ("tried", "killed", "equivalent", "accepted", "left")
    return {
        name: f"| {name} | {totals[name]} | {' | '.join(str(count[one]) for one in order)} "
        f"| {commit} | {day} |"
        for name, count in counts.items()
    }


def write(outcomes: Sequence[Outcome], totals: Mapping[str, int], *, root: Path) -> None:
    """Bring the document up to date: rows of the modules tried, and all answers."""
    git = shutil.which("git") or "git"
    run = subprocess.run(
        [git, "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=True
    )
    today = dt.datetime.now(dt.UTC).date().isoformat()
    new = rows(outcomes, totals, commit=run.stdout.strip(), day=today)
    file = root / "docs" / "mutation.md"
    file.write_text(with_rows(file.read_text("utf-8"), new), encoding="utf-8")


def with_rows(text: str, new: Mapping[str, str]) -> str:
    """Return the document with these rows instead of the modules' older ones, and all answers."""
    old = {line.split("|")[1].strip(): line for line in between(text, "table").splitlines()}
    every = {**old, **new}
    table = "".join(f"{every[name]}\n" for name in sorted(every))
    return with_answers(replaced(text, "table", table))


def with_answers(text: str) -> str:
    """Return the document with all answers as they stand in `answered.toml`."""
    return replaced(text, "answers", "\n".join(_told(one) for one in answers()))


def _told(answer: Answer) -> str:
    lines = [f"**{answer.module}**, {answer.kind}: {answer.because}\n", "```text"]
    return "\n".join([*lines, *answer.mutants, "```", ""])


def between(text: str, name: str) -> str:
    """Return what stands between two marks."""
    return text.partition(BEGIN.format(name))[2].partition(END.format(name))[0]


def replaced(text: str, name: str, new: str) -> str:
    """Return the text with something else between two marks."""
    before, rest = text.split(BEGIN.format(name))
    after = rest.split(END.format(name))[1]
    return f"{before}{BEGIN.format(name)}{new}{END.format(name)}{after}"

"""Composes set-up: the plan, what is tried, what is applied, and what comes next."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place
from fachkraft_share.cli.setup import kept, trials
from fachkraft_share.cli.setup.applying import Done, apply
from fachkraft_share.cli.setup.plan import steps
from fachkraft_share.cli.setup.questions import Question
from fachkraft_share.cli.setup.terminal import Talk, told
from fachkraft_share.cli.setup.trials import Surroundings
from fachkraft_share.cli.setup.words import Words
from fachkraft_share.errors import FachkraftShareError, SetupError
from fachkraft_share.plugins.loading import load_plugins
from fachkraft_share.ports.trial import Trial

_SETTINGS = ("config.toml", "node.toml", "host.toml")


def surroundings(place: Place, *, dry: bool) -> Surroundings:
    """Return where set-up happens.

    Raises:
        SetupError: it was done there before.
    """
    for name in _SETTINGS:
        if (place.folder / name).exists() and not (place.folder / kept.NAME).exists():
            raise SetupError(
                f"{place.folder} is set up already ({name}); look after it with "
                "fachkraft-share doctor, or choose another folder (--folder)"
            )
    return Surroundings(place.folder, load_plugins(), dry)


def lead(place: Place, *, words: Words, dry: bool) -> None:
    """Set up by questions in the terminal."""
    around = surroundings(place, dry=dry)
    talk = Talk(words, around, around.systems(), kept.kept(place.folder), dry=dry)
    try:
        answers = talk.lead()
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"\n{words.say('terminal.kept')}", err=True)
        raise
    if dry:
        place.show({"dry_run": True}, words.say("terminal.dry"), *shown(answers, around, words))
        return
    done = _applied(talk, answers, words)
    kept.forget(place.folder)
    finish(place, done, words=words)


def _applied(talk: Talk, answers: dict[str, str], words: Words) -> Done:
    """Set it up, as often as somebody wants to try."""
    while True:
        try:
            return apply(answers, talk.around)
        except FachkraftShareError as error:
            if not talk.once_more(words.failure(error)):
                answers = talk.lead()


def lead_by_file(place: Place, path: Path, *, words: Words, dry: bool) -> int:
    """Set up by a file of answers; all that is wrong is told at once.

    Raises:
        SetupError: an answer is missing, unknown or not usable.
    """
    around = surroundings(place, dry=dry)
    answers, accepted = kept.read_answers(path)
    found = steps(answers, systems=around.systems())
    complete = {id: value for step in found for id, value in step.given(answers).items()}
    _demand_answers(answers, complete, path=path)
    faults = {id: code for step in found for id, code in step.faults(complete).items()}
    if faults:
        said = "; ".join(f"{id}: {words.fault(code)}" for id, code in faults.items())
        raise SetupError(f"{path.name}: {said}")
    made = {step.id: trials.run(step, complete, around) for step in found}
    bad = [
        step.id
        for step in found
        if (step.must or step.id not in accepted) and not all(one.passed for one in made[step.id])
    ]
    results = [one for step in found for one in made[step.id]]
    if bad or dry:
        return _stopped(place, shown(complete, around, words), results, bad=bad, words=words)
    done = apply(complete, around)
    kept.forget(place.folder)
    finish(place, done, words=words, results=results)
    return exits.OK


def lead_in_browser(place: Place, *, words: Words, open_browser: bool, dry: bool) -> int:
    """Set up by pages served to this machine alone."""
    from fachkraft_share.cli.local_site import LocalSite
    from fachkraft_share.cli.setup.pages import setup_site

    around = surroundings(place, dry=dry)
    site, case = setup_site(around, language=words.texts.language, dry=dry)

    def started(link: str) -> None:
        place.out.stream({"open": link}, words.say("web.open", link=link))

    with LocalSite(site) as local:
        case.when_done = local.stop
        local.run(open_browser=open_browser, started=started)
    if case.done is not None:
        finish(place, case.done, words=words)
    return exits.OK


def _demand_answers(given: dict[str, str], asked: dict[str, str], *, path: Path) -> None:
    unknown = sorted(given.keys() - asked.keys())
    if unknown:
        said = ", ".join(_meant(one, asked) for one in unknown)
        raise SetupError(f"{path.name}: nothing asks for {said}")


def _meant(name: str, asked: Iterable[str]) -> str:
    """Return a name nobody asks for, with the one that was perhaps meant."""
    close = get_close_matches(name, asked, n=1)
    return f"{name} (did you mean {close[0]}?)" if close else name


def _stopped(
    place: Place, answered: list[str], results: list[Trial], *, bad: list[str], words: Words
) -> int:
    lines = _told(words, results)
    if bad:
        lines.append(words.say("terminal.stopped", steps=", ".join(bad)))
    else:
        lines += [words.say("terminal.dry"), *answered]
    place.show(
        {"ok": not bad, "dry_run": not bad, "trials": [_plain(one, words) for one in results]},
        *lines,
    )
    return exits.REFUSED if bad else exits.OK


def shown(answers: dict[str, str], around: Surroundings, words: Words) -> list[str]:
    """Return the answers as lines, secrets left out."""
    found = steps(answers, systems=around.systems())
    asked = [one for step in found for one in step.asked(answers)]
    return [
        f"  {words.label(one)}  {_value(one, answers.get(one.id, ''), words=words)}"
        for one in asked
    ]


def _value(question: Question, value: str, *, words: Words) -> str:
    if question.secret or not value:
        return "…" if value else "–"
    return words.choice(question, value) if question.choices else value


def finish(place: Place, done: Done, *, words: Words, results: list[Trial] | None = None) -> None:
    """Say what was set up, and the commands that come next."""
    lines = _told(words, results or ())
    lines += ["", words.say(f"done.{done.code}", **done.values)]
    for id, command in done.commands:
        lines += ["", words.say(f"next.{id}"), f"  {command}"]
    value = {"ok": True, **done.values, "next": [command for _, command in done.commands]}
    if results is not None:
        value["trials"] = [_plain(one, words) for one in results]
    place.show(value, *lines)


def _told(words: Words, results: Sequence[Trial]) -> list[str]:
    return [click.unstyle(line) for one in results for line in told(words, one)]


def _plain(trial: Trial, words: Words) -> dict[str, object]:
    return {
        "code": trial.code,
        "level": trial.level,
        "cause": words.cause(trial),
        "fix": words.fix(trial),
    }

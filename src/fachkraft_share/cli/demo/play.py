"""Play the four acts in order, tell them, and say at the end which claims hold."""

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share.cli.demo import databases, leaving, meeting, neighbouring, opening, touring
from fachkraft_share.cli.demo.claims import Claims
from fachkraft_share.cli.demo.people import people
from fachkraft_share.cli.demo.stage import Stage, Teller
from fachkraft_share.cli.output import Output
from fachkraft_share.errors import FachkraftShareError, SetupError

_SAMPLES: Final = (
    ("hr_open", "FKS_SHARED", "data/standards/hropen42_Candidate_general.json"),
    ("json_resume", "FKS_JSON_RESUME", "sample.resume.json"),
)
_ACTS: Final[tuple[tuple[str, str, tuple[Callable[[Stage], None], ...]], ...]] = (
    (
        "I. Eine Allianz entsteht, Zweitplatzierte werden empfohlen, Menschen entscheiden.",
        "I. An alliance is founded, runner-ups are recommended, people decide.",
        (opening.found_alliance, opening.recommend, opening.decide),
    ),
    (
        "II. Firmen bitten um Kontakt, Menschen antworten.",
        "II. Companies ask for contact, people answer.",
        (meeting.meet, meeting.survive, meeting.cross),
    ),
    (
        "III. Menschen widerrufen, alle löschen und unterschreiben.",
        "III. People withdraw, everybody erases and signs.",
        (leaving.leave, leaving.prove),
    ),
    (
        "IV. Zwei Allianzen, eine Vereinbarung: Eine Empfehlung geht hinüber und kommt zu Ende.",
        "IV. Two alliances, one agreement: a referral crosses, and comes to an end.",
        (
            neighbouring.found_neighbour,
            neighbouring.agree,
            neighbouring.cross,
            neighbouring.meet_abroad,
            neighbouring.leave_abroad,
            neighbouring.part,
        ),
    ),
)


@attrs.frozen
class Wish:
    """What was asked for on the command line."""

    seed: int
    pause: float
    keep: bool
    language: str
    once: bool


def play(wish: Wish, out: Output) -> Claims:
    """Play the story and return the claims."""
    _check_installed()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, _leave)
    # A shell that starts it in the background lets it ignore Ctrl-C; the tour ends by nothing else.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="fachkraft-share-demo-"))
    say = _silent if out.json else (lambda line: out.stream({}, line))
    stage = Stage(
        folder,
        wish.language,
        Teller(wish.language, say, wish.pause),
        chance=random.Random(wish.seed),  # noqa: S311 - which byte is changed
        people=people(seed=wish.seed, samples=_samples()),
    )
    try:
        stage.database = databases.fresh(stage.rest)
        _acts(stage)
        _tell_claims(stage, out, wish, seconds=round(time.monotonic() - began, 1))
        if not wish.once:
            touring.tour(stage, out)
    finally:
        stage.end(keep=wish.keep)
        if wish.keep:
            say(f"{folder}")
    return stage.claims


def _check_installed() -> None:
    """Say in one sentence what the demo needs, before anything is started."""
    from importlib.util import find_spec

    from fachkraft_share.plugins.loading import load_plugins

    missing = [name for name in ("starlette", "uvicorn", "sqlalchemy") if find_spec(name) is None]
    if missing:
        raise SetupError('the demo runs a node; it needs: pip install "fachkraft-share[node]"')
    if "files" not in {adapter.name for _, adapter in load_plugins().adapters().given}:
        raise SetupError("the demo connects folders; it needs: pip install fachkraft-share-files")


def _leave(number: int, _: object) -> None:
    """End by way of every `finally`, so that no process of the demo outlives it."""
    raise SystemExit(128 + number)


def _silent(_: str) -> None:
    """Say nothing: a program reads the claims at the end."""


def _samples() -> dict[str, Path]:
    """Return the standards' own samples, where somebody says where they lie."""
    found = {
        name: Path(os.environ[variable]) / path
        for name, variable, path in _SAMPLES
        if variable in os.environ
    }
    return {name: path for name, path in found.items() if path.is_file()}


def _acts(stage: Stage) -> None:
    for german, english, scenes in _ACTS:
        stage.tell("", "")
        stage.tell(german, english)
        for scene in scenes:
            try:
                scene(stage)
            except (FachkraftShareError, IndexError, KeyError, StopIteration) as error:
                claim = f"the scene {scene.__name__} can be played to its end"
                stage.claims.check(claim, False, f"{type(error).__name__}: {error}")  # noqa: FBT003
                return


def _tell_claims(stage: Stage, out: Output, wish: Wish, *, seconds: float) -> None:
    claims = stage.claims
    value = {
        "ok": not claims.failed,
        "seed": wish.seed,
        "seconds": seconds,
        "claims": claims.checked,
        "troubles": sorted(stage.troubles),
    }
    out.show(
        value,
        "",
        *(_line(one.ok, one.skipped, one.claim, one.detail) for one in claims.checked),
        *(f"trouble {one}" for one in sorted(stage.troubles) if claims.failed),
        f"{len(claims.checked)} claims, {len(claims.failed)} failed, {seconds} s",
    )


def _line(ok: bool, skipped: bool, claim: str, detail: str) -> str:  # noqa: FBT001
    mark = "skipped" if skipped else ("ok" if ok else "FAILED")
    return f"{mark:8}{claim}" + (f"  [{detail}]" if detail and not ok else "")

"""Answers between two runs: kept in the folder that is set up, without secrets, until it is."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fachkraft_share.cli.setup.plan import System, steps
from fachkraft_share.cli.setup.questions import Answers
from fachkraft_share.errors import SetupError
from fachkraft_share.member.folder import write_private

NAME: Final = "setup.toml"
_SAID: Final = "# Answers to `fachkraft-share init`, kept until it is done; without secrets.\n"
ACCEPT: Final = "accept"  # in a file of answers: steps whose trials need not end well


def keep(folder: Path, answers: Answers, *, systems: tuple[System, ...]) -> None:
    """Write down what was answered so far."""
    asked = [one for step in steps(answers, systems=systems) for one in step.asked(answers)]
    known = {one.id for one in asked if not one.secret}
    lines = [f"{_text(id)} = {_text(value)}\n" for id, value in answers.items() if id in known]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / NAME, (_SAID + "".join(lines)).encode())


def kept(folder: Path) -> dict[str, str]:
    """Return what was answered before; nothing if that cannot be read."""
    try:
        found = tomllib.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {id: value for id, value in found.items() if isinstance(value, str)}


def forget(folder: Path) -> None:
    """Throw the answers away: the settings are what counts from now on."""
    (folder / NAME).unlink(missing_ok=True)


def read_answers(path: Path) -> tuple[dict[str, str], frozenset[str]]:
    """Read a file of answers; return them, and the steps that are accepted as they are.

    Raises:
        SetupError: not TOML, or a value is neither text nor number.
    """
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SetupError(f"{path.name}: cannot be read as TOML in UTF-8") from error
    accepted = found.pop(ACCEPT, [])
    return dict(_flat(found)), frozenset(map(str, accepted))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{name}.")
        elif isinstance(value, str | int) and not isinstance(value, bool):
            pairs.append((f"{prefix}{name}", str(value)))
        else:
            raise SetupError(f"{prefix}{name}: write a text")
    return pairs


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

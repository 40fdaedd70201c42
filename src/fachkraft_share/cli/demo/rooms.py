"""After the story every role gets its pages: each a process of its own, as people would run it."""

import json
from pathlib import Path

import attrs

from fachkraft_share.cli.demo.firms import PRAEZISION, RAMMELSBERG
from fachkraft_share.cli.demo.processes import Process, command, run
from fachkraft_share.cli.demo.stage import Stage
from fachkraft_share.errors import SetupError

_AWAITED = ("Zimmerei Okertal GmbH", "--domain", "zimmerei-okertal.example")  # has not joined yet


@attrs.frozen
class Rooms:
    """The links that open each role's pages."""

    recruiter: str = attrs.field(repr=False)
    origin: str = attrs.field(repr=False)
    council: str = attrs.field(repr=False)
    coordinator: str = attrs.field(repr=False)


def open_rooms(stage: Stage) -> Rooms:
    """Start the processes behind the pages; they end with the stage."""
    for key in (PRAEZISION, RAMMELSBERG):
        stage.firms[key].stop()  # the inbox synchronises now
    run("node", "invite", *_AWAITED, *at(stage.node_folder), log=stage.logs / "node.log")
    admin = run("node", "admin", *at(stage.node_folder), log=stage.logs / "node.log")
    return Rooms(
        recruiter=_inbox(stage, PRAEZISION, role="administrator"),
        origin=_inbox(stage, RAMMELSBERG, role="administrator"),
        council=_inbox(stage, PRAEZISION, role="reader"),
        coordinator=admin["link"],
    )


def _inbox(stage: Stage, key: str, *, role: str) -> str:
    folder = stage.folder_of(stage.firm(key).firm) / "engine"
    process = start(
        stage,
        f"inbox-{key}-{role}",
        *("inbox", "--open", "--no-browser", "--role", role),
        *at(folder),
    )
    return str(said(process)["link"])


def at(folder: Path) -> tuple[str, str]:
    """Return how a command is told its folder."""
    return "--folder", str(folder)


def start(stage: Stage, name: str, *arguments: str) -> Process:
    """Start a command that serves pages; it ends with the stage."""
    process = Process(name, command(*arguments, "--json"), stage.logs / f"{name}.log")
    process.start()
    stage.rest.callback(process.stop)
    return process


def said(process: Process) -> dict[str, str]:
    """Return the first thing a process says: where it serves.

    Raises:
        SetupError: it ended instead.
    """
    line = process.pipes()[1].readline()
    if not line:
        raise SetupError(f"{process.name} did not start; see its log")
    found: dict[str, str] = json.loads(line)
    return found

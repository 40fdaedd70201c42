"""After the story every role gets its pages: each a process of its own, as people would run it."""

import json
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share.cli.demo.firms import RAMMELSBERG, SOFTWAREWERK
from fachkraft_share.cli.demo.processes import Process, command, free_port, run
from fachkraft_share.cli.demo.stage import Stage
from fachkraft_share.errors import SetupError

_OPERATOR: Final = "Kammer Harz (erfunden), Markt 1, 38640 Goslar"
_HOSTED: Final = (  # who has no IT of its own: slug, name, address as a name, role, contact
    (
        "tischlerei",
        "Tischlerei Sösetal",
        "https://tischlerei-soesetal.example",
        "employer",
        "Büro, 05522 000-1",
    ),
    (
        "hochschule",
        "Hochschule Oberharz",
        "https://hochschule-oberharz.example",
        "education",
        "Career Service, 05323 000-2",
    ),
)


@attrs.frozen
class Rooms:
    """The links that open each role's pages."""

    recruiter: str = attrs.field(repr=False)
    origin: str = attrs.field(repr=False)
    council: str = attrs.field(repr=False)
    coordinator: str = attrs.field(repr=False)
    hosted: str = attrs.field(repr=False)
    education: str = attrs.field(repr=False)


def open_rooms(stage: Stage) -> Rooms:
    """Start the processes behind the pages; they end with the stage."""
    for key in (SOFTWAREWERK, RAMMELSBERG):
        stage.firms[key].stop()  # the inbox synchronises now
    hosted = _host(stage)
    admin = run("node", "admin", *_at(stage.node_folder), log=stage.logs / "node.log")
    return Rooms(
        recruiter=_inbox(stage, SOFTWAREWERK, role="administrator"),
        origin=_inbox(stage, RAMMELSBERG, role="administrator"),
        council=_inbox(stage, SOFTWAREWERK, role="reader"),
        coordinator=admin["link"],
        hosted=hosted["tischlerei"],
        education=hosted["hochschule"],
    )


def _inbox(stage: Stage, key: str, *, role: str) -> str:
    folder = stage.folder_of(stage.firm(key).firm) / "engine"
    process = _start(
        stage,
        f"inbox-{key}-{role}",
        *("inbox", "--open", "--no-browser", "--role", role),
        *_at(folder),
    )
    return str(_said(process)["link"])


def _host(stage: Stage) -> dict[str, str]:
    """Set up a host with two firms; return the link of each one's first administrator."""
    folder, port, log = stage.folder / "host", free_port(), stage.logs / "host.log"
    run(
        *("host", "init", str(folder), "--url", f"http://127.0.0.1:{port}"),
        *("--operator", _OPERATOR, "--contact", "Fachkräftebüro, 05321 000-0"),
        *("--name", "Postfach-Dienst der Kammer Harz"),
        *("--measures", "https://kammer-harz.example/tom"),
        log=log,
    )
    links = {}
    for slug, name, id, role, contact in _HOSTED:
        told = run(
            *("node", "invite", name, "--role", role, "--domain", id.partition("//")[2]),
            *_at(stage.node_folder),
            log=log,
        )
        firm = ("host", "add-firm", told["code"], "--id", id, "--name", name, "--slug", slug)
        notice = ("--notice", f"{id}/datenschutz", "--contact", contact)
        links[slug] = str(run(*firm, *notice, *_at(folder), log=log)["link"])
    process = _start(stage, "host", "host", "serve", "--port", str(port), *_at(folder))
    _said(process)
    return links


def _at(folder: Path) -> tuple[str, str]:
    return "--folder", str(folder)


def _start(stage: Stage, name: str, *arguments: str) -> Process:
    process = Process(name, command(*arguments, "--json"), stage.logs / f"{name}.log")
    process.start()
    stage.rest.callback(process.stop)
    return process


def _said(process: Process) -> dict[str, str]:
    """Return the first thing a process says: where it serves.

    Raises:
        SetupError: it ended instead.
    """
    line = process.pipes()[1].readline()
    if not line:
        raise SetupError(f"{process.name} did not start; see its log")
    found: dict[str, str] = json.loads(line)
    return found

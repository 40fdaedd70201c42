"""After the story: everything goes on running so that a person can click through every role."""

import shutil
import sys
import time
from typing import Final

from fachkraft_share.cli.demo import guests
from fachkraft_share.cli.demo.firms import PRAEZISION, RAMMELSBERG
from fachkraft_share.cli.demo.hosted import JOINERY, SCHOOL, Hosted, open_host
from fachkraft_share.cli.demo.opening import ANNA_LENA
from fachkraft_share.cli.demo.rooms import Rooms, open_rooms
from fachkraft_share.cli.demo.stage import Stage
from fachkraft_share.cli.output import Output
from fachkraft_share.errors import FachkraftShareError

_EVERY: Final = 2.0  # seconds between two rounds
_WIDTH: Final = 46
Entry = tuple[str, str, str]  # what it is, in German and in English, and its link
Roles = tuple[tuple[str, str, tuple[Entry, ...]], ...]


def tour(stage: Stage, out: Output) -> None:
    """Print a link for every role, then keep the companies working until Ctrl-C."""
    stage.tell(
        "Noch elf Bewerbungen, und für jede Rolle ihre Seiten …",
        "Eleven more applications, and for every role its pages …",
    )
    hosted = open_host(stage)
    guests.furnish(stage)
    roles = _roles(stage, open_rooms(stage), hosted)
    german = stage.language == "de"
    again = _again(stage, german=german)
    out.show({"roles": _told(roles)}, *_pages(roles, german=german), "", *again)
    try:
        while True:
            _round(stage)
            time.sleep(_EVERY)
    except KeyboardInterrupt:
        stage.tell("Ende.", "The end.")


def _told(roles: Roles) -> list[dict[str, str]]:
    return [
        {"role": role, "what": what, "link": link}
        for _, role, entries in roles
        for _, what, link in entries
    ]


def _pages(roles: Roles, *, german: bool) -> list[str]:
    lines = [
        "",
        "Zum Selbst-Ausprobieren (Strg-C beendet alles):"
        if german
        else "To try for yourself (Ctrl-C ends everything):",
    ]
    for title, english, entries in roles:
        lines += ["", title if german else english]
        lines += [f"  {(de if german else en):<{_WIDTH}} {link}" for de, en, link in entries]
    return [*lines, "", *_hints(german=german)]


def _roles(stage: Stage, rooms: Rooms, hosted: Hosted) -> Roles:
    return (
        (
            "Bewerberin oder Bewerber (Link statt Konto; ?lang=de_simple: Leichte Sprache)",
            "Candidate (a link instead of an account)",
            _candidates(stage),
        ),
        ("Personalabteilung", "HR staff", _staff(stage, rooms)),
        (
            "Betriebe und Bildung ohne eigene IT (Link gilt einmal)",
            "Firms and education without IT (the link works once)",
            (
                ("Tischlerei Sösetal", "a joinery", hosted.joinery),
                ("Hochschule: lädt Absolventen ein", "invites graduates", hosted.school),
            ),
        ),
        (
            "Wer sich selbst vorstellt (Link statt Konto)",
            "Who presents themselves (a link instead of an account)",
            (
                ("Absolventin: gerade eingeladen", "graduate, just invited", hosted.graduate),
                ("Absolventin: hat alles eingegeben", "has entered everything", hosted.entered),
                (
                    "Auszubildender, 17: wartet auf Eltern",
                    "minor, waits for a parent",
                    hosted.minor,
                ),
                ("seine Mutter: ist gefragt", "the minor's parent, is asked", hosted.parent),
            ),
        ),
        (
            "Koordination der Allianz (Link gilt einmal)",
            "Coordinator (the link works once)",
            (
                ("Geschäftsstelle", "office", rooms.coordinator),
                ("Startseite des Knotens", "the node's home page", f"{stage.url}/"),
            ),
        ),
        ("Betrieb der Technik", "Operator", _operator(stage)),
    )


def _candidates(stage: Stage) -> tuple[Entry, ...]:
    link = {key: case.visitor.link for key, case in stage.cases.items()}
    return (
        ("wird gerade gefragt", "is being asked", link[guests.INVITED]),
        ("entscheidet später", "decides later", link[guests.LATER]),
        ("hat eine offene Anfrage", "has an open request", link[guests.ASKED]),
        ("hat zugesagt, Unterlagen sind dort", "has said yes", link[guests.MET]),
        ("hat abgelehnt, empfohlen zu werden", "has declined", link[ANNA_LENA]),
        ("hat widerrufen, Quittungen", "has withdrawn, receipts", link[guests.GONE]),
    )


def _staff(stage: Stage, rooms: Rooms) -> tuple[Entry, ...]:
    recruiter, origin = stage.firm(PRAEZISION).firm.name, stage.firm(RAMMELSBERG).firm.name
    return (
        (f"{recruiter}: sucht", f"{recruiter}: searches", rooms.recruiter),
        (f"{origin}: empfiehlt", f"{origin}: recommends", rooms.origin),
        ("Betriebsrat: sieht nur Zahlen", "works council: figures only", rooms.council),
    )


def _operator(stage: Stage) -> tuple[Entry, ...]:
    password = f"{_command()} node operator --folder {stage.node_folder}"
    return (
        ("Zustand", "health", f"{stage.url}/-/health"),
        ("Post des Knotens", "the node's mail", f"{stage.url}/-/mail"),
        (
            "dort: Benutzer operator, Kennwort druckt",
            "there: user operator, its password",
            password,
        ),
    )


def _hints(*, german: bool) -> tuple[str, ...]:
    if german:
        return (
            "Ein Rundgang: als Bewerberin einwilligen, bei der Präzisionstechnik das neue Profil",
            "öffnen und um Kontakt bitten, als Bewerberin antworten, am Ende widerrufen.",
        )
    return (
        "A tour: agree as the candidate, open the new profile at the precision company",
        "and ask for contact, answer as the candidate, and withdraw in the end.",
    )


def _again(stage: Stage, *, german: bool) -> tuple[str, ...]:
    """Return how links that work once are printed again."""
    host = stage.folder / "host"
    return (
        "Einmal-Link verbraucht? Einen neuen druckt in einem zweiten Terminal:"
        if german
        else "A link that works once was used? In a second terminal another one is printed by:",
        f"  {_command()} node admin --folder {stage.node_folder}",
        *(f"  {_command()} host link {slug} --folder {host}" for slug in (JOINERY, SCHOOL)),
    )


def _command() -> str:
    """Return how this command line can be called from another shell."""
    found = shutil.which("fachkraft-share")
    return "fachkraft-share" if found else f"{sys.executable} -m fachkraft_share.cli"


def _round(stage: Stage) -> None:
    try:
        stage.settle()
    except FachkraftShareError as error:
        stage.tell(f"  (Störung: {error})", f"  (trouble: {error})")

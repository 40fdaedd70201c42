"""After the story: everything goes on running so that a person can click through it."""

import shutil
import sys
import time
from collections.abc import Callable
from typing import Final

from fachkraft_share.cli.demo.firms import RAMMELSBERG, SOFTWAREWERK
from fachkraft_share.cli.demo.opening import AYLIN, OLEKSANDRA
from fachkraft_share.cli.demo.stage import Stage
from fachkraft_share.errors import FachkraftShareError

_EVERY: Final = 2.0  # seconds between two rounds


def tour(stage: Stage, say: Callable[[str], None]) -> None:
    """Print the pages to open, then keep the companies working until Ctrl-C."""
    for line in _pages(stage):
        say(line)
    asked: set[str] = set()
    try:
        while True:
            _round(stage, asked)
            time.sleep(_EVERY)
    except KeyboardInterrupt:
        stage.tell("Ende.", "The end.")


def _pages(stage: Stage) -> list[str]:
    wanted, granted = stage.cases[AYLIN].visitor.link, stage.cases[OLEKSANDRA].visitor.link
    office, fks = stage.firm(SOFTWAREWERK), _command()
    german = (
        "",
        "Zum Selbst-Ausprobieren (Strg-C beendet alles):",
        f"  Bewerberin, noch gefragt:   {wanted}",
        f"  Bewerberin, eingewilligt:   {granted}",
        f"  Knoten der Kammer:          {stage.url}/",
        f"  Zustand des Knotens:        {stage.url}/-/health",
        f"  Recruiting im Softwarewerk: {fks} inbox --folder {office.folder / 'engine'}",
        f"  Angekommene Unterlagen:     {office.shared / 'received'}",
        f"  Betrieb, Post des Knotens:  {stage.url}/-/mail",
        f"    Kennwort dafür:           {fks} node operator --folder {stage.node_folder}",
    )
    english = (
        "",
        "To try for yourself (Ctrl-C ends everything):",
        f"  Candidate, still asked:      {wanted}",
        f"  Candidate, has agreed:       {granted}",
        f"  The chamber's node:          {stage.url}/",
        f"  The node's health:           {stage.url}/-/health",
        f"  A recruiter's inbox:         {fks} inbox --folder {office.folder / 'engine'}",
        f"  Dossiers that have arrived:  {office.shared / 'received'}",
        f"  Operator, the node's mail:   {stage.url}/-/mail",
        f"    Its password:              {fks} node operator --folder {stage.node_folder}",
    )
    return list(german if stage.language == "de" else english)


def _command() -> str:
    """Return how this command line can be called from another shell."""
    found = shutil.which("fachkraft-share")
    return "fachkraft-share" if found else f"{sys.executable} -m fachkraft_share.cli"


def _round(stage: Stage, asked: set[str]) -> None:
    try:
        stage.settle()
        _ask_for_contact(stage, asked)
    except FachkraftShareError as error:
        stage.tell(f"  (Störung: {error})", f"  (trouble: {error})")


def _ask_for_contact(stage: Stage, asked: set[str]) -> None:
    """Let the software company ask whoever granted on the page just now."""
    case, firm = stage.cases[AYLIN], stage.firm(SOFTWAREWERK)
    seen = {one["referral"]: one["status"] for one in firm.ask("inbox")}
    if seen.get(case.referral) == "new" and case.referral not in asked:
        asked.add(case.referral)
        firm.ask("request", referral=case.referral, job="Backend-Entwicklung (m/w/d)", message="")
        stage.settle()
        stage.tell(
            "  Das Softwarewerk sieht das Profil und bittet um Kontakt: bitte Seite neu laden.",
            "  The software company sees the profile and asks for contact: please reload the page.",
        )
    got = {one["referral"] for one in firm.ask("received")}
    if case.referral in got and f"got {case.referral}" not in asked:
        asked.add(f"got {case.referral}")
        name = stage.firm(RAMMELSBERG).firm.name
        stage.tell(
            f"  Die Unterlagen sind angekommen, versiegelt von {name}.",
            f"  The dossier has arrived, sealed by {name}.",
        )

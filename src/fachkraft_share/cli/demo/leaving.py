"""Third act: people withdraw, one company is away and returns, everybody erases and signs."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fachkraft_share.cli.demo.firms import NORDHARZ, PRAEZISION, SOFTWAREWERK
from fachkraft_share.cli.demo.meeting import HR_OPEN
from fachkraft_share.cli.demo.opening import JUERGEN, MEHMET, SOREN, check_sockets
from fachkraft_share.cli.demo.people import HOSTILE
from fachkraft_share.cli.demo.processes import surroundings
from fachkraft_share.cli.demo.stage import PATIENCE, Case, Stage, places
from fachkraft_share.protocol.bundle import read_bundle
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.wire import jws

# Whatever the checked program tries, it gets no socket: the check must work offline.
OFFLINE: Final = """
import sys
def no_network(event, _):
    if event.startswith("socket."):
        raise RuntimeError("no network here")
sys.addaudithook(no_network)
import runpy
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def leave(stage: Stage) -> None:
    """Let the person withdraw while the company that has the dossier is away."""
    juergen, away = stage.cases[JUERGEN], stage.firm(PRAEZISION)
    away.kill()
    stage.tell(
        "  Bei der Präzisionstechnik fällt der Strom aus. Genau jetzt widerruft bewerbung-01.",
        "  At one company the power fails. Just now bewerbung-01 withdraws.",
    )
    juergen.visitor.withdraw()
    stage.settle()
    _check_open(stage, juergen, away.firm.id)
    away.start()
    stage.settle()
    stage.tell(
        "  Die Präzisionstechnik ist zurück: zuerst der Widerruf, dann alles andere. Gelöscht.",
        "  The company is back: the withdrawal first, everything else after. Erased.",
    )
    for key in (HOSTILE, HR_OPEN):
        if key in stage.cases:
            stage.cases[key].visitor.withdraw()
    stage.settle()


def _check_open(stage: Stage, case: Case, away: str) -> None:
    name = stage.firm(PRAEZISION).firm.name
    verdict = verify(stage, case, "open")
    owing = [one["about"] for one in verdict["findings"] if one["kind"] == "open"]
    stage.claims.check(
        "while a company is away, page and bundle name it as the one that has not signed",
        away in owing and not verdict["complete"] and name in case.visitor.look().words,
        f"open: {owing}",
    )


def prove(stage: Stage) -> None:
    """Check what is left of those who withdrew, and their evidence, offline."""
    gone = [
        stage.cases[key] for key in (JUERGEN, MEHMET, SOREN, HOSTILE, HR_OPEN) if key in stage.cases
    ]
    for case in gone:
        _check_bundle(stage, case)
    _check_receipts(stage, stage.cases[JUERGEN])
    for case in gone:
        _check_erased(stage, case)
    _check_tampering(stage, stage.cases[JUERGEN])
    _check_logs(stage)
    check_sockets(stage, "at the end, too, only the node listens")
    stage.tell(
        "  Wer Daten hatte, hat gelöscht und unterschrieben; das Bündel belegt es ohne Netz.",
        "  All who had data have erased and signed; the bundle proves it offline.",
    )


def _check_bundle(stage: Stage, case: Case) -> None:
    """Wait for the node's worker to have its turn, then judge."""
    until = time.monotonic() + PATIENCE
    verdict = verify(stage, case, "complete")
    while not verdict["complete"] and time.monotonic() < until:
        time.sleep(0.5)
        verdict = verify(stage, case, "complete")
    stage.claims.check(
        f"the bundle of {case.person.key} verifies offline, genuine and complete",
        verdict["ok"] and verdict["complete"],
        f"{verdict['findings']}",
    )


def _check_erased(stage: Stage, case: Case) -> None:
    """Nothing readable is left, but the application file that the origin's receipt names."""
    origin = stage.firm(case.person.origin)
    own_file = origin.shared / "in" / "rejected" / case.person.key
    words = (*case.person.words, *case.parts)
    hits = [
        hit
        for hit in stage.find(words, [one for one in stage.everywhere() if one != stage.traffic])
        if not (stage.folder / "firms" / hit.file.partition(" (")[0]).is_relative_to(own_file)
    ]
    stage.claims.check(
        f"of {case.person.key} nothing readable is left in any file, also packed or encoded, "
        "but the origin's own application file, which its receipt names as retained",
        not hits and own_file.exists(),
        places(hits),
    )


def _check_receipts(stage: Stage, case: Case) -> None:
    told = read_bundle(case.evidence())
    items = {_issuer(one.token): read_part(one.part)[1] for one in told.receipts}
    readers = {stage.firm(key).firm.id for key in (PRAEZISION, NORDHARZ, SOFTWAREWERK)}
    origin = stage.firm(case.person.origin).firm.id
    stage.claims.check(
        "origin, node and all who were given the profile have signed a receipt, nobody else has",
        set(items) == {*readers, origin, told.node},
        f"{sorted(items)}",
    )
    kept = {
        holder: [one for one in item["categories"] if _kept(one)] for holder, item in items.items()
    }
    named = kept.pop(origin, [])
    stage.claims.check(
        "of the person only the origin keeps something, and its receipt names basis and date",
        bool(named)
        and all(one["basis"] and one["until"] for one in named)
        and not any(kept.values()),
        f"{named}",
    )


def _kept(category: Mapping[str, Any]) -> bool:
    """Tell whether data about the person stay; the record of what was signed is none."""
    return bool(category["state"] == "retained" and category["category"] != "record")


def _issuer(token: str) -> str:
    return str(jws.parse(token, types=(jws.Type.EVENT,)).claims["iss"])


def _check_tampering(stage: Stage, case: Case) -> None:
    path = stage.folder / "papers" / f"{case.person.key}-complete.json"
    place = stage.chance.randrange(path.stat().st_size)
    told = _offline(
        "fachkraft_share.cli.demo.tampering", str(path), stage.root_key, str(place), log=stage.logs
    )
    stage.claims.check(
        "a bundle with one changed byte is refused, wherever the byte lies",
        told["tried"] > 50 and not told["accepted"],
        f"{told['tried']} places tried, accepted at {told['accepted']}",
    )


def _check_logs(stage: Stage) -> None:
    words = [word for case in stage.cases.values() for word in case.person.words]
    secrets = [case.visitor.link.rpartition("/d/")[2] for case in stage.cases.values()]
    first = [case.visitor.first.rpartition("/d/")[2] for case in stage.cases.values()]
    hits = stage.find([*words, *secrets, *filter(None, first)], [stage.logs, stage.node_folder])
    stage.claims.check(
        "logs and the node's files hold no name, no address, no CV and no secret link",
        not hits,
        places(hits),
    )


def verify(stage: Stage, case: Case, name: str) -> dict[str, Any]:
    """Download the bundle and judge it in a process that has no network."""
    folder = stage.folder / "papers"
    folder.mkdir(exist_ok=True)
    path = folder / f"{case.person.key}-{name}.json"
    path.write_bytes(case.evidence())
    arguments = ("verify", str(path), "--root", stage.root_key, "--json")
    return _offline("fachkraft_share.cli", *arguments, log=stage.logs)


def _offline(module: str, *arguments: str, log: Path) -> dict[str, Any]:
    """Run a module in a process that gets no socket, and return the JSON it prints."""
    with (log / "offline.log").open("ab") as errors:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-c", OFFLINE, module, *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=surroundings(),
            check=False,
        )
    told: dict[str, Any] = json.loads(done.stdout)
    return told

"""Fourth act: two alliances agree, a referral crosses and ends there; so does the agreement."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from fachkraft_share.cli.demo import databases
from fachkraft_share.cli.demo.firms import FEINWERK, FIRMS, NEIGHBOURS, SOFTWAREWERK
from fachkraft_share.cli.demo.leaving import verify
from fachkraft_share.cli.demo.opening import Founding, check_sockets, let_in, start_node
from fachkraft_share.cli.demo.people import LEVKE, TOMASZ
from fachkraft_share.cli.demo.processes import run
from fachkraft_share.cli.demo.stage import PATIENCE, Case, Stage, places
from fachkraft_share.protocol.bundle import read_bundle
from fachkraft_share.protocol.parts import read_part

GOSLAR: Final = Founding(
    "goslar", "https://knoten.goslar.example", "Fachkräfteallianz Goslar (Vorführung)"
)
RENAMED: Final = "Fachkräfteallianz Harz und Vorland (Vorführung)"


def found_neighbour(stage: Stage) -> None:
    """Start the neighbouring alliance's node, on PostgreSQL if there is one, with its members."""
    what = databases.POSTGRES if stage.database else databases.SQLITE
    stage.tell(
        f"Nebenan hat die Allianz Goslar ihren eigenen Knoten (auf {what}) und eigene Mitglieder.",
        f"Next door the alliance of Goslar has a node of its own (on {what}), and members.",
    )
    stage.neighbour = start_node(
        stage, GOSLAR, folder=stage.neighbour_folder, database=stage.database
    )
    for firm in NEIGHBOURS:
        let_in(stage, firm, node_folder=stage.neighbour_folder)
    stage.settle()
    check_sockets(stage, "only the two nodes listen, each on one port; no company opens a door")
    found = [
        databases.kind_of(stage.node_folder, ""),
        databases.kind_of(stage.neighbour_folder, stage.database),
    ]
    stage.claims.check(
        f"each alliance keeps its state in a database of its own: Harz in SQLite, Goslar in {what}",
        found == [databases.SQLITE, what],
        f"{found}",
    )


def agree(stage: Stage) -> None:
    """Recognise each other, and rename one alliance by a supplement to its own agreement."""
    cards = {folder: _office(stage, folder, "card")["card"] for folder in _folders(stage)}
    until = (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=365)).isoformat()
    terms = ("--until", until, "--legal", "Kooperationsvereinbarung 2026/1", "--yes")
    for folder, other in zip(_folders(stage), reversed(_folders(stage)), strict=True):
        card = ("--partner", cards[other], "--gives", "--takes")
        _office(stage, folder, "agree", *card, "--purpose", "other_regions", *terms)
    stage.tell(
        "Beide Kammern erkennen einander an: eine signierte Vereinbarung, befristet.",
        "Both chambers recognise each other: a signed agreement, for a limited time.",
    )
    _rename(stage, terms)


def _folders(stage: Stage) -> tuple[Path, Path]:
    return stage.node_folder, stage.neighbour_folder


def _office(stage: Stage, folder: Path, *arguments: str) -> Any:
    return run("node", *arguments, "--folder", str(folder), log=stage.logs / "office.log")


def _rename(stage: Stage, terms: tuple[str, ...]) -> None:
    cooperation = ("agree", "--cooperation", *terms)
    joined = [word for firm in FIRMS for word in ("--join", firm.id)]
    _office(stage, stage.node_folder, *cooperation, *joined)
    _office(stage, stage.node_folder, *cooperation, "--rename", RENAMED)
    told = _office(stage, stage.node_folder, "agreements")["agreements"]
    own = [one for one in told if one["kind"] == "cooperation"]
    names = [version["name"] for one in own for version in one["versions"]]
    page = stage.cases[LEVKE].visitor.look()
    stage.claims.check(
        "a supplement renames an alliance: its pages say the new name, the history keeps the old "
        "one, and every version verifies",
        len(names) == 2
        and names[0] != names[1] == RENAMED
        and RENAMED in page.words
        and not any(one["fault"] for one in told),
        f"{names}",
    )
    stage.tell(
        f"Ein Nachtrag gibt der einen Allianz einen neuen Namen: {RENAMED}.",
        f"A supplement gives one alliance a new name: {RENAMED}.",
    )


def cross(stage: Stage) -> None:
    """Let two people allow the neighbouring alliance, and others not."""
    levke, tomasz = stage.cases[LEVKE], stage.cases[TOMASZ]
    # The node offers a partner once it has read its list; it visits by itself, within seconds.
    stage.claims.check(
        "the desk offers the partner alliance, by name, and nothing is ticked",
        until(stage, lambda: _offered(levke) == ([GOSLAR.id], False)),
    )
    for case in (levke, tomasz):
        case.visitor.grant(partners=[GOSLAR.id])
    firm = stage.firm(FEINWERK)
    arrived = until(stage, lambda: {levke.referral, tomasz.referral} <= _seen(stage, FEINWERK))
    stage.claims.check("who ticked the partner alliance is seen by its members", arrived)
    stage.tell(
        f"bewerbung-09 und -10 erlauben Goslar: {firm.firm.name} sieht sie, ohne Namen.",
        f"bewerbung-09 and -10 allow Goslar: {firm.firm.name} sees them, without names.",
    )
    found = stage.find(levke.parts, [stage.neighbour_folder])
    stage.claims.check(
        "the search finds what crossed at the neighbour's node: so its silence elsewhere counts",
        bool(found),
        places(found),
    )
    _check_stayed(stage, but={levke.referral, tomasz.referral})


def _offered(case: Case) -> tuple[Sequence[str], bool]:
    """Return the partners the desk offers to somebody, and whether one is ticked already."""
    return case.visitor.offered("partners")


def _seen(stage: Stage, key: str) -> set[str]:
    return set(stage.firm(key).ask("referrals"))


def _check_stayed(stage: Stage, *, but: set[str]) -> None:
    """Search everything of the neighbours for everybody who did not allow them."""
    others = [case for case in stage.cases.values() if case.referral not in but]
    marks = [mark for case in others for mark in case.marks]
    hits = stage.find(marks, stage.abroad())
    stage.claims.check(
        "who did not tick the partner never crosses: its node, its members' folders and all they "
        "ever received were searched",
        bool(others) and not hits,
        places(hits),
    )


def meet_abroad(stage: Stage) -> None:
    """Let the neighbour's company ask, the person accept, and the dossier go through both nodes."""
    levke, firm = stage.cases[LEVKE], stage.firm(FEINWERK)
    job = "Industriemechanik (m/w/d)"
    firm.ask("request", referral=levke.referral, job=job, message="Guten Tag aus Goslar.")
    until(stage, lambda: job in levke.visitor.look().words)
    levke.visitor.agree(firm.firm.id)
    got = until(stage, lambda: levke.referral in _received(stage, FEINWERK))
    stage.claims.check("the dossier reaches the one company abroad the person said yes to", got)
    origin = stage.firm(levke.person.origin)
    elsewhere = stage.everywhere(but=[origin.folder, firm.folder])
    hits = stage.find(levke.person.words, elsewhere)
    stage.claims.check(
        "neither node, nor any other company of either alliance, can read the person",
        not hits,
        places(hits),
    )
    page = levke.visitor.look()
    stage.claims.check(
        "the person sees the holders on both sides of the border",
        all(one in page.words for one in (firm.firm.name, stage.firm(SOFTWAREWERK).firm.name)),
    )


def _received(stage: Stage, key: str) -> set[str]:
    return {one["referral"] for one in stage.firm(key).ask("received")}


def leave_abroad(stage: Stage) -> None:
    """Let the person withdraw at the foreign node, with the same link."""
    levke = stage.cases[LEVKE]
    stage.tell(
        "bewerbung-09 widerruft, und zwar am Knoten in Goslar.",
        "bewerbung-09 withdraws, at the node in Goslar.",
    )
    levke.visitor.at(stage.neighbour_url).withdraw()
    verdict: dict[str, Any] = {}

    def settled() -> bool:
        verdict.update(verify(stage, levke, "abroad"))
        return bool(verdict["complete"])

    until(stage, lambda: levke.visitor.bundle() is not None)
    until(stage, settled)
    told = read_bundle(levke.evidence())
    signed = {read_part(one.part)[1]["referral"] for one in told.receipts}
    stage.claims.check(
        "withdrawn at the foreign node, both sides have erased and signed; one bundle proves it",
        bool(verdict["ok"] and verdict["complete"]) and signed == {levke.referral},
        f"{verdict['findings']}",
    )
    names = {one.node for one in told.partners}
    stage.claims.check("the bundle holds the partner's lists and manifest", names == {GOSLAR.id})
    _check_gone(stage, levke, "after the withdrawal")


def _check_gone(stage: Stage, case: Case, when: str) -> None:
    hits = stage.find((*case.person.words, *case.parts), stage.abroad(traffic=False))
    stage.claims.check(
        f"{when} nothing readable of {case.person.key} is left in the neighbouring alliance",
        not hits,
        places(hits),
    )


def part(stage: Stage) -> None:
    """End the agreement: what crossed is closed and erased there, and nothing else."""
    tomasz = stage.cases[TOMASZ]
    _office(stage, stage.node_folder, "agree", "--end", GOSLAR.id, "--yes")
    stage.tell(
        "Die Vereinbarung endet. Was hinüberging, wird dort gelöscht und quittiert.",
        "The agreement ends. What crossed is erased there, and signed for.",
    )
    there = [firm.id for firm in NEIGHBOURS] + [GOSLAR.id]

    def signed() -> bool:
        found = tomasz.visitor.bundle()
        return found is not None and _settled(stage, tomasz, there)

    done = until(stage, signed)
    stage.claims.check(
        "the agreement's end closes what crossed: everybody there has signed a receipt", done
    )
    _check_gone(stage, tomasz, "after the agreement's end")
    page = tomasz.visitor.look()
    stage.claims.check(
        "at home the referral lives on: the person can still withdraw it",
        any("/withdraw" in one and "scope=" not in one for one in page.links),
    )
    check_sockets(stage, "at the end, too, only the two nodes listen")


def _settled(stage: Stage, case: Case, there: list[str]) -> bool:
    """Tell whether the bundle names nobody over there as owing."""
    owing = {one["about"] for one in verify(stage, case, "ended")["findings"]}
    return not owing & set(there)


def until(stage: Stage, holds: Callable[[], bool]) -> bool:
    """Let everybody work until it holds, or patience ends; nodes visit each other by themselves."""
    end = time.monotonic() + PATIENCE
    while True:
        stage.settle()
        if holds():
            return True
        if time.monotonic() > end:
            return False
        time.sleep(0.3)

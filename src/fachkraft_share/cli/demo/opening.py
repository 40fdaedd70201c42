"""First act: an alliance is founded, runner-ups are recommended, people decide."""

import datetime as dt
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share.cli.demo import law
from fachkraft_share.cli.demo.firms import FIRMS, OKER, RAMMELSBERG, Firm
from fachkraft_share.cli.demo.people import HOSTILE, LEVKE, TOMASZ
from fachkraft_share.cli.demo.person import Visitor
from fachkraft_share.cli.demo.processes import Company, NodeProcess, command, free_port, run
from fachkraft_share.cli.demo.sockets import family, listening, readable
from fachkraft_share.cli.demo.stage import Case, Stage, places

NODE_ID: Final = "https://knoten.harz.example"
JUERGEN, MEHMET, SOREN, ANNA_LENA, AYLIN, OLEKSANDRA, ZOE = (f"bewerbung-0{n}" for n in range(1, 8))


@attrs.frozen
class Founding:
    """An alliance to be founded: the word its files are named by, its node's id, its name."""

    key: str
    id: str
    name: str


HARZ: Final = Founding("node", NODE_ID, "Fachkräfteallianz Harz (Vorführung)")


def found_alliance(stage: Stage) -> None:
    """Start the chamber's node and let five companies join, each its own process and folder."""
    stage.tell(
        "Die Kammer richtet einen Knoten ein. Der Schlüssel der Allianz liegt getrennt davon.",
        "The chamber sets up a node. The alliance's root key lies apart from it.",
    )
    for name in ("logs", "traffic", "firms"):
        (stage.folder / name).mkdir()
    stage.node = start_node(stage, HARZ, folder=stage.node_folder)
    with ThreadPoolExecutor(max_workers=2) as pool:
        codes = list(pool.map(lambda firm: _invite(stage, firm, stage.node_folder), FIRMS))
    for firm, code in zip(FIRMS, codes, strict=True):
        _let_in(stage, firm, code)
    stage.settle()
    check_sockets(stage, "only the node listens, on one port; no company opens a door")


def start_node(
    stage: Stage, founding: Founding, *, folder: Path, database: str = ""
) -> NodeProcess:
    """Found an alliance and start its node; the first one's root key is what bundles hang on."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", stage.logs / f"{founding.key}.log"
    apart = "root-key" if founding is HARZ else f"{founding.key}-root-key"
    told = run(
        "node",
        "init",
        *("--folder", str(folder)),
        *("--root-key", str(stage.folder / apart / "root.key")),
        *("--id", founding.id),
        *("--name", founding.name),
        *("--url", url),
        *("--operator", law.CHAMBER),
        *(("--database", database) if database else ()),
        log=log,
    )
    stage.root_key = stage.root_key or told["root"]
    with (folder / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write(law.of_node())
    serve = command("node", "serve", "--folder", str(folder), "--port", str(port))
    node = NodeProcess(founding.key, serve, log, url=url)
    node.start()
    node.wait()
    return node


def _open_office(stage: Stage, firm: Firm) -> None:
    folder = stage.folder_of(firm)
    folder.mkdir()
    traffic = stage.traffic / f"{firm.key}.log"
    office = (sys.executable, "-m", "fachkraft_share.cli.demo.company")
    stage.firms[firm.key] = Company(
        firm.key,
        [*office, str(folder / "engine"), str(traffic)],
        stage.logs / f"{firm.key}.log",
        firm=firm,
        folder=folder,
        shared=folder / "ats",
        traffic=traffic,
    )
    stage.firms[firm.key].start()


def let_in(stage: Stage, firm: Firm, *, node_folder: Path) -> None:
    """Invite a company and let it join."""
    _let_in(stage, firm, _invite(stage, firm, node_folder))


def _invite(stage: Stage, firm: Firm, node_folder: Path) -> str:
    told = run(
        "node",
        "invite",
        firm.name,
        *("--folder", str(node_folder)),
        *("--domain", firm.domain),
        log=stage.logs / "node.log",
    )
    return str(told["code"])


def _let_in(stage: Stage, firm: Firm, code: str) -> None:
    _open_office(stage, firm)
    company, notice = stage.firms[firm.key], f"{firm.id}/datenschutz"
    contact = f"Personalabteilung, personal@{firm.domain}"
    told = {"notice": notice, "contact": contact, "legal": law.of_firm(firm)}
    company.ask("join", code=code, id=firm.id, name=firm.name, **told)
    if firm.files:
        company.ask("connect", adapter="files", settings={"folder": str(company.shared)})
    for occupation, place in firm.searches:
        company.ask("search", occupation=occupation, near=place)
    stage.tell(f"  {firm.name} tritt bei.", f"  {firm.name} joins.")


def check_sockets(stage: Stage, claim: str) -> None:
    """Check who listens, by the kernel's own tables."""
    if not readable():
        stage.claims.skip(claim, "this system does not show which process listens")
        return
    pids = family([one.pid for one in (*stage.nodes, *stage.firms.values()) if one.pid])
    open_doors = listening(pids)
    nodes = family([one.pid for one in stage.nodes])
    ours = [one for one in open_doors if one.pid in nodes]
    ports = {int(one.url.rpartition(":")[2]) for one in stage.nodes}
    holds = open_doors == ours and {one.port for one in ours} == ports
    stage.claims.check(claim, holds, f"{len(pids)} processes, listening: {open_doors}")


def recommend(stage: Stage) -> None:
    """Lay the runner-ups into the companies' folders, let them be read and recommended."""
    stage.tell(
        "In den Bewerbungsordnern zweier Firmen liegen Zweitplatzierte, denen abgesagt wurde.",
        "In two companies' application folders lie rejected runner-ups.",
    )
    rejected_on = dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=3)
    for person in stage.people:
        firm = stage.firm(person.origin)
        person.lay(firm.shared, rejected_on=rejected_on.isoformat())
    for origin in sorted({person.origin for person in stage.people}):
        stage.firm(origin).ask("pull")
    for person in stage.people:
        recommend_one(stage, person.key)
    _check_drafts(stage)


def recommend_one(stage: Stage, key: str) -> None:
    """Let the origin recommend somebody it has read; the link goes into a letter."""
    person = next(one for one in stage.people if one.key == key)
    firm = stage.firm(person.origin)
    told = firm.ask(
        "recommend", application=key, rank=person.rank, strengths=list(person.strengths)
    )
    visitor = Visitor(told["link"])
    marks = firm.ask("marks", referral=told["referral"])
    ids, parts = tuple(marks["ids"]), tuple(marks["parts"])
    stage.cases[key] = Case(person, told["referral"], visitor, told["profile"], ids, parts)
    name = firm.firm.name
    stage.tell(
        f"  {name} empfiehlt {key} weiter; der Link liegt im Absagebrief.",
        f"  {name} recommends {key}; the link goes into the letter of rejection.",
    )


def _check_drafts(stage: Stage) -> None:
    for case in stage.cases.values():
        for _ in range(2):  # a mail scanner opens links, too
            case.visitor.look()
    stage.settle()
    seen = {key: stage.firm(key).ask("inbox") for key in stage.firms}
    stage.claims.check(
        "before the person has agreed nobody sees anything, though links were opened",
        not any(seen.values()),
        f"{len(stage.cases)} drafts, {sum(map(len, seen.values()))} seen",
    )
    marks = [mark for case in stage.cases.values() for mark in case.marks]
    others = [stage.traffic / f"{one.key}.log" for one in FIRMS if not one.files]
    hits = stage.find(marks, [stage.folder_of(one) for one in FIRMS if not one.files])
    hits += [hit for path in others for hit in stage.find_in(marks, path)]
    stage.claims.check(
        "before the person has agreed not a byte about the referral reaches another company",
        not hits,
        places(hits),
    )


def decide(stage: Stage) -> None:
    """Let the people open their links: most agree, one declines, one has not decided yet."""
    hostile = stage.cases[HOSTILE].visitor.look()
    stage.claims.check(
        "a hostile name is inert on the page",
        b"<script>" not in hostile.body and b"onerror" not in hostile.body,
    )
    for key, case in stage.cases.items():
        if key == ANNA_LENA:
            case.visitor.decline()
            stage.tell(f"  {key} lehnt ab. Das genügt.", f"  {key} declines. That is enough.")
        elif key not in (AYLIN, LEVKE, TOMASZ):
            _grant(stage, case)
    stage.settle()
    _check_readers(stage)
    _check_excluded(stage)
    _check_declined(stage)


def _grant(stage: Stage, case: Case) -> None:
    if case.person.key == JUERGEN:
        case.visitor.grant(employer="Oker Feinmechanik")
        stage.tell(
            "  bewerbung-01 willigt ein und schließt den jetzigen Arbeitgeber aus: Oker.",
            "  bewerbung-01 agrees and shuts out the present employer: Oker.",
        )
    elif case.person.key == ZOE:
        case.visitor.grant(without=("languages", "availability"))
        stage.tell(
            "  bewerbung-07 willigt ein, aber nicht in Sprachen und Verfügbarkeit.",
            "  bewerbung-07 agrees, but not to languages and availability.",
        )
    else:
        case.visitor.grant()
        stage.tell(f"  {case.person.key} willigt ein.", f"  {case.person.key} agrees.")


def _check_readers(stage: Stage) -> None:
    juergen = stage.cases[JUERGEN]
    for key in ("praezision", "nordharz"):
        found = [one for one in stage.firm(key).ask("inbox") if one["referral"] == juergen.referral]
        same = bool(found) and found[0]["profile"] == juergen.profile
        stage.claims.check(
            f"{key} sees exactly the profile that was shown, with reasons, and nothing else",
            same and bool(found[0]["reasons"]),
            json.dumps(found[0]["profile"], ensure_ascii=False) if found else "not seen",
        )
    zoe = [
        one
        for one in stage.firm("nordharz").ask("inbox")
        if one["referral"] == stage.cases[ZOE].referral
    ]
    stage.claims.check(
        "what the person did not tick is not served",
        bool(zoe) and not zoe[0]["profile"]["languages"] and not zoe[0]["profile"]["availability"],
    )
    words = [word for case in stage.cases.values() for word in case.person.words]
    origins = {
        stage.folder_of(stage.firm(case.person.origin).firm) for case in stage.cases.values()
    }
    hits = stage.find(words, stage.everywhere(but=origins))
    stage.claims.check(
        "nobody but the origin can read a name, address, telephone number or CV: "
        "node, logs, traffic and the other companies' folders were searched",
        not hits,
        places(hits),
    )


def _check_excluded(stage: Stage) -> None:
    juergen, oker = stage.cases[JUERGEN], stage.firm(OKER)
    hits = stage.find(juergen.marks, [oker.folder])
    hits += stage.find_in(juergen.marks, oker.traffic)
    stage.claims.check(
        "the excluded employer never learns that the person exists: "
        "its folder and every byte it ever received were searched",
        not hits and juergen.referral not in {one["referral"] for one in oker.ask("inbox")},
        places(hits),
    )
    others = [one for one in oker.ask("referrals") if one != juergen.referral]
    stage.claims.check("the excluded employer still sees the others", bool(others), "")


def _check_declined(stage: Stage) -> None:
    declined = stage.cases[ANNA_LENA]
    declined.evidence()  # from now on the node claims that nothing is left
    origin = stage.firm(RAMMELSBERG).folder
    hits = stage.find(declined.parts, stage.everywhere(but=[origin]))
    stage.claims.check(
        "of who declined, the profile is kept nowhere but at the origin",
        not hits,
        places(hits),
    )

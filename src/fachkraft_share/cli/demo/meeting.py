"""Second act: a company asks for contact, the person answers, the dossier goes to that one."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from fachkraft_share.cli.demo.firms import NORDHARZ, PRAEZISION, SOFTWAREWERK
from fachkraft_share.cli.demo.opening import JUERGEN, MEHMET, SOREN
from fachkraft_share.cli.demo.people import HOSTILE
from fachkraft_share.cli.demo.stage import Case, Stage, places

HR_OPEN: Final = "hr-open"
_WRITTEN_OUTSIDE: Final = "fachkraft-share-hostile"


def meet(stage: Stage) -> None:
    """Let one company get to know one person, and another be refused."""
    juergen = stage.cases[JUERGEN]
    _ask(stage, juergen, PRAEZISION, job="Zerspanungsmechaniker (m/w/d)")
    _ask(stage, juergen, NORDHARZ, job="Medizintechnik-Werkstatt (m/w/d)")
    page = juergen.visitor.look()
    stage.claims.check(
        "the person reads at the desk who asks and for which job",
        "Zerspanungsmechaniker (m/w/d)" in page.words and "Harzer Präzisionstechnik" in page.words,
    )
    juergen.visitor.agree(stage.firm(PRAEZISION).firm.id)
    juergen.visitor.refuse(stage.firm(NORDHARZ).firm.id)
    stage.settle()
    stage.tell(
        "  bewerbung-01 sagt der Präzisionstechnik zu, dem Klinikum ab. Die Unterlagen gehen "
        "versiegelt an die eine Firma.",
        "  bewerbung-01 says yes to one company and no to the other. The dossier goes sealed to "
        "that one.",
    )
    _check_one_recipient(stage, juergen)
    _check_filed(stage, juergen)


def _ask(stage: Stage, case: Case, key: str, *, job: str) -> None:
    firm = stage.firm(key)
    firm.ask("request", referral=case.referral, job=job, message="Wir freuen uns auf ein Gespräch.")
    stage.settle()
    stage.tell(
        f"  {firm.firm.name} bittet {case.person.key} um Kontakt.",
        f"  {firm.firm.name} asks {case.person.key} for contact.",
    )


def _check_one_recipient(stage: Stage, case: Case) -> None:
    origin, asked = stage.firm(case.person.origin), stage.firm(PRAEZISION)
    got = asked.ask("received")
    stage.claims.check(
        "the company the person said yes to has contact data and documents",
        [one["referral"] for one in got] == [case.referral] and got[0]["documents"] > 0,
        f"{len(got)} dossiers, {got[0]['documents'] if got else 0} documents",
    )
    hits = stage.find(case.person.words, [asked.folder])
    stage.claims.check(
        "the search finds the person there, also packed: so its silence elsewhere counts",
        {"unzipped", "inflated"} & {word for hit in hits for word in hit.how.split(" > ")} != set(),
        places(hits),
    )
    elsewhere = stage.everywhere(but=[origin.folder, asked.folder])
    hits = stage.find(case.person.words, elsewhere)
    stage.claims.check(
        "nobody else can read the person: not the node, not the refused company, not the logs, "
        "not what travelled",
        not hits,
        places(hits),
    )


def _check_filed(stage: Stage, case: Case) -> None:
    received = _filed(stage, PRAEZISION)
    stage.claims.check(
        "the adapter has filed the person as a folder of its own in the company's system",
        len(received) == 1,
        f"{len(received)} folders",
    )
    hits = stage.find(
        case.person.never, stage.everywhere(but=[stage.firm(case.person.origin).folder])
    )
    stage.claims.check(
        "birth date, religion and pay of the application never left the origin",
        not hits,
        places(hits),
    )


def _filed(stage: Stage, key: str) -> list[Path]:
    folder = stage.firm(key).shared / "received"
    return [one for one in folder.iterdir() if not one.name.startswith(".")]


def survive(stage: Stage) -> None:
    """Hand over the person with the hostile name and file name, and the standard's sample."""
    hostile = stage.cases[HOSTILE]
    _hand_over(stage, hostile, SOFTWAREWERK, job="Betriebskantine (m/w/d)")
    names = [one.name for folder in _filed(stage, SOFTWAREWERK) for one in folder.rglob("*")]
    outside = list(_temporary().glob(f"{_WRITTEN_OUTSIDE}*"))
    stage.claims.check(
        "a hostile name and file name are filed harmlessly, and nothing is written outside",
        bool(names) and not outside and all(_harmless(name) for name in names),
        f"{len(names)} files",
    )
    if HR_OPEN in stage.cases:
        sample = stage.cases[HR_OPEN]
        _hand_over(stage, sample, PRAEZISION, job="Messtechnik (m/w/d)")
        origin = stage.firm(sample.person.origin).folder
        hits = stage.find(sample.person.never, stage.everywhere(but=[origin]))
        stage.claims.check(
            "height, weight, gender, birth date and pay of the HR Open sample stayed behind",
            not hits,
            places(hits),
        )


def _hand_over(stage: Stage, case: Case, key: str, *, job: str) -> None:
    _ask(stage, case, key, job=job)
    case.visitor.agree(stage.firm(key).firm.id)
    stage.settle()
    got = {one["referral"] for one in stage.firm(key).ask("received")}
    stage.claims.check(f"{case.person.key} has arrived at {key}", case.referral in got)


def _temporary() -> Path:
    return Path("/tmp")  # noqa: S108 - where the hostile file name points to


def _harmless(name: str) -> bool:
    return name.isascii() and all(one.isalnum() or one in "._-" for one in name)


def cross(stage: Stage) -> None:
    """Let people withdraw while their dossier is on its way."""
    mehmet, soren = stage.cases[MEHMET], stage.cases[SOREN]
    for case in (mehmet, soren):
        _ask(stage, case, PRAEZISION, job="Instandhaltung (m/w/d)")
        case.visitor.agree(stage.firm(PRAEZISION).firm.id)
    stage.settle(mehmet.person.origin)
    blobs = stage.firm(mehmet.person.origin).ask("disclosed", referral=mehmet.referral)
    mehmet.visitor.withdraw()
    stage.tell(
        "  bewerbung-02 widerruft, während die Unterlagen schon unterwegs sind.",
        "  bewerbung-02 withdraws while the dossier is already on its way.",
    )
    _race(stage, soren)
    stage.settle()
    _check_never_arrived(stage, mehmet, sent=blobs)
    _check_gone(stage, (mehmet, soren))


def _race(stage: Stage, case: Case) -> None:
    """Withdraw and fetch at the very same time; whoever is first, the end is the same."""
    both = [stage.firm(case.person.origin), stage.firm(PRAEZISION)]
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(one.ask, "sync") for one in both]
        jobs.append(pool.submit(case.visitor.withdraw))
        for job in jobs:
            job.result()
    stage.tell(
        "  bewerbung-03 widerruft im selben Augenblick, in dem die Firma abholt.",
        "  bewerbung-03 withdraws at the very moment at which the company fetches.",
    )


def _check_never_arrived(stage: Stage, case: Case, *, sent: bool) -> None:
    asked = stage.firm(PRAEZISION)
    hits = stage.find(case.person.words, [asked.folder])
    stage.claims.check(
        "a withdrawal overtakes a dossier in flight: it was sent, and never arrived",
        sent and not hits,
        places(hits) if sent else "it was not in flight",
    )


def _check_gone(stage: Stage, cases: Sequence[Case]) -> None:
    held = {one["referral"] for one in stage.firm(PRAEZISION).ask("received")}
    held |= {one["referral"] for one in stage.firm(PRAEZISION).ask("inbox")}
    stage.claims.check(
        "who withdrew in flight is gone from inbox and received",
        not held & {case.referral for case in cases},
    )

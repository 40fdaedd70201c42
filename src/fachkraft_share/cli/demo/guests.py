"""Who comes after the story, so that every role's pages have something to show and to do."""

import datetime as dt
import random
from typing import Final

from fachkraft_share.cli.demo.employment import employment_table
from fachkraft_share.cli.demo.firms import PRAEZISION, RAMMELSBERG
from fachkraft_share.cli.demo.opening import recommend_one
from fachkraft_share.cli.demo.people import Life, person_of
from fachkraft_share.cli.demo.processes import run
from fachkraft_share.cli.demo.stage import Stage

INVITED, NEW, ASKED, MET, GONE, HIRED, REFUSED, JOINER, COOK, WAITING, LATER = (
    f"bewerbung-{number}" for number in range(11, 22)
)
_GERMAN: Final = ("Deutsch", "C2")


def _life(
    key: str,
    name: tuple[str, str],
    home: tuple[str, str, str],
    work: tuple[str, str, str, str],
    spoken: tuple[str, str],
    sentence: str,
    strengths: tuple[str, ...],
    rank: str = "second",
) -> Life:
    """Return one whom the metal works recommends."""
    (given, family), (street, *place) = name, home
    paper = f"Lebenslauf {family.partition('-')[0]}.pdf"
    languages = (_GERMAN, spoken)
    at = (place[0], place[1])
    return Life(
        key,
        RAMMELSBERG,
        given,
        family,
        street,
        at,
        work,
        languages,
        sentence,
        paper,
        strengths,
        rank,
    )


_LIVES: Final = (
    _life(
        INVITED,
        ("Jonas", "Ehrenpfordt-Malik"),
        ("Eisensteinstraße", "37520", "Osterode am Harz"),
        ("Zerspanungsmechaniker", "24232", "Drehteile Söse", "CNC-Drehen, CNC-Fräsen, CAD"),
        ("Englisch", "B2"),
        "Hüftschäfte aus Titan, jeder zehnte vermessen, keiner nachgearbeitet.",
        ("careful", "reliable"),
    ),
    _life(
        NEW,
        ("Rosalind", "Kettelhake-Ogunbanjo"),
        ("Hindenburgstraße", "37412", "Herzberg am Harz"),
        ("Elektronikerin für Betriebstechnik", "26252", "Papier Sieberwerk", "SPS, Wartung, CAD"),
        ("Englisch", "C1"),
        "Neue Antriebe an zwei Kalandern in einem einzigen Wartungswochenende.",
        ("analytical", "reliable"),
    ),
    _life(
        ASKED,
        ("Merle", "Hasenbalg-Tønnesen"),
        ("Mühlenstraße", "37154", "Northeim"),
        ("Mechatronikerin", "26112", "Förderbänder Leinetal", "Wartung, Hydraulik, Pneumatik"),
        ("Norwegisch", "B1"),
        "Fehlersuche an vierzig Kilometern Förderband bei laufendem Betrieb.",
        ("organised", "team_player"),
    ),
    _life(
        MET,
        ("Kwame", "Osei-Bonsu-Feldhege"),
        ("Scheffelstraße", "37520", "Osterode am Harz"),
        ("Zerspanungsmechaniker", "24232", "Ventile Oderbrück", "CNC-Fräsen, CAD, Wartung"),
        ("Englisch", "C2"),
        "Programme für fünf Achsen, geschrieben am Küchentisch, gefahren ohne Ausschuss.",
        ("problem_solver", "careful"),
    ),
    _life(
        GONE,
        ("Ingrid", "Thielemann-Voßkuhl"),
        ("Am Zellbach", "38678", "Clausthal-Zellerfeld"),
        ("Elektronikerin für Betriebstechnik", "26252", "Sägewerk Innerste", "SPS, Wartung"),
        ("Französisch", "C1"),
        "Eine Sortieranlage, die Äste am Klang erkennt.",
        ("communicative", "reliable"),
    ),
    _life(
        HIRED,
        ("Benedikt", "Stüwe-Marangoni"),
        ("Wartbergstraße", "37445", "Walkenried"),
        ("Mechatroniker", "26112", "Gipsplatten Südharz", "Wartung, Pneumatik, SPS"),
        ("Italienisch", "C1"),
        "Ein Palettierer aus dem Jahr 1996, der wieder jede Schicht durchhält.",
        ("practical", "calm"),
    ),
    _life(
        REFUSED,
        ("Wiebke", "Ahrensmeier-Petrović"),
        ("Kurparkallee", "37431", "Bad Lauterberg"),
        ("Zerspanungsmechanikerin", "24232", "Getriebe Wiesenbek", "CNC-Drehen, CAD"),
        ("Serbisch", "B2"),
        "Zahnräder für die Brockenbahn, gefräst nach Zeichnungen von 1898.",
        ("independent", "careful"),
    ),
    _life(
        JOINER,
        ("Ovidiu", "Brandmüller-Stoica"),
        ("Rosentorstraße", "38640", "Goslar"),
        ("Tischler", "22342", "Messebau Vienenburg", "CAD, Excel"),
        ("Rumänisch", "C2"),
        "Eine Wendeltreppe, die ohne eine einzige Schraube hält.",
        ("creative", "practical"),
    ),
    _life(
        COOK,
        ("Solveig", "Querfurth-Abdi"),
        ("Breite Straße", "38855", "Wernigerode"),
        ("Köchin", "29302", "Gasthof Steinerne Renne", "Küche, Excel"),
        ("Schwedisch", "B2"),
        "Ein Mittagstisch für zweihundert Leute aus dem, was im Harz wächst.",
        ("organised", "calm"),
        "third",
    ),
    _life(
        WAITING,
        ("Hauke", "Brömmelkamp-Issa"),
        ("Zehntstraße", "38640", "Goslar"),
        ("Industriemechaniker", "25102", "Zellstoff Oker", "Wartung, Hydraulik, CAD"),
        ("Arabisch", "B1"),
        "Getriebewechsel an einer Papiermaschine in neun Stunden.",
        ("practical", "calm"),
    ),
    _life(
        LATER,
        ("Friederike", "Loges-Benali"),
        ("Hüttenstraße", "37520", "Osterode am Harz"),
        ("Mechatronikerin", "26112", "Aufzugbau Sösetalsperre", "Wartung, SPS, Hydraulik"),
        ("Französisch", "B2"),
        "Ein Paternoster, der wieder läuft und jede Prüfung besteht.",
        ("careful", "communicative"),
    ),
)
_JOBS: Final = (  # whom the recruiter asks, and for which job
    (MET, "Zerspanung Prothetik"),
    (GONE, "Elektrische Instandhaltung"),
    (HIRED, "Mechatronik Montage"),
    (REFUSED, "Zerspanung Einzelteile"),
    (ASKED, "Mechatronik Außendienst"),
)


def furnish(stage: Stage) -> None:
    """Let eleven more apply: asked, met, hired, gone again, undecided, not recommended yet."""
    _let_profiles_say_more(stage)
    chance = random.Random(len(stage.people))  # noqa: S311 - invented telephone numbers
    guests = [person_of(life, chance) for life in _LIVES]
    stage.people = [*stage.people, *guests]
    origin = stage.firm(RAMMELSBERG)
    rejected_on = dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=2)
    for one in guests:
        one.lay(origin.shared, rejected_on=rejected_on.isoformat())
    origin.ask("pull")
    for one in guests:
        if one.key != WAITING:
            recommend_one(stage, one.key)
        if one.key not in (WAITING, INVITED, LATER):
            stage.cases[one.key].visitor.grant()
    stage.cases[LATER].visitor.put_off()
    stage.settle()
    _meet(stage)


def _let_profiles_say_more(stage: Stage) -> None:
    """Load an employment table; the story before it shows what goes on without one."""
    table = stage.folder / "erfundene-beschaeftigte.csv"
    table.write_text(employment_table(), encoding="utf-8")
    add = ("node", "vocabulary", "add", str(table), "--kind", "employment")
    run(*add, "--folder", str(stage.node_folder), log=stage.logs / "node.log")
    stage.settle()


def _meet(stage: Stage) -> None:
    firm = stage.firm(PRAEZISION)
    for key, job in _JOBS:
        wish = {"job": f"{job} (m/w/d)", "message": "Wir würden Sie gern kennenlernen."}
        firm.ask("request", referral=stage.cases[key].referral, **wish)
    stage.settle()
    for key in (MET, GONE, HIRED):
        stage.cases[key].visitor.agree(firm.firm.id)
    stage.cases[REFUSED].visitor.refuse(firm.firm.id)
    stage.settle()
    firm.ask("report", referral=stage.cases[HIRED].referral, outcome="hired")
    stage.cases[GONE].visitor.withdraw()
    stage.settle()

"""Who comes after the story, so that every role's pages have something to show and to do."""

import datetime as dt
import random
from typing import Final

from fachkraft_share.cli.demo.firms import RAMMELSBERG, SOFTWAREWERK
from fachkraft_share.cli.demo.opening import recommend_one
from fachkraft_share.cli.demo.people import Life, person_of
from fachkraft_share.cli.demo.stage import Stage

NEW, ASKED, MET, GONE, WAITING = (f"bewerbung-{number}" for number in range(11, 16))
_SOFTWARE: Final = ("Softwareentwicklung", "43414")
_LIVES: Final = (
    Life(
        NEW,
        RAMMELSBERG,
        "Jonas",
        "Ehrenpfordt-Malik",
        "Nikolaistraße",
        ("37073", "Göttingen"),
        (*_SOFTWARE, "Messtechnik Gartetal", "Java, SQL, Linux"),
        (("Deutsch", "C2"), ("Englisch", "B2")),
        "Auswertung von Schwingungsmessungen an Windrädern.",
        "Lebenslauf Ehrenpfordt.pdf",
        ("analytical", "reliable"),
    ),
    Life(
        ASKED,
        RAMMELSBERG,
        "Merle",
        "Hasenbalg-Tønnesen",
        "Mühlenstraße",
        ("37154", "Northeim"),
        (*_SOFTWARE, "Verlag Am Wieter", "Python, JavaScript, Excel"),
        (("Deutsch", "C2"), ("Norwegisch", "B1")),
        "Umstellung eines Zeitungsarchivs mit zwei Millionen Seiten.",
        "Lebenslauf Hasenbalg.pdf",
        ("organised", "team_player"),
    ),
    Life(
        MET,
        RAMMELSBERG,
        "Kwame",
        "Osei-Bonsu-Feldhege",
        "Groner Landstraße",
        ("37081", "Göttingen"),
        (*_SOFTWARE, "Laborgeräte Leinebogen", "Python, Linux, SQL"),
        (("Deutsch", "C1"), ("Englisch", "C2")),
        "Steuerung eines Pipettierroboters, der nachts allein arbeitet.",
        "Lebenslauf Osei-Bonsu.pdf",
        ("problem_solver", "careful"),
    ),
    Life(
        GONE,
        RAMMELSBERG,
        "Ingrid",
        "Thielemann-Voßkuhl",
        "Am Leinekanal",
        ("37073", "Göttingen"),
        (*_SOFTWARE, "Stadtwerke Leinetal", "SQL, Excel, Linux"),
        (("Deutsch", "C2"), ("Französisch", "C1")),
        "Ablesung von vierzigtausend Zählern ohne einen Zettel.",
        "Lebenslauf Thielemann.pdf",
        ("communicative", "reliable"),
    ),
    Life(
        WAITING,
        RAMMELSBERG,
        "Hauke",
        "Brömmelkamp-Issa",
        "Zehntstraße",
        ("38640", "Goslar"),
        ("Industriemechaniker", "25102", "Zellstoff Oker", "Wartung, Hydraulik, CAD"),
        (("Deutsch", "C2"), ("Arabisch", "B1")),
        "Getriebewechsel an einer Papiermaschine in neun Stunden.",
        "Lebenslauf Brömmelkamp.pdf",
        ("practical", "calm"),
    ),
)


def furnish(stage: Stage) -> None:
    """Let five more apply: one is new, one asked, one met, one gone again, one not recommended."""
    chance = random.Random(len(stage.people))  # noqa: S311 - invented telephone numbers
    guests = [person_of(life, chance) for life in _LIVES]
    stage.people = [*stage.people, *guests]
    origin = stage.firm(RAMMELSBERG)
    rejected_on = dt.datetime.now(tz=dt.UTC).date() - dt.timedelta(days=2)
    for one in guests:
        one.lay(origin.shared, rejected_on=rejected_on.isoformat())
    origin.ask("pull")
    for key in (NEW, ASKED, MET, GONE):
        recommend_one(stage, key)
        stage.cases[key].visitor.grant()
    stage.settle()
    _meet(stage)


def _meet(stage: Stage) -> None:
    firm = stage.firm(SOFTWAREWERK)
    for key, job in ((MET, "Laborsoftware"), (GONE, "Abrechnung"), (ASKED, "Archivsoftware")):
        wish = {"job": f"{job} (m/w/d)", "message": "Wir würden Sie gern kennenlernen."}
        firm.ask("request", referral=stage.cases[key].referral, **wish)
    stage.settle()
    for key in (MET, GONE):
        stage.cases[key].visitor.agree(firm.firm.id)
    stage.settle()
    stage.cases[GONE].visitor.withdraw()
    stage.settle()

"""Record of processing, impact assessment, measures: from the configuration, with honest gaps."""

import re
from typing import Any

import attrs
import pytest

from fachkraft_share import limits
from fachkraft_share.node.alliance.agreeing import Terms
from fachkraft_share.node.desk.settings import DeskSettings
from fachkraft_share.node.papers.impact import impact_assessment
from fachkraft_share.node.papers.law_pages import NAMES, law_paper
from fachkraft_share.node.papers.measures import measures
from fachkraft_share.node.papers.paper import Gap, Paper, Section
from fachkraft_share.node.papers.printing import pdf
from fachkraft_share.node.papers.processing import PARTIES, Duty, steps
from fachkraft_share.node.papers.record import record_of_processing
from fachkraft_share.node.papers.surroundings import Surroundings, surroundings
from fachkraft_share.node.records import OfficialList
from fachkraft_share.node.settings import MailSettings, PolicySettings
from fachkraft_share.testing.two_alliances import TwoAlliances
from fachkraft_share.web.catalogue import catalogue
from fachkraft_share.web.paper import Facts, Points, Table, Text

GERMAN, ENGLISH = catalogue("de"), catalogue("en")
DESK = DeskSettings(operator="IHK Harz, Goslar", contact="05321 1", officer="Ada Schutz")


@pytest.fixture
def around(town: Any) -> Surroundings:
    """What a new node knows."""
    return surroundings(town.node.exchange)


def gaps(paper: Paper) -> str:
    """Return what a paper leaves to people."""
    return " ".join(
        one.text for part in paper.sections for one in part.blocks if isinstance(one, Gap)
    )


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_paper_is_a_page_a_text_and_a_pdf(visitor: Any, name: str, language: str) -> None:
    """With its date and version, and no place left that was not filled."""
    who = visitor("reader", language=language)
    assert f'href="/{name}"' in who.get("/papers").body.decode()
    said = who.said(f"/{name}")
    assert "{" not in said
    assert re.search(r"SHA-256\): [0-9a-f]{64}", said)
    assert ("Bitte ergänzen" if language == "de" else "Please fill in") in said
    written = who.get(f"/{name}/text").body.decode()
    assert written.startswith("# ")
    assert written.count("\n## ") > 4
    assert who.get(f"/{name}/pdf").body.startswith(b"%PDF")
    assert visitor("").get(f"/{name}").status == 303


@pytest.mark.parametrize("name", NAMES)
def test_the_version_is_that_of_the_settings_not_of_the_day(town: Any, name: str) -> None:
    """The same settings make the same version; others make another one."""
    before = law_paper(name, town.node, GERMAN)
    town.alliance.world.clock.pass_time(60)
    assert law_paper(name, town.node, GERMAN).sha256 == before.sha256
    town.node.exchange.settings = attrs.evolve(town.node.exchange.settings, desk=DESK)
    after = law_paper(name, town.node, GERMAN)
    assert after.sha256 != before.sha256
    assert after.gaps == before.gaps - 3
    assert "IHK Harz, Goslar" in after.plain


def test_a_role_stands_for_every_step_and_party(around: Surroundings) -> None:
    """The node is processor of drafts and of what it cannot read, never alone responsible there."""
    roles = {one.id: one for one in steps(around)}
    assert roles["invite"].role("node") is roles["contact"].role("node") is Duty.PROCESSOR
    assert roles["members"].role("origin") is Duty.NONE
    table = record_of_processing(around, GERMAN).sections[2].blocks[0]
    assert isinstance(table, Table)
    assert {len(row) for row in table.rows} == {1 + len(PARTIES)}
    assert len(table.rows) == len(roles)


def test_without_an_agreement_its_absence_is_a_gap(town: Any, around: Surroundings) -> None:
    """With one, its version, its parties and what was signed on paper."""
    assert "keine Kooperationsvereinbarung" in gaps(record_of_processing(around, GERMAN))
    agreeing = town.node.agreeing
    until = town.node.exchange.now() + 365 * limits.DAY
    agreeing.sign(agreeing.cooperate(Terms(until, legal="Vertrag vom 3. März 2026")))
    paper = record_of_processing(surroundings(town.node.exchange), GERMAN)
    assert "Fassung 0, mit 3 Mitgliedern" in paper.plain
    assert "Vertrag vom 3. März 2026" in paper.plain
    assert "Kooperationsvereinbarung" not in gaps(paper)
    town.alliance.world.clock.pass_time(2000 * limits.DAY)
    assert surroundings(town.node.exchange).cooperation is None


def test_a_member_abroad_is_named(around: Surroundings) -> None:
    """And that it is given nothing (R26)."""
    assert "Kein Mitglied speichert außerhalb" in record_of_processing(around, GERMAN).plain
    far = attrs.evolve(around.members[0], location="US")
    paper = record_of_processing(attrs.evolve(around, members=(far,)), GERMAN)
    assert f"{far.name} (US)" in paper.plain


def test_data_cross_only_where_it_is_agreed() -> None:
    """Then record and assessment say so."""
    two = TwoAlliances()
    exchange = two.harz.node.service.exchange
    assert "abroad" not in {one.id for one in steps(surroundings(exchange))}
    two.recognise()
    around = surroundings(exchange)
    assert "abroad" in {one.id for one in steps(around)}
    title = GERMAN.text("papers.risk.abroad.title")
    assert title in impact_assessment(around, GERMAN).plain


def test_the_measures_tell_what_is_set(town: Any, around: Surroundings) -> None:
    """What is not set is a gap, never a promise."""
    node = town.node
    bare = measures(around, node.exchange, node.health, GERMAN)
    assert "Keine Beschäftigtentabelle" in gaps(bare)
    assert "kein Mailserver" in gaps(bare)
    assert "mindestens 5 Menschen" in bare.plain
    settings = attrs.evolve(
        around.settings,
        url="http://127.0.0.1:1",
        database="postgresql+psycopg://geheim",
        journal="/mnt/journal",
        policy=PolicySettings(k=9, erasure_days=3),
        mail=MailSettings(host="mail.example", sender="a@example", password="geheim"),
    )
    table = OfficialList("employment", "0" * 64, 1, "b.csv", "2025-06", 1, 0, 0, 1)
    other = attrs.evolve(around, settings=settings, lists=(table,))
    said = measures(other, node.exchange, node.health, GERMAN)
    assert "beginnt nicht mit https" in gaps(said)
    for told in ("mindestens 9 Menschen", "b.csv (2025-06)", "binnen 3 Tagen", "STARTTLS"):
        assert told in said.plain
    assert "ein Datenbankserver" in said.plain
    assert "geheim" not in said.plain
    assert "/mnt" not in said.plain


def test_the_assessment_names_what_the_design_leaves_open(around: Surroundings) -> None:
    """One reference for all, the bound of k, the link, being recognised; each to be weighed."""
    paper = impact_assessment(around, GERMAN)
    for risk in ("one_id", "k_bound", "link", "recognised", "copies"):
        assert GERMAN.text(f"papers.risk.{risk}.title") in paper.plain
    assert gaps(paper).count(GERMAN.text("papers.dpia.weigh")) >= 11
    assert "weniger als 5" in paper.plain  # how many people there are now is told as in the report
    live = attrs.evolve(around, live=13)
    assert "mindestens 10" in impact_assessment(live, GERMAN).plain


HOSTILE = '# [x](y) | =1+1 "<b>\n\n## Eins *zwei*'


def test_no_value_begins_another_part() -> None:
    """Of Markdown, whatever a name holds; a cell stays one cell."""
    blocks = (
        Text(HOSTILE),
        Points((HOSTILE,)),
        Facts(((HOSTILE, HOSTILE),)),
        Table(HOSTILE, ("a", "b"), ((HOSTILE, HOSTILE),)),
        Gap(HOSTILE),
    )
    paper = Paper("de", HOSTILE, (Section("", blocks), Section(HOSTILE, ())), "Lücke")
    assert len(re.findall("^## ", paper.plain, flags=re.M)) == 1
    [row] = [line for line in paper.plain.splitlines() if line.startswith("| #")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 3
    assert paper.gaps == 1
    assert pdf(paper, day="d", made="m", foot="f").startswith(b"%PDF")


@pytest.mark.parametrize("name", ["Übung 漢字 \U0001f600", "a\u202eb", "-" * 300, "ß" * 300])
def test_a_pdf_comes_whatever_the_alliance_is_called(name: str) -> None:
    """Also with characters no font has."""
    paper = Paper("de", name, (Section(name, (Text(name),)),), "Lücke")
    assert pdf(paper, day=name, made=name, foot=name).startswith(b"%PDF")


def test_hostile_settings_stay_text_everywhere(town: Any, visitor: Any) -> None:
    """On pages, in plain text, in PDF, and in a table no spreadsheet computes."""
    desk = DeskSettings(operator='<script>alert("1")</script>', contact="=HYPERLINK(1)")
    exchange = town.node.exchange
    exchange.settings = attrs.evolve(exchange.settings, name="=1+1<b>", desk=desk)
    for path in ("/record", "/dpia", "/measures", "/report", "/papers", "/breach"):
        page = visitor().get(path).body.decode()
        assert "<script>alert" not in page
        assert "=1+1<b>" not in page
    assert visitor().get("/record/pdf").body.startswith(b"%PDF")
    table = visitor().get("/report/table").body.decode("utf-8-sig")
    assert "'=1+1<b>" in table.splitlines()[0]

"""`node papers`, `node report`, `node breach`: the office's papers at the node's own machine."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fachkraft_share.cli.node_commands import opened_node
from fachkraft_share.cli.options import ListByDefault, Place, TakesId, common
from fachkraft_share.cli.output import table

if TYPE_CHECKING:
    from fachkraft_share.node.papers.paper import Paper
    from fachkraft_share.node.records import BreachCase
    from fachkraft_share.node.service import Node
    from fachkraft_share.web.catalogue import Catalogue

_BY = "console"  # whoever may open the node's folder
_PAPERS = {"record": "record", "dpia": "dpia", "tom": "measures"}
_STEPS = ("unlikely", "risk", "high", "authority", "person", "closed")
_LETTERS = ("authority", "person")
_language = click.option("--language", type=click.Choice(("de", "en")), default="de")
_into = click.option(
    "--pdf", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write a PDF/UA."
)


@click.command()
@click.argument("name", type=click.Choice(list(_PAPERS)))
@_language
@_into
@common
def papers(place: Place, *, name: str, language: str, target: Path | None) -> None:
    """Draft a paper from what is set: record of processing, impact assessment, measures.

    Its gaps are for people to fill: what nobody told the software it does not make up.
    """
    from fachkraft_share.node.papers.law_pages import law_paper

    _write(place, language, target, lambda node, texts: law_paper(_PAPERS[name], node, texts))


@click.command()
@click.option("--year", type=int, help="Default: the running one.")
@click.option("--csv", "csv", type=click.Path(path_type=Path, dir_okay=False))
@_language
@_into
@common
def report(
    place: Place, *, year: int | None, csv: Path | None, language: str, target: Path | None
) -> None:
    """Write the yearly report: figures in which nobody can be recognised."""
    from fachkraft_share.node.papers.report import report as told
    from fachkraft_share.node.papers.report import table_file
    from fachkraft_share.node.papers.report_pages import report_paper
    from fachkraft_share.rules.figures import year_of

    def written(node: "Node", texts: "Catalogue") -> "Paper":
        found = told(node.exchange, year=year or year_of(node.exchange.now()))
        if csv is not None:
            csv.write_bytes(table_file(found, texts))
        return report_paper(found, texts)

    _write(place, language, target, written)


@click.group(cls=ListByDefault)
def breach() -> None:
    """Deal with data that reached a wrong recipient."""


@breach.command("list")
@common
def list_(place: Place) -> None:
    """List the cases and what is still to be done."""
    from fachkraft_share.node.papers.breaches import Breaches, duties
    from fachkraft_share.rules.breach import hours_left

    with opened_node(place) as node:
        cases, at = Breaches(node.exchange).cases(), node.exchange.now()
    left = [hours_left(one.known_at, at=at) for one in cases]
    value = [
        {"case": one, "hours_left": hours, "owed": duties(one)}
        for one, hours in zip(cases, left, strict=True)
    ]
    rows = [
        (one.id, f"{hours} h", "closed" if one.closed_at else " ".join(duties(one)))
        for one, hours in zip(cases, left, strict=True)
    ]
    place.show({"cases": value}, *(table(rows) or ["No breach was reported."]))


@breach.command("open", cls=TakesId)
@click.option("--referral", metavar="ID", help="Default: all that the recipient was given.")
@click.option("--recipient", metavar="URL", help="Default: somebody outside the alliance.")
@click.option("--everybody", is_flag=True, help="Recall it from all who have it.")
@click.option("--hours-ago", default=0, help="Since when it is known.")
@common
def open_(
    place: Place,
    *,
    referral: str | None,
    recipient: str | None,
    everybody: bool,
    hours_ago: int,
) -> None:
    """Begin a case and its clock of 72 hours; nothing is recalled yet."""
    from fachkraft_share.node.papers.breaches import Breaches, Wrong

    wrong = Wrong(referral, recipient, everybody=everybody, hours_ago=hours_ago)
    with opened_node(place) as node:
        made = Breaches(node.exchange).open(wrong, by=_BY)
    place.show({"case": made}, made.id, f"Next: fachkraft-share node breach recall {made.id}")


@breach.command("show", cls=TakesId)
@click.argument("case")
@common
def show(place: Place, *, case: str) -> None:
    """Show who saw what of a case and what each has erased."""
    from fachkraft_share.node.papers.breaches import duties
    from fachkraft_share.node.papers.witnesses import scene

    with opened_node(place) as node:
        found = scene(node.exchange, _case(node, case))
    seen = [
        {
            "holder": one.organisation.id,
            "referral": one.referral,
            "wrong": one.wrong,
            "what": one.what,
            "standing": one.standing,
        }
        for one in found.witnesses
    ]
    rows = [(one.organisation.id, " ".join(one.what), one.standing) for one in found.witnesses]
    owed = duties(found.case)
    told = {"case": found.case, "owed": owed, "witnesses": seen, "steps": found.steps}
    place.show(told, *table(rows), f"Still to be done: {' '.join(owed) or 'nothing'}")


@breach.command("recall", cls=TakesId)
@click.argument("case")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def recall(place: Place, *, case: str, yes: bool) -> None:
    """Recall it in the alliance's name: its holders erase and sign. This is for good."""
    from fachkraft_share.node.papers.breaches import Breaches

    if not yes:
        click.confirm("What is recalled never comes back. Go on?", abort=True)
    with opened_node(place) as node:
        count = Breaches(node.exchange).recall(case, by=_BY)
    place.show({"recalled": count}, f"Recalled: {count}. Receipts: node breach show {case}")


@breach.command("note", cls=TakesId)
@click.argument("case")
@click.argument("what", type=click.Choice(_STEPS))
@common
def note(place: Place, *, case: str, what: str) -> None:
    """Note how the risk was weighed, who was told, or that the case is closed."""
    from fachkraft_share.node.papers.breaches import Breaches

    with opened_node(place) as node:
        Breaches(node.exchange).note(case, what, by=_BY)
    place.show({"noted": what}, f"Noted: {what}.")


@breach.command("letter", cls=TakesId)
@click.argument("case")
@click.argument("to", type=click.Choice(_LETTERS))
@_language
@_into
@common
def letter(place: Place, *, case: str, to: str, language: str, target: Path | None) -> None:
    """Write the report to the authority or the letter to the person, as far as facts are known."""
    from fachkraft_share.node.papers.letters import authority_report, person_letter
    from fachkraft_share.node.papers.witnesses import scene

    write = authority_report if to == "authority" else person_letter

    def written(node: "Node", texts: "Catalogue") -> "Paper":
        return write(scene(node.exchange, _case(node, case)), node.exchange, texts)

    _write(place, language, target, written)


def _case(node: "Node", id: str) -> "BreachCase":
    from fachkraft_share.node.papers.breaches import Breaches

    return Breaches(node.exchange).case(id)


def _write(
    place: Place,
    language: str,
    target: Path | None,
    make: "Callable[[Node, Catalogue], Paper]",
) -> None:
    """Print a paper as Markdown, or write it as PDF."""
    from fachkraft_share.node.papers.room import printed, written

    with opened_node(place) as node:
        texts = node.exchange.plugged.catalogue(language)
        paper = make(node, texts)
        text = written(paper, node.exchange, texts)
        if target is not None:
            target.write_bytes(printed(paper, node.exchange, texts))
    value: dict[str, Any] = {"version": paper.sha256, "gaps": paper.gaps, "text": text}
    place.show(value | {"pdf": target}, *([f"Written: {target}"] if target else text.splitlines()))

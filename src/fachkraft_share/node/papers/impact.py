"""A draft of the data protection impact assessment (Art. 35 GDPR), from design and configuration.

The software can say what is processed, what it does about each risk and what remains. Whether that
is acceptable only people can say: every judgement is a gap.
"""

from typing import Final

from fachkraft_share import limits
from fachkraft_share.node.papers.paper import Block, Gap, Paper, Section
from fachkraft_share.node.papers.processing import steps
from fachkraft_share.node.papers.record import periods, responsible
from fachkraft_share.node.papers.surroundings import Surroundings
from fachkraft_share.rules.figures import Figure, Shown
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.paper import Facts, Points, Table, Text

# The nine criteria of the European data protection authorities (WP 248 rev. 01), and what is
# known of each without judging; `scale` and `borders` depend on the configuration.
_CRITERIA: Final = {
    "scoring": "yes",
    "automated": "no",
    "monitoring": "no",
    "sensitive": "no",
    "scale": "depends",
    "matching": "yes",
    "vulnerable": "yes",
    "innovative": "people",
    "prevents": "no",
}
_RISKS: Final = (
    "one_id",
    "k_bound",
    "recognised",
    "employer",
    "link",
    "operator",
    "copies",
    "disclosed",
    "harvest",
    "restored",
    "unequal",
)
_OPINIONS: Final = ("officer", "people", "council", "authority", "decision")


def impact_assessment(around: Surroundings, texts: Catalogue) -> Paper:
    """Return the draft."""
    t = texts.text
    parts = (
        Section("", (Text(t("papers.dpia.lead", name=around.name)),)),
        Section(t("papers.record.who_title"), responsible(around, texts)),
        Section(t("papers.dpia.what_title"), _described(around, texts)),
        Section(t("papers.dpia.threshold_title"), _thresholds(around, texts)),
        Section(t("papers.dpia.need_title"), _need(texts)),
        *(_risk(one, around, texts) for one in _risks(around)),
        Section(
            t("papers.dpia.opinions_title"),
            tuple(Gap(t(f"papers.dpia.opinion_{one}")) for one in _OPINIONS),
        ),
    )
    return Paper(texts.language, t("papers.dpia.title"), parts, t("papers.gap"))


def _described(around: Surroundings, texts: Catalogue) -> tuple[Block, ...]:
    t = texts.text
    known = (
        (t("papers.size.members"), str(len(around.members))),
        (t("papers.size.partners"), str(len(around.partners))),
        (t("papers.dpia.live"), _number(around.live, texts)),
    )
    named = tuple(t(f"papers.step.{one.id}.title") for one in steps(around))
    return (Text(t("papers.dpia.what")), Points(named), Facts(known))


def _thresholds(around: Surroundings, texts: Catalogue) -> tuple[Block, ...]:
    t = texts.text
    rows = tuple(
        (
            t(f"papers.criterion.{one}"),
            t(f"papers.dpia.is_{state}"),
            t(f"papers.criterion.{one}_why", live=_number(around.live, texts)),
        )
        for one, state in _CRITERIA.items()
    )
    heads = tuple(t(f"papers.dpia.{one}") for one in ("criterion", "state", "why"))
    return (
        Text(t("papers.dpia.threshold")),
        Table(t("papers.dpia.criteria"), heads, rows),
        Gap(t("papers.dpia.needed")),
    )


def _need(texts: Catalogue) -> tuple[Block, ...]:
    t = texts.text
    return (
        Points(tuple(t(f"papers.dpia.need_{n}") for n in range(1, 5))),
        Gap(t("papers.dpia.need_gap")),
    )


def _risks(around: Surroundings) -> tuple[str, ...]:
    """Return the risks there are here: across a border only where data may cross."""
    return (*_RISKS, "abroad") if around.partners else _RISKS


def _risk(name: str, around: Surroundings, texts: Catalogue) -> Section:
    t, values = texts.text, periods(around)
    said = (
        (t("papers.dpia.risk"), t(f"papers.risk.{name}.what", **values)),
        (t("papers.dpia.does"), t(f"papers.risk.{name}.does", **values)),
        (t("papers.dpia.remains"), t(f"papers.risk.{name}.remains", **values)),
    )
    title = t(f"papers.risk.{name}.title")
    return Section(title, (Facts(said), Gap(t("papers.dpia.weigh"))))


def _number(count: int, texts: Catalogue) -> str:
    """Return a running count of persons as the yearly report tells it."""
    few = count < limits.FEWEST_SHOWN
    told = Figure(Shown.FEW if few else Shown.AT_LEAST, count - count % limits.FEWEST_SHOWN)
    return texts.text(f"papers.shown.{told.shown}", n=told.number)

"""The record of processing activities (Art. 30 GDPR), from the configuration."""

from fachkraft_share import limits
from fachkraft_share.node.papers.paper import Block, Gap, Paper, Section
from fachkraft_share.node.papers.processing import PARTIES, Duty, Step, steps
from fachkraft_share.node.papers.surroundings import Surroundings
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.days import last_day
from fachkraft_share.web.legal import reached
from fachkraft_share.web.paper import Facts, Table, Text

_SAID = ("purpose", "basis", "people", "data", "recipients", "kept")


def record_of_processing(around: Surroundings, texts: Catalogue) -> Paper:
    """Return the record."""
    t, found = texts.text, steps(around)
    parts = (
        Section("", (Text(t("papers.record.lead", name=around.name)),)),
        Section(t("papers.record.who_title"), responsible(around, texts)),
        Section(t("papers.record.roles_title"), (_roles(found, texts), *_agreed(around, texts))),
        *(_step(one, around, texts) for one in found),
        Section(t("papers.record.abroad_title"), _third_countries(around, texts)),
        Section(t("papers.record.measures_title"), (Text(t("papers.record.measures")),)),
    )
    return Paper(texts.language, t("papers.record.title"), parts, t("papers.gap"))


def responsible(around: Surroundings, texts: Catalogue) -> tuple[Block, ...]:
    """Return who runs the node, and what of that is missing (Art. 30(1)(a))."""
    t, desk = texts.text, around.settings.desk
    told = (("operator", desk.operator), ("contact", reached(desk)), ("officer", desk.officer))
    known = tuple((t(f"papers.record.{name}"), value) for name, value in told if value)
    always = ((t("papers.record.node"), around.settings.id),)
    gaps = (Gap(t(f"papers.sender.no_{name}")) for name, value in told if not value)
    return (Facts((*known, *always)), *gaps)


def _roles(found: tuple[Step, ...], texts: Catalogue) -> Table:
    t = texts.text
    heads = (t("papers.record.step"), *(t(f"papers.party.{one}") for one in PARTIES))
    rows = tuple(
        (
            t(f"papers.step.{step.id}.title"),
            *(t(f"papers.duty.{step.role(party)}") for party in PARTIES),
        )
        for step in found
    )
    return Table(t("papers.record.roles"), heads, rows)


def _agreed(around: Surroundings, texts: Catalogue) -> tuple[Block, ...]:
    """Return on which agreements the roles rest; what is missing is a gap."""
    t, agreed = texts.text, around.cooperation
    confirm = (Gap(t("papers.record.confirm")), Gap(t("papers.record.processor_contract")))
    if agreed is None:
        return (Gap(t("papers.record.no_agreement")), *confirm)
    terms = agreed.terms
    said = t(
        "papers.record.agreement",
        version=terms.version,
        parties=len(agreed.members),
        until=texts.day(last_day(terms.not_after)),
    )
    legal = Facts(((t("papers.record.legal"), terms.legal),)) if terms.legal else None
    missing = Gap(t("papers.record.no_legal"))
    return (Text(said), legal if legal is not None else missing, *confirm)


def _step(step: Step, around: Surroundings, texts: Catalogue) -> Section:
    t = texts.text
    roles = "; ".join(
        f"{t(f'papers.party.{party}')}: {t(f'papers.duty.{step.role(party)}')}"
        for party in PARTIES
        if step.role(party) is not Duty.NONE
    )
    values = periods(around)
    said = tuple(
        (t(f"papers.record.{name}"), t(f"papers.step.{step.id}.{name}", **values)) for name in _SAID
    )
    return Section(
        t(f"papers.step.{step.id}.title"), (Facts(((t("papers.record.role"), roles), *said)),)
    )


def periods(around: Surroundings) -> dict[str, int]:
    """Return every period the texts name, in days, hours and years."""
    policy = around.settings.policy
    return {
        "draft": limits.DRAFT_DAYS,
        "mail": limits.MAIL_HOURS,
        "blob": limits.BLOB_DAYS,
        "consent": policy.consent_days,
        "erasure": policy.erasure_days,
        "evidence": limits.EVIDENCE_DAYS // 365,
        "statement": limits.STATEMENT_DAYS,
        "k": policy.k,
    }


def _third_countries(around: Surroundings, texts: Catalogue) -> tuple[Block, ...]:
    t = texts.text
    here = Text(t("papers.record.location", country=texts.country(around.settings.location)))
    if not around.abroad:
        return (here, Text(t("papers.record.no_third_country")))
    names = ", ".join(f"{one.name} ({one.location})" for one in around.abroad)
    return (here, Text(t("papers.record.third_country", names=names)))

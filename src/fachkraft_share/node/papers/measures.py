"""Technical and organisational measures (Art. 32 GDPR): what is switched on here, and what is not.

Only what this software does or was told stands as done; all else is a gap for a person to fill.
"""

from collections.abc import Iterator

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.health import NodeHealth
from fachkraft_share.node.papers.paper import Block, Gap, Paper, Section
from fachkraft_share.node.papers.record import periods, responsible
from fachkraft_share.node.papers.surroundings import Surroundings
from fachkraft_share.ports.health import Level
from fachkraft_share.web.catalogue import Catalogue
from fachkraft_share.web.paper import Facts, Text

_BUILT_IN = ("sealed", "signed", "ledger", "gate", "erasing", "formulas")
_PEOPLE = ("tls", "disk", "backup", "root", "access", "staff", "rooms", "review")
Pairs = tuple[tuple[str, str], ...]


def measures(
    around: Surroundings, exchange: Exchange, health: NodeHealth, texts: Catalogue
) -> Paper:
    """Return the measures as they stand."""
    t = texts.text
    built_in = tuple(
        (t(f"papers.measures.{one}"), t(f"papers.measures.{one}_text")) for one in _BUILT_IN
    )
    parts = (
        Section("", (Text(t("papers.measures.lead", name=around.name)),)),
        Section(t("papers.record.who_title"), responsible(around, texts)),
        Section(t("papers.measures.set_title"), tuple(_set(around, exchange, texts))),
        Section(t("papers.measures.built_in_title"), (Facts(built_in),)),
        Section(t("papers.measures.periods_title"), (Facts(_periods(around, texts)),)),
        Section(t("papers.measures.checks_title"), _checks(health, texts)),
        Section(
            t("papers.measures.people_title"),
            tuple(Gap(t(f"papers.measures.gap_{one}")) for one in _PEOPLE),
        ),
    )
    return Paper(texts.language, t("papers.measures.title"), parts, t("papers.gap"))


def _set(around: Surroundings, exchange: Exchange, texts: Catalogue) -> Iterator[Block]:
    """Yield what the settings say, and a gap where they leave something open."""
    t, settings = texts.text, around.settings
    yield Facts(tuple(_settings(around, exchange, texts)))
    if not around.encrypted:
        yield Gap(t("papers.measures.no_https"))
    if around.employment is None:
        yield Gap(t("papers.measures.no_table"))
    if not settings.mail.usable:
        yield Gap(t("papers.measures.no_mail"))
    if not settings.journal:
        yield Gap(t("papers.measures.journal_beside"))


def _settings(
    around: Surroundings, exchange: Exchange, texts: Catalogue
) -> Iterator[tuple[str, str]]:
    t, settings = texts.text, around.settings
    table, plugins = around.employment, [one.name for one in exchange.plugins.loaded]
    said = {
        "k": t("papers.measures.k_text", k=settings.policy.k),
        "assurance": t(f"papers.measures.assurance_{settings.policy.least_assurance}"),
        "location": settings.location,
        "database": t("papers.measures." + ("server" if settings.database else "file")),
        "plugins": ", ".join(plugins) or t("papers.measures.none"),
    }
    if around.encrypted:
        said["https"] = t("papers.measures.https_text")
    if table is not None:
        said["table"] = f"{table.file} ({table.stamp})"
    if settings.mail.usable:
        said["mail"] = t(f"papers.measures.mail_{settings.mail.tls}")
    if settings.journal:
        said["journal"] = t("papers.measures.journal_apart")
    for name, value in said.items():
        yield t(f"papers.measures.{name}"), value


def _periods(around: Surroundings, texts: Catalogue) -> Pairs:
    t, known = texts.text, periods(around)
    names = ("consent", "draft", "mail", "blob", "erasure", "evidence")
    return tuple(
        (t(f"papers.period.{one}"), t(f"papers.period.{one}_text", n=known[one])) for one in names
    )


def _checks(health: NodeHealth, texts: Catalogue) -> tuple[Block, ...]:
    """Return which checks have something to say; what, changes by the minute and stands there."""
    t = texts.text
    found = [(check.id, check.run().level) for check in health.checks()]
    bad = [id for id, level in found if level is not Level.OK]
    text = Text(t("papers.measures.checks", n=len(found), bad=len(bad)))
    return (text, Text(t("papers.measures.bad", ids=", ".join(bad)))) if bad else (text,)

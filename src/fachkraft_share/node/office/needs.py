"""What needs a person today, each with the page on which to act."""

from collections.abc import Iterator
from typing import Final

import attrs

from fachkraft_share import limits
from fachkraft_share.node.alliance.agreement_overview import overview
from fachkraft_share.node.office.acts import broken_at
from fachkraft_share.node.office.agreements import outside
from fachkraft_share.node.office.condition import condition
from fachkraft_share.node.office.owed import Standing, owed
from fachkraft_share.node.office.partners import peers
from fachkraft_share.node.office.roll import members, open_codes
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.papers.breaches import Breaches
from fachkraft_share.ports.health import Level

# What these checks tell stands here in other words already, with the page on which to act.
TOLD: Final = frozenset(
    {"FKS-105", "FKS-106", "FKS-107", "FKS-109", "FKS-110", "FKS-112", "FKS-113"}
)


@attrs.frozen
class Need:
    """One thing to do: the id of its text with a number, and the page that leads on."""

    text: str
    number: int
    path: str
    urgent: bool = False


def needs(office: Office) -> tuple[Need, ...]:
    """Return what to do, the urgent first."""
    sources = (_breaches, _erasures, _partners, _checks, _mail, _members, _agreements, _record)
    found = [need for source in sources for need in source(office) if need.number]
    return tuple(sorted(found, key=lambda need: not need.urgent))


def _breaches(office: Office) -> Iterator[Need]:
    cases = Breaches(office.exchange).cases()
    open_ = sum(one.closed_at is None for one in cases)
    yield Need("breach", open_, "/breach", urgent=True)


def _erasures(office: Office) -> Iterator[Need]:
    standings = [one.standing for one in owed(office.exchange)]
    yield Need("overdue", standings.count(Standing.OVERDUE), "/erasures", urgent=True)
    yield Need("unsettled", standings.count(Standing.UNSETTLED), "/erasures")


def _members(office: Office) -> Iterator[Need]:
    found = members(office.exchange)
    yield Need("first", int(not found and not open_codes(office.exchange)), "/members/invite")
    yield Need("keys", sum(one.keys_end_in is not None for one in found), "/members")
    yield Need("silent", sum(one.silent_days is not None for one in found), "/members")


def _agreements(office: Office) -> Iterator[Need]:
    found, at = overview(office.exchange), office.exchange.now()
    ending = [one for one in found if 0 < one.until - at < limits.ENDS_SOON]
    yield Need("agreements", len(ending), "/agreements")
    yield Need("outside", len(outside(office.exchange)), "/agreements")
    yield Need("faulty", sum(bool(one.fault) for one in found), "/agreements", urgent=True)


def _partners(office: Office) -> Iterator[Need]:
    found = peers(office.exchange)
    since = office.exchange.now() - limits.DISPUTE_SHOWN
    disputed = sum(bool(one.state.dispute) and one.state.disputed_at > since for one in found)
    yield Need("disputed", disputed, "/peers", urgent=True)
    yield Need("unreachable", sum(one.unreachable for one in found), "/peers", urgent=True)
    yield Need("unheard", sum(one.silent for one in found), "/peers")


def _mail(office: Office) -> Iterator[Need]:
    if not office.exchange.settings.mail.usable:
        yield Need("mail", office.node.outbox.waiting(signing_in=False), "/mail", urgent=True)


def _checks(office: Office) -> Iterator[Need]:
    found = condition(office)
    for level, urgent in ((Level.FAIL, True), (Level.WARN, False)):
        wrong = [one for one in found.of(level) if one.id not in TOLD]
        yield Need(str(level), len(wrong), "/health", urgent=urgent)


def _record(office: Office) -> Iterator[Need]:
    yield Need("record", int(broken_at(office.exchange) is not None), "/audit", urgent=True)

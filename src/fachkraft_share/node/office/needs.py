"""What needs a person today, each with the page on which to act."""

from collections.abc import Iterator

import attrs

from fachkraft_share.node.alliance.agreement_overview import overview
from fachkraft_share.node.office.roll import members
from fachkraft_share.node.office.room import Office


@attrs.frozen
class Need:
    """One thing to do: the id of its text with a number, and the page that leads on."""

    text: str
    number: int
    path: str
    urgent: bool = False


def needs(office: Office) -> tuple[Need, ...]:
    """Return what to do, the urgent first."""
    found = (*_erasures(office), *_members(office), *_agreements(office), *_mail(office))
    return tuple(sorted(found, key=lambda need: not need.urgent))


def _erasures(office: Office) -> Iterator[Need]:
    overdue = sum(line.overdue for line in members(office.exchange))
    if overdue:
        yield Need("overdue", overdue, "/members", urgent=True)


def _members(office: Office) -> Iterator[Need]:
    ending = sum(line.keys_end_in is not None for line in members(office.exchange))
    if ending:
        yield Need("keys", ending, "/members")


def _agreements(office: Office) -> Iterator[Need]:
    lines = overview(office.exchange)
    ending = sum(line.days_left is not None for line in lines)
    if ending:
        yield Need("agreements", ending, "/agreements")


def _mail(office: Office) -> Iterator[Need]:
    waiting = office.node.outbox.waiting()
    if waiting and not office.exchange.settings.mail.usable:
        yield Need("mail", waiting, "/mail", urgent=True)

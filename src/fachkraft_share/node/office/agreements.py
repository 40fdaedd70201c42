"""`/agreements`: what the alliance has agreed, and with which command somebody signs.

The office signs no agreement: it binds the alliance, and a partner's key is compared by telephone.
Whoever may sign sits at the node's computer.
"""

import datetime as dt
import shlex

from fachkraft_share.model.agreement import AgreementKind
from fachkraft_share.node.alliance.agreement_overview import VALID, AgreementLine, overview
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.access import office_route
from fachkraft_share.node.office.roll import MemberLine, members
from fachkraft_share.node.office.room import Office
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.agreements import cooperation_of
from fachkraft_share.protocol.partner_cards import fingerprint
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

_AGREE = "fachkraft-share node agree"


def agreement_routes(office: Office) -> tuple[Route, ...]:
    """Return the page about agreements."""

    def agreements(visit: Visit) -> Response:
        exchange = office.exchange
        found = overview(exchange)
        next_year = dt.datetime.fromtimestamp(exchange.now(), dt.UTC).year + 1
        return office.page(
            "agreements.html",
            visit,
            agreements=[(one, commands(one, year=next_year)) for one in found],
            card=office.node.agreeing.card(),
            fingerprint=fingerprint(exchange.root),
            new_partner=f"{_AGREE} --partner CARD --gives --takes --until {next_year}-12-31",
            own=f"{_AGREE} --cooperation --until {next_year}-12-31",
            has_own=any(_holds(one) and one.partner is None for one in found),
            outside=outside(exchange),
        )

    return (office_route("/agreements", agreements),)


def outside(exchange: Exchange) -> tuple[MemberLine, ...]:
    """Return the members that take part and are no party to the agreement that holds, by name."""
    own = cooperation_of(exchange.members.agreed)
    if own is None or not own.terms.valid(at=exchange.now()):
        return ()
    parties = {one.id for one in own.members}
    return tuple(one for one in members(exchange) if one.active and one.id not in parties)


def commands(line: AgreementLine, *, year: int) -> tuple[tuple[str, str], ...]:
    """Return how an agreement is renewed or ended, each with the name of what it does."""
    if not _holds(line):
        return ()
    until = f"--until {year}-12-31"
    if line.kind is AgreementKind.COOPERATION:
        renew = f"{_AGREE} --cooperation {until}"
        return (("renew", renew), ("join", f"{renew} --join ID"), ("end", _end(line.id)))
    ways = "".join(f" --{word}" for word in ("gives", "takes") if getattr(line, word))
    renew = f"{_AGREE} --partner CARD{ways} {until}"
    node = line.partner.node if line.partner is not None else line.id
    return (("renew", renew), ("end", _end(node)))


def _end(name: str) -> str:
    return f"{_AGREE} --end {shlex.quote(name)}"


def _holds(line: AgreementLine) -> bool:
    return line.state == VALID

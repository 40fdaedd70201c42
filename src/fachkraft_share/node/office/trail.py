"""`/audit`: what can be proved afterwards: acts of the office, signed lists, heads of the feeds."""

from itertools import pairwise

import attrs

from fachkraft_share import limits
from fachkraft_share.model.alliance import MemberListPage
from fachkraft_share.node.alliance.members import newest_number, read_page
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.access import office_route
from fachkraft_share.node.office.acts import broken_at, newest_acts
from fachkraft_share.node.office.lines import Reading
from fachkraft_share.node.office.people import people
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.records import HeadDispute, Listed, PartnerHead
from fachkraft_share.ports.runtime import Response
from fachkraft_share.protocol.lists import list_hash
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit


@attrs.frozen
class SignedLine:
    """One signed member list: what changed in it, by the members' ids."""

    number: int
    at: int
    sha256: str
    joined: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]


def audit_routes(office: Office) -> tuple[Route, ...]:
    """Return the page of the trail."""
    exchange = office.exchange

    def audit(visit: Visit) -> Response:
        asked = visit.query.get("until", "")
        until = int(asked) if asked.isascii() and asked.isdecimal() else limits.INTEGER_MAX
        texts = office.texts(visit)
        who = people(exchange, texts)
        found = newest_acts(exchange, until=min(until, limits.INTEGER_MAX))
        with exchange.store.begin(write=False) as transaction:
            number, head = transaction.head()
            heads = transaction.every(PartnerHead)
            disputes = transaction.every(HeadDispute)
        return office.page(
            "audit.html",
            visit,
            lines=Reading(texts, who, office.names(texts)).lines(found),
            actor=who,
            broken=broken_at(exchange),
            more=found[-1].number - 1 if found else 0,
            lists=signed_lists(exchange),
            number=number,
            head=head,
            heads=heads,
            disputes=disputes,
        )

    return (office_route("/audit", audit),)


def signed_lists(exchange: Exchange) -> tuple[SignedLine, ...]:
    """Return the newest signed lists, the newest first."""
    with exchange.store.begin(write=False) as transaction:
        after = ("number", newest_number(transaction) - limits.LISTS_SHOWN - 1)
        rows = transaction.every(Listed, after=after)
    numbers = sorted({row.number for row in rows})
    tokens = {one: [row.token for row in rows if row.number == one] for one in numbers}
    entries = {one: _entries([read_page(token) for token in tokens[one]]) for one in numbers}
    pairs = [(0, numbers[0])] if numbers and numbers[0] == 1 else []
    found = [
        _line(number, tokens[number], entries.get(before, {}), entries[number])
        for before, number in [*pairs, *pairwise(numbers)]
    ]
    return tuple(reversed(found))


def _line(
    number: int, tokens: list[str], before: dict[str, str], now: dict[str, str]
) -> SignedLine:
    return SignedLine(
        number,
        read_page(tokens[0]).iat,
        list_hash(tokens),
        tuple(sorted(now.keys() - before.keys())),
        tuple(sorted(id for id in now.keys() & before.keys() if now[id] != before[id])),
        tuple(sorted(before.keys() - now.keys())),
    )


def _entries(pages: list[MemberListPage]) -> dict[str, str]:
    return {entry.sub: entry.sha256 for page in pages for entry in page.entries}

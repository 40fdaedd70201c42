"""How the alliance stands in a few numbers, for the start page; none of them is about a person."""

import attrs

from fachkraft_share.node.office.owed import Standing, owed
from fachkraft_share.node.office.partners import peers
from fachkraft_share.node.office.roll import members, open_codes
from fachkraft_share.node.office.room import Office


@attrs.frozen
class Count:
    """One number: the id of its words, and the page that has the rest."""

    text: str
    number: int
    path: str


def standing(office: Office) -> tuple[Count, ...]:
    """Return the numbers of today."""
    exchange = office.exchange
    due = [one for one in owed(exchange) if one.standing == Standing.DUE]
    return (
        Count("members", sum(one.active for one in members(exchange)), "/members"),
        Count("codes", len(open_codes(exchange)), "/members"),
        Count("partners", sum(one.holds for one in peers(exchange)), "/peers"),
        Count("due", len(due), "/erasures"),
    )

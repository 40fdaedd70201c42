"""`/peers`: the partner alliances' nodes; how it goes there and how it comes here, apart."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.office.access import ACTS, office_route
from fachkraft_share.node.office.acts import acted
from fachkraft_share.node.office.roll import seen_at
from fachkraft_share.node.office.room import Office
from fachkraft_share.node.partners.health import PartnerState, partner_states
from fachkraft_share.node.partners.pausing import clear, pause, paused_until, resume
from fachkraft_share.ports.runtime import Response
from fachkraft_share.web.look import see_other
from fachkraft_share.web.site import Route
from fachkraft_share.web.visit import Visit

DEEDS = {"pause": pause, "resume": resume, "clear": clear}


@attrs.frozen
class Peer:
    """One partner node: our calls there, its calls here, and what was agreed."""

    state: PartnerState
    heard: int | None  # when its node called ours last, as far as that was noted
    paused: int | None  # until when ours does not call it
    until: int  # end of the agreement
    gives: bool
    takes: bool
    at: int

    @property
    def holds(self) -> bool:
        """Tell whether the agreement is in force."""
        return self.at < self.until

    @property
    def unreachable(self) -> bool:
        """Tell whether our calls fail for so long that somebody should ask."""
        since = self.state.failing_since
        return since is not None and since <= self.at - limits.PARTNER_LATE

    @property
    def silent(self) -> bool:
        """Tell whether it has not called for so long that somebody should ask."""
        return self.holds and (self.heard or 0) <= self.at - limits.PARTNER_SILENT


def peers(exchange: Exchange) -> tuple[Peer, ...]:
    """Return every partner node, by name."""
    found = [_peer(one, exchange) for one in partner_states(exchange)]
    return tuple(sorted(found, key=lambda peer: peer.state.name.casefold()))


def partner_routes(office: Office) -> tuple[Route, ...]:
    """Return the page about partner nodes, and its forms."""
    exchange = office.exchange

    def listing(visit: Visit) -> Response:
        done = visit.query.get("done", "")
        return office.page(
            "peers.html", visit, peers=peers(exchange), done=done if done in DEEDS else ""
        )

    def ask(visit: Visit) -> Response:
        peer = _asked(exchange, visit.query.get("node", ""))
        return office.page(
            "pause.html", visit, peer=peer, hours=limits.PARTNER_PAUSE // limits.HOUR
        )

    def do(visit: Visit) -> Response:
        name = visit.params["deed"]
        if name not in DEEDS:
            raise RefusedError("not-found")
        peer = _asked(exchange, visit.form.one("node"))
        with acted(exchange, visit, f"peer.{name}", about=peer.state.node):
            DEEDS[name](peer.state.node, exchange)
        return see_other(visit.url("/peers", done=name))

    return (
        office_route("/peers", listing),
        office_route("/peers/pause", ask, reads=ACTS),
        office_route("/peers/do/{deed}", None, do, reads=ACTS),
    )


def _asked(exchange: Exchange, node: str) -> Peer:
    found = next((one for one in peers(exchange) if one.state.node == node), None)
    if found is None:
        raise RefusedError("not-found")
    return found


def _peer(state: PartnerState, exchange: Exchange) -> Peer:
    terms = exchange.directory().partners[state.node].terms
    with exchange.store.begin(write=False) as transaction:
        heard = seen_at(state.node, transaction=transaction)
    return Peer(
        state,
        heard,
        paused_until(state.node, exchange),
        terms.not_after,
        terms.gives,
        terms.takes,
        exchange.now(),
    )

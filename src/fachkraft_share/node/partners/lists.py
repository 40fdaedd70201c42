"""Take over the member list that a partner's node hands out."""

from functools import partial

from fachkraft_share.errors import RefusedError
from fachkraft_share.node.alliance.agreed import store_partner_list
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.ports.following import Fetch, follow
from fachkraft_share.protocol.lists import Federation
from fachkraft_share.protocol.membership import Directory

LOCK = "partner lists"


def take_federation(exchange: Exchange, node: str, found: Federation, *, fetch: Fetch) -> Directory:
    """Verify a partner's list from the root our recognition pins, keep it, return its directory.

    `fetch` asks the partner's node for an earlier list by its number, where keys changed twice
    since the last one known. Our members get the lists from here.

    Raises:
        WireError: it is not signed by whom it must be.
        RefusedError: rolled back, forked or incomplete; `agreement`: no recognition names the node.
        TemporaryError: the partner cannot be asked, or too many lists were missed for once.
    """
    partner = exchange.directory().partners.get(node)
    if partner is None:
        raise RefusedError("agreement", "no recognition names this node")
    keep = partial(_keep, exchange)
    directory, _ = follow(
        found,
        known=partner.directory,
        fetch=fetch,
        keep=keep,
        suite=exchange.runtime.sealer,
        at=exchange.now(),
    )
    return keep(directory, found)


def _keep(exchange: Exchange, directory: Directory, found: Federation) -> Directory:
    with exchange.store.begin() as transaction:
        transaction.lock([LOCK])
        at = exchange.now()
        store_partner_list(directory.authority, found, transaction=transaction, at=at)
    exchange.members.look()
    return directory

"""After a restore, here or at the partner: closures first, then what this node holds of it.

1. Whoever applied a closure passes it on: a restored node may have forgotten it.
2. Everything this node ever told the partner of its ledger is told again, and receipts with it.
"""

import logging
from collections.abc import Iterator

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.node import evidence
from fachkraft_share.node.partners.pulling import Row, Visit, open_rows, place_of, settle, take
from fachkraft_share.node.partners.reporting import tell_again
from fachkraft_share.ports.client import Event, Page
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import CLOSURES
from fachkraft_share.protocol.message import WITHDRAWAL
from fachkraft_share.protocol.records import Held, Referral, Token, Tombstone

_log = logging.getLogger("fachkraft_share.node")


def resynchronise(visit: Visit, *, epoch: str) -> None:
    """Begin with the partner anew; doing it twice is fine.

    Raises:
        TemporaryError: the partner cannot be asked now; nothing is taken as done.
    """
    _hand_in(visit)
    _hear(visit)
    with visit.exchange.store.begin(write=False) as transaction:
        place = place_of(visit.node, transaction=transaction)
    page = _declare(visit)
    here, at = visit.exchange.id, visit.exchange.now()
    with visit.exchange.store.begin() as transaction:
        tell_again(visit.node, here=here, transaction=transaction, at=at)
    visit.exchange.tell()
    take(visit, page, place=place, epoch=epoch)


def _hand_in(visit: Visit) -> None:
    """Pass on every closure of what crossed; a refusal of one holds up no other."""
    with visit.exchange.store.begin(write=False) as transaction:
        found = list(_closures(visit.node, transaction=transaction))
    for one in (event for type, event in found if type == WITHDRAWAL):
        try:
            visit.client.withdraw(one.token, consents=one.with_)
        except RefusedError as error:
            _log.warning("partner: a closure was refused (%s)", error.code)
    rest = [event for type, event in found if type != WITHDRAWAL]
    for start in range(0, len(rest), limits.APPLY_BATCH):
        for said in visit.client.post(rest[start : start + limits.APPLY_BATCH]):
            if said.status == "refused":
                _log.warning("partner: a closure was refused (%s)", said.code)


def _closures(node: str, *, transaction: Transaction) -> Iterator[tuple[str, Event]]:
    """Yield type and proof of each closure of what this partner made or was given."""
    about = {one.id for one in transaction.every(Referral, home=node)}
    about |= {line.referral for line in transaction.every(Held, holder=node)}
    for id in sorted(about):
        for tombstone in transaction.every(Tombstone, referral=id):
            token = transaction.get(Token, tombstone.closure)
            if token is None or token.body is None:
                continue
            along = evidence.bodies(transaction, tombstone.attached.split())
            bodies = tuple(one.body for one in along.values() if one.body is not None)
            yield token.type, Event(token.body, bodies)


def _hear(visit: Visit) -> None:
    """Apply the ends of everything this node was given by the partner."""
    after: str | None = None
    for _ in range(limits.SYNC_ROUNDS):
        found, after = visit.client.tombstones(after)
        settle(visit, open_rows(visit, [Row(CLOSURES, one) for one in found]))
        if after is None:
            return


def _declare(visit: Visit) -> Page:
    """Say what is held here, in as many calls as it takes; return the last answer."""
    with visit.exchange.store.begin(write=False) as transaction:
        held = [one.id for one in transaction.every(Referral, home=visit.node)]
    size = limits.HELD_DECLARED
    for start in range(size, len(held), size):
        visit.client.poll({}, held=held[start : start + size])
    return visit.client.poll({}, held=held[:size])

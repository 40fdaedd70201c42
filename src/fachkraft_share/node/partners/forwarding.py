"""A withdrawal handed in at the wrong node: passed to the home node, if that is a partner's.

Withdrawing works at any node. What is unknown here is not stored: the home node knows whom to tell,
and tells us if we hold it.
"""

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.partners.visiting import Partners
from fachkraft_share.protocol.membership import Partner
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.records import Held, Referral, Tombstone


def home_of(message: Message, exchange: Exchange) -> Partner | None:
    """Return the partner whose node must hear of this closure; None if it concerns this one."""
    partner = exchange.directory().partner_of(message.body.origin)
    if partner is None or message.referral is None:
        return None
    with exchange.store.begin(write=False) as transaction:
        known = transaction.get(Referral, message.referral) is not None
        ended = bool(transaction.every(Tombstone, referral=message.referral, limit=1))
        held = bool(transaction.every(Held, referral=message.referral, limit=1))
    return None if known or ended or held else partner


def forward(message: Message, partner: Partner, partners: Partners) -> str:
    """Hand the withdrawal in at the partner's node and return the status it told.

    Raises:
        TemporaryError: that node cannot be reached; try again.
        RefusedError: it refused.
    """
    consents = tuple(one.token for one in message.attached)
    return partners.client(partner).withdraw(message.token, consents=consents)

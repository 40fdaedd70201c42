"""What a contact message rests on: added from this node's own store if it did not travel along."""

from collections.abc import Sequence

import attrs

from fachkraft_share.node import evidence
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.protocol.message import Message, Reader, open_all
from fachkraft_share.protocol.payloads import ContactDisclosed, ContactRequested


def completed(
    message: Message, *, along: Sequence[str], reader: Reader, exchange: Exchange
) -> Message:
    """Return the message with the consents, and the answer, that it rests on here."""
    body = message.body
    if not isinstance(body, ContactRequested | ContactDisclosed) or message.referral is None:
        return message
    disclosed = isinstance(body, ContactDisclosed)
    with exchange.store.begin(write=False) as transaction:
        found = evidence.proofs(
            transaction,
            referral=message.referral,
            requester=message.aud if disclosed else message.iss,
            request=body.request,
            answer=disclosed,
        )
    missing = tuple(token for token in found if token not in along)
    if not missing:
        return message
    return attrs.evolve(message, attached=open_all((*along, *missing), reader=reader))

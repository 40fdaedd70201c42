"""A referral whose grant came back from the journal gets its profile back when the origin re-sends.

The journal holds consents, never a profile: what was published came from the origin and is signed.
"""

from fachkraft_share.node import evidence
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.protocol.closing import token_of
from fachkraft_share.protocol.message import Message
from fachkraft_share.protocol.parts import read_part
from fachkraft_share.protocol.records import Part, Referral, ReferralState, Token


def refill(message: Message, exchange: Exchange) -> None:
    """Store envelope and allowed parts of a published referral again if they are not here."""
    at = exchange.now()
    with exchange.store.begin() as transaction:
        transaction.lock([message.referral or ""])
        referral = transaction.get(Referral, message.referral or "")
        if referral is None or referral.state is not ReferralState.PUBLISHED:
            return
        if referral.envelope != message.sha256 or transaction.get(Token, message.sha256):
            return
        chain = evidence.consent_chain(transaction, referral)
        shown = {str(one) for one in evidence.read_consent(chain[-1]).categories} if chain else ()
        transaction.put(token_of(message, at=at, personal=True))
        for text in message.parts:
            name, _ = read_part(text)
            if name in shown:
                transaction.put(Part(referral.id, name, text))

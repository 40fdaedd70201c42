"""Time closes too: the node ends drafts nobody answered and consents that are over (R7)."""

from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.schedule import ERASE
from fachkraft_share.ports.loop import perform
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.decision import Blank, Drop, DropEvery, Effect, Emit, Put
from fachkraft_share.protocol.facts import ALL
from fachkraft_share.protocol.message import open_message
from fachkraft_share.protocol.payloads import ReferralClosed
from fachkraft_share.protocol.records import Blob, BlobContent, Part, Referral, ReferralState, Task
from fachkraft_share.rules.retention import draft_end


def expire(task: Task, exchange: Exchange) -> None:
    """Close the task's referral if its time is over, or look again when it will be."""
    at = exchange.now()
    with exchange.store.begin() as transaction:
        transaction.lock([task.about])
        referral = transaction.get(Referral, task.about)
        if referral is None or referral.state is ReferralState.CLOSED:
            transaction.drop(Task, *task.key)
            return
        end = _end(referral)
        if end > at:
            transaction.put(Task(task.kind, task.about, next_at=end))
            return
        if referral.home is not None:
            _forget(referral, exchange, transaction=transaction)
            transaction.drop(Task, *task.key)
            return
    _close(referral, exchange)


def _end(referral: Referral) -> int:
    if referral.state is ReferralState.DRAFT:
        return draft_end(referral.at, not_after=referral.not_after)
    ends = (referral.consent_exp, referral.not_after)
    return min(end for end in ends if end is not None)


def _forget(referral: Referral, exchange: Exchange, *, transaction: Transaction) -> None:
    """Keep nothing of a partner's referral beyond its time; its home node closes and accounts."""
    about, at = referral.id, exchange.now()
    blobs = transaction.every(Blob, referral=about)
    gone: tuple[Effect, ...] = (
        *(Drop(kind, blob.key) for blob in blobs for kind in (BlobContent, Blob)),
        DropEvery(Part, (("referral", about),)),
        Blank(about),
        Put(Task(ERASE, f"{about} {exchange.id}", next_at=at)),  # has the files scrubbed
    )
    perform(gone, party=exchange.party(), transaction=transaction, notes=[], at=at)


def _close(referral: Referral, exchange: Exchange) -> None:
    said = ReferralClosed(
        referral.origin, referral.key_x, referral.nonce, ALL, "expired", referral.not_after
    )
    audience = exchange.party().here.holders
    emitted = Emit("referral.closed", audience, referral.id, said)
    token = exchange.voice.sign(emitted, at=exchange.now())
    exchange.apply([open_message(token, reader=exchange.reader())])

"""What goes by itself: remembered ids, tombstones, evidence, proposals, once their time is over."""

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.proposals import forget_old
from fachkraft_share.member.records import (
    Account,
    Announcement,
    Counter,
    Custody,
    Standing,
    Suppressed,
    Trouble,
)
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import (
    Contact,
    PersonRequest,
    Referral,
    Seen,
    Token,
    Tombstone,
)

NAME = "housekeeping"
OF_A_REFERRAL = (Contact, Account, PersonRequest)


def run(engine: Engine) -> None:
    """Delete what is out of time, at most once a day."""
    at = engine.now()
    with engine.store.begin() as transaction:
        before = transaction.get(Standing, NAME)
        if before is not None and at - before.at < limits.DAY:
            return
        transaction.put(Standing(NAME, "", at))
        _forget(transaction, at=at)
    forget_old(engine)


def _forget(transaction: Transaction, *, at: int) -> None:
    evidence = at - limits.EVIDENCE_DAYS * limits.DAY
    long_ago = at - (limits.REFERRAL_DAYS * limits.DAY + limits.TOMBSTONE_SKEW)
    for seen in transaction.every(Seen, until=("at", long_ago), limit=limits.SYNC_ROUNDS):
        transaction.drop(Seen, *seen.key)
    for over in transaction.every(Announcement):
        if over.until <= at:
            transaction.drop(Announcement, over.item)
    for hashed in transaction.every(Suppressed, until=("until", at)):
        transaction.drop(Suppressed, hashed.hash)
    for trouble in transaction.every(Trouble):
        if trouble.at < at - limits.PARKED_DAYS * limits.DAY:
            transaction.drop(Trouble, *trouble.key)
    for stone in transaction.every(Tombstone, until=("closed_at", evidence)):
        if stone.keep_until <= at:
            _forget_referral(transaction, stone)


def _forget_referral(transaction: Transaction, stone: Tombstone) -> None:
    transaction.drop(Tombstone, *stone.key)
    if transaction.every(Tombstone, referral=stone.referral, limit=1):
        return
    for kind in OF_A_REFERRAL:
        transaction.drop_every(kind, referral=stone.referral)
    transaction.drop_every(Token, referral=stone.referral)
    transaction.drop(Referral, stone.referral)
    transaction.drop(Custody, stone.referral)
    transaction.drop(Counter, stone.referral)

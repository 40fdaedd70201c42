"""What goes by itself: used request tokens, fetched or forgotten blobs, old evidence."""

from collections.abc import Iterable

from fachkraft_share import limits
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import (
    BreachCase,
    BreachStep,
    Custody,
    JoinCode,
    Kept,
    OfficeAct,
    Parked,
    Sighting,
    Spent,
)
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.closing import EVENTS
from fachkraft_share.protocol.records import (
    Blob,
    BlobContent,
    Contact,
    Due,
    Held,
    Invitation,
    Manifest,
    PersonRequest,
    Receipt,
    Record,
    Referral,
    Seen,
    Task,
    Token,
    Tombstone,
)

SWEPT = "swept"  # name of the `Kept` value
_EVIDENCE: tuple[type[Record], ...] = (
    Contact,
    Due,
    Held,
    Manifest,
    PersonRequest,
    Receipt,
    Token,
    Tombstone,
    Invitation,
)


def sweep(exchange: Exchange) -> None:
    """Clear away what is due at every turn, and once a day the rest."""
    at = exchange.now()
    with exchange.store.begin(write=False) as transaction:
        daily = _daily_due(transaction, at=at)
        if not (daily or _any_due(transaction, at=at)):
            return
    with exchange.store.begin() as transaction:
        _tokens(transaction, at=at)
        _blobs(transaction, at=at)
        if daily:
            _daily(transaction, at=at)
            transaction.put(Kept(SWEPT, str(at)))


def _daily_due(transaction: Transaction, *, at: int) -> bool:
    kept = transaction.get(Kept, SWEPT)
    return kept is None or int(kept.value) <= at - limits.SWEEP


def _any_due(transaction: Transaction, *, at: int) -> bool:
    old = ("at", at - 2 * limits.CLOCK_SKEW - limits.MINUTE)  # some at once spare commits
    return bool(
        transaction.every(Spent, until=old, limit=1)
        or transaction.every(Blob, until=("at", at - limits.ORPHAN_BLOB), limit=1)
    )


def _tokens(transaction: Transaction, *, at: int) -> None:
    old = ("at", at - 2 * limits.CLOCK_SKEW - 1)
    used = transaction.every(Spent, until=old, limit=limits.HOUSEKEEPING)
    for id, seen_at in {one.iss: one.at for one in used}.items():  # sorted by time: the last wins
        transaction.put(Sighting(id, seen_at))
    _drop(transaction, used)


def _blobs(transaction: Transaction, *, at: int) -> None:
    """Drop what nobody named, what was fetched a day ago, what nobody fetched for two weeks."""
    old = ("at", at - limits.ORPHAN_BLOB)  # no rule concerns younger ones
    for blob in transaction.every(Blob, until=old, limit=limits.HOUSEKEEPING):
        if _over(blob, at=at):
            transaction.drop(BlobContent, blob.sha256)
            transaction.drop(Blob, blob.sha256)


def _over(blob: Blob, *, at: int) -> bool:
    fetched = blob.custody_at is not None and blob.custody_at + limits.BLOB_AFTER_CUSTODY <= at
    return not blob.named or fetched or blob.at + limits.BLOB_DAYS * limits.DAY <= at


def _daily(transaction: Transaction, *, at: int) -> None:
    some = limits.HOUSEKEEPING
    memory = at - limits.REFERRAL_DAYS * limits.DAY - limits.TOMBSTONE_SKEW
    _drop(transaction, transaction.every(Seen, until=("at", memory), limit=some))
    _drop(transaction, transaction.every(JoinCode, until=("expires", at), limit=some))
    unused = transaction.every(
        Invitation, until=("at", at - limits.DRAFT_DAYS * limits.DAY), referral=None, limit=some
    )
    _drop(transaction, unused)
    parked = ("at", at - limits.PARKED_DAYS * limits.DAY)  # of partners nobody visits any more
    _drop(transaction, transaction.every(Parked, until=parked, stream=EVENTS, limit=some))
    _drop(transaction, transaction.every(Custody, until=("at", memory), limit=some))
    kept_from = at - limits.EVIDENCE_DAYS * limits.DAY
    _drop(transaction, transaction.every(OfficeAct, until=("at", kept_from), limit=some))
    for case in transaction.every(BreachCase, until=("opened_at", kept_from), limit=some):
        if case.closed_at is not None:
            transaction.drop(BreachCase, case.id)
            transaction.drop_every(BreachStep, case=case.id)
    old = ("closed_at", kept_from)
    for tombstone in transaction.every(Tombstone, until=old, limit=some):
        _forget(transaction, tombstone.referral)


def _forget(transaction: Transaction, referral: str) -> None:
    """Drop the evidence of a referral once its stated period is over."""
    for kind in _EVIDENCE:
        transaction.drop_every(kind, referral=referral)
    transaction.drop(Referral, referral)
    transaction.drop(Task, "expire", referral)


def _drop(transaction: Transaction, found: Iterable[Record]) -> None:
    for record in found:
        transaction.drop(type(record), *record.key)

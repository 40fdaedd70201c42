"""After a restore without its newest journal the node hears every member before it serves again."""

from fachkraft_share.node.feed.cursors import EPOCH, epoch_of
from fachkraft_share.node.records import Kept, PartnerCursor, ReaderState
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.membership import Directory

QUARANTINE = "quarantine"  # name of the `Kept` value


def quarantined(transaction: Transaction) -> bool:
    """Tell whether only closures may go out."""
    return transaction.get(Kept, QUARANTINE) is not None


def begin_epoch(transaction: Transaction, name: str) -> None:
    """Make every cursor handed out so far invalid."""
    transaction.put(Kept(EPOCH, name))


def enter(transaction: Transaction, *, since: int) -> None:
    """Serve nothing but closures until `release`."""
    transaction.put(Kept(QUARANTINE, str(since)))


def release(transaction: Transaction) -> None:
    """Serve again: everybody was heard, or the operator takes it upon itself."""
    transaction.drop(Kept, QUARANTINE)


def missing(
    transaction: Transaction, directory: Directory, *, node: str, at: int
) -> tuple[str, ...]:
    """Return the active members that have not resynchronised since the restore, and the partners.

    A partner's node was heard once this one has read its closures; people withdraw there, too.
    """
    epoch, newest = epoch_of(transaction), directory.newest
    ids = [one.id for one in newest.members] if newest is not None else []
    heard = {one.id for one in transaction.every(ReaderState) if one.epoch == epoch}
    apart = {node, directory.authority}
    members = [id for id in ids if id not in heard | apart and directory.active(id)]
    read = {one.node for one in transaction.every(PartnerCursor) if one.epoch == epoch}
    agreed = [id for id, one in directory.partners.items() if one.terms.valid(at=at)]
    return (*members, *sorted(id for id in agreed if id not in read))

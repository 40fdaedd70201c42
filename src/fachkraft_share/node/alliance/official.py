"""The official lists as they are stored: one of each name, and its bytes by their hash."""

from fachkraft_share.model.alliance import ListedTable
from fachkraft_share.node.records import ListContent, OfficialList
from fachkraft_share.ports.store import Transaction


def official_lists(transaction: Transaction) -> tuple[OfficialList, ...]:
    """Return the lists there are, by name."""
    return transaction.every(OfficialList)


def named_lists(transaction: Transaction) -> tuple[ListedTable, ...]:
    """Return what the next member list names of them."""
    return tuple(ListedTable(one.name, one.sha256) for one in official_lists(transaction))


def keep_list(row: OfficialList, content: bytes, *, transaction: Transaction) -> None:
    """Store a list in place of the one with its name."""
    forget_list(row.name, transaction=transaction)
    transaction.put(row)
    transaction.put(ListContent(row.sha256, content))


def forget_list(name: str, *, transaction: Transaction) -> None:
    """Delete a list with its bytes; whoever fetched it has it."""
    before = transaction.get(OfficialList, name)
    if before is not None:
        transaction.drop(OfficialList, name)
        transaction.drop(ListContent, before.sha256)


def content_of(sha256: str, *, transaction: Transaction) -> bytes | None:
    """Return the bytes with that hash, or None."""
    found = transaction.get(ListContent, sha256)
    return found.content if found is not None else None


def contents(names: tuple[str, ...], *, transaction: Transaction) -> dict[str, bytes]:
    """Return the bytes of these lists, as far as they are there."""
    rows = [one for one in official_lists(transaction) if one.name in names]
    found = {one.name: content_of(one.sha256, transaction=transaction) for one in rows}
    return {name: content for name, content in found.items() if content is not None}

"""Reading past what is held back from a reader that owes an erasure receipt, and returning to it.

1. Beyond the deadline a reader gets no new referral and no dossier; everything else goes on.
2. Its cursor keeps the first row held back. Once it has settled, the rows from there up to its
   place are looked at again, for what is held back only, before anything newer is read.
3. Until then the cursor says custody up to that row only: what was not given was not taken.
"""

import attrs

from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.delivery import Cursor
from fachkraft_share.protocol.records import Due

UNSETTLED = "unsettled"  # the gate's code for a reader that owes a receipt


@attrs.frozen
class Stretch:
    """The rows a look is about: those after one number, up to another if there is one."""

    after: int
    until: int | None = None

    @property
    def back(self) -> bool:
        """Tell whether these rows were read past before."""
        return self.until is not None


def owes(reader: str, *, at: int, transaction: Transaction) -> bool:
    """Tell whether any receipt of the reader is overdue."""
    return any(due.due <= at for due in transaction.every(Due, holder=reader))


def stretch(cursor: Cursor, reader: str, *, at: int, transaction: Transaction) -> Stretch:
    """Return where the reader goes on: at its place, or back where it was passed by."""
    if cursor.held and not owes(reader, at=at, transaction=transaction):
        return Stretch(cursor.held - 1, cursor.number)
    return Stretch(cursor.number)


def returned(cursor: Cursor, *, last: int, complete: bool) -> Cursor:
    """Return the cursor after a look back: the place stays, less is held back."""
    return attrs.evolve(cursor, held=0 if complete else max(cursor.held, last + 1))


def read_past(cursor: Cursor, withheld: tuple[int, ...]) -> Cursor:
    """Return the cursor that remembers the first row held back."""
    if cursor.held or not withheld:
        return cursor
    return attrs.evolve(cursor, held=min(withheld))

"""The members as a coordinator needs to see them: how each stands, and what ends soon."""

import attrs

from fachkraft_share import limits
from fachkraft_share.model.organisation import KeyUse, Organisation, Status
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import JoinCode, Statement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Due


@attrs.frozen
class MemberLine:
    """One member: when it was stated first, until when its keys last, what it owes."""

    organisation: Organisation
    since: int
    keys_until: int
    at: int
    owes: int
    overdue: int

    @property
    def id(self) -> str:
        """The member's id."""
        return self.organisation.id

    @property
    def keys_end_in(self) -> int | None:
        """Days until the first of its keys ends, where that is soon; 0 if one has ended."""
        if self.organisation.status is not Status.ACTIVE:
            return None
        left = self.keys_until - self.at
        return max(0, left // limits.DAY) if left < limits.ENDS_SOON else None


def members(exchange: Exchange) -> tuple[MemberLine, ...]:
    """Return every member on the newest list, by name; the node itself is none."""
    exchange.members.look()
    newest, at = exchange.directory().newest, exchange.now()
    listed = [one for one in (newest.members if newest is not None else ()) if one.reads]
    with exchange.store.begin(write=False) as transaction:
        lines = [_line(one, transaction=transaction, at=at) for one in listed]
    return tuple(sorted(lines, key=lambda line: (line.organisation.name.casefold(), line.id)))


def _line(one: Organisation, *, transaction: Transaction, at: int) -> MemberLine:
    stated = transaction.every(Statement, sub=one.id)
    owed = transaction.every(Due, holder=one.id)
    return MemberLine(
        one,
        since=min((row.iat for row in stated), default=at),
        keys_until=keys_until(one),
        at=at,
        owes=len(owed),
        overdue=sum(due.due <= at for due in owed),
    )


def keys_until(one: Organisation) -> int:
    """Return when the member is left without a key of one of the two uses."""
    return min(max((k.not_after for k in one.keys if k.use is use), default=0) for use in KeyUse)


def open_codes(exchange: Exchange) -> tuple[JoinCode, ...]:
    """Return the codes that were handed out and not used yet, the newest first."""
    with exchange.store.begin(write=False) as transaction:
        found = transaction.every(JoinCode, after=("expires", exchange.now()))
    unused = [one for one in found if one.used_by is None]
    return tuple(sorted(unused, key=lambda one: -one.expires))

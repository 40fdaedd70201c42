"""The members as a coordinator needs to see them: how each stands, and what ends soon."""

import attrs

from fachkraft_share import limits
from fachkraft_share.errors import RefusedError
from fachkraft_share.model.organisation import KeyUse, Organisation, Role, Status
from fachkraft_share.node.alliance.members import read_statement
from fachkraft_share.node.exchange import Exchange
from fachkraft_share.node.records import JoinCode, Sighting, Spent, Statement
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Due


@attrs.frozen
class MemberLine:
    """One member: when it was stated first, until when its keys last, what it owes."""

    organisation: Organisation
    since: int
    seen: int | None  # when it called last, as far as that was noted
    at: int
    owes: int
    overdue: int

    @property
    def id(self) -> str:
        """The member's id."""
        return self.organisation.id

    @property
    def name(self) -> str:
        """What the member is called."""
        return self.organisation.name

    @property
    def active(self) -> bool:
        """Tell whether it takes part."""
        return self.organisation.status is Status.ACTIVE

    @property
    def keys_until(self) -> int:
        """When the member is left without a key of one of the two uses."""
        keys = self.organisation.keys
        return min(max((k.not_after for k in keys if k.use is use), default=0) for use in KeyUse)

    @property
    def keys_end_in(self) -> int | None:
        """Days until it is, where that is soon; 0 if it is so already."""
        left = self.keys_until - self.at
        return max(0, left // limits.DAY) if self.active and left < limits.ENDS_SOON else None

    @property
    def silent_days(self) -> int | None:
        """Days since it was heard of, where that is long."""
        silent = self.at - (self.since if self.seen is None else self.seen)
        return silent // limits.DAY if self.active and silent >= limits.MEMBER_SILENT else None


@attrs.frozen
class Stated:
    """One version of what the authority stated of a member."""

    at: int
    roles: tuple[Role, ...]
    status: Status


def members(exchange: Exchange) -> tuple[MemberLine, ...]:
    """Return every member on the newest list, by name; the node itself is none."""
    listed, at = _listed(exchange), exchange.now()
    with exchange.store.begin(write=False) as transaction:
        lines = [_line(one, transaction=transaction, at=at) for one in listed]
    return tuple(sorted(lines, key=lambda line: (line.name.casefold(), line.id)))


def member(exchange: Exchange, id: str) -> MemberLine:
    """Return one member of the newest list.

    Raises:
        RefusedError: `not-found`.
    """
    found = next((one for one in _listed(exchange) if one.id == id), None)
    if found is None:
        raise RefusedError("not-found")
    with exchange.store.begin(write=False) as transaction:
        return _line(found, transaction=transaction, at=exchange.now())


def history(exchange: Exchange, id: str) -> tuple[Stated, ...]:
    """Return what changed in a member's statements, the newest first; renewals change nothing."""
    with exchange.store.begin(write=False) as transaction:
        rows = transaction.every(Statement, sub=id)
    found: list[Stated] = []
    for row in sorted(rows, key=lambda one: one.iat):
        said = read_statement(row.token).organisation
        if not found or (found[-1].roles, found[-1].status) != (said.roles, said.status):
            found.append(Stated(row.iat, said.roles, said.status))
    return tuple(reversed(found))


def open_codes(exchange: Exchange) -> tuple[JoinCode, ...]:
    """Return the codes that were handed out and not used yet, the newest first."""
    with exchange.store.begin(write=False) as transaction:
        found = transaction.every(JoinCode, after=("expires", exchange.now()))
    unused = [one for one in found if one.used_by is None]
    return tuple(sorted(unused, key=lambda one: -one.expires))


def seen_at(id: str, *, transaction: Transaction) -> int | None:
    """Return when a member or a partner's node called last, as far as that was noted."""
    lately = [one.at for one in transaction.every(Spent, iss=id)]
    noted = transaction.get(Sighting, id)
    return max([*lately, *([noted.at] if noted is not None else [])], default=None)


def _listed(exchange: Exchange) -> list[Organisation]:
    exchange.members.look()
    newest = exchange.directory().newest
    return [one for one in (newest.members if newest is not None else ()) if one.reads]


def _line(one: Organisation, *, transaction: Transaction, at: int) -> MemberLine:
    stated = transaction.every(Statement, sub=one.id)
    owed = transaction.every(Due, holder=one.id)
    return MemberLine(
        one,
        since=min((row.iat for row in stated), default=at),
        seen=seen_at(one.id, transaction=transaction),
        at=at,
        owes=len(owed),
        overdue=sum(due.due <= at for due in owed),
    )
